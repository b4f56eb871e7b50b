using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>Finds the functions of an application.</summary>
internal static class FunctionCatalog
{
    private const BindingFlags FunctionMethods = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IReadOnlyList<FunctionMethod> Discover(FunctionAssemblies assemblies)
    {
        FunctionMethod[] functions =
        [
            .. from type in assemblies.Classes
               where type is { IsClass: true, ContainsGenericParameters: false }
               from method in type.GetMethods(FunctionMethods)
               where method.IsDefined(typeof(FunctionAttribute), inherit: false)
               select Describe(method),
        ];

        var duplicate = functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1);
        return duplicate is null
            ? functions
            : throw new HostAbortedException(
                $"Two functions are named '{duplicate.Key}': {string.Join(" and ", duplicate.Select(function => function.EntryPoint))}.");
    }

    /// <summary>Leaves out the functions that a setting <c>AzureWebJobs.&lt;name&gt;.Disabled</c> turns off.</summary>
    public static IReadOnlyList<FunctionMethod> Enabled(this IReadOnlyList<FunctionMethod> functions, IConfiguration settings) =>
        [.. functions.Where(function => settings[$"AzureWebJobs.{function.Name}.Disabled"] is not ("1" or "true" or "True"))];

    /// <summary>Lets the container make the function classes, one per invocation, unless they are registered otherwise.</summary>
    public static void AddFunctionClasses(this IServiceCollection services, IReadOnlyList<FunctionMethod> functions)
    {
        foreach (var type in functions.Where(function => !function.Method.IsStatic).Select(function => function.Method.DeclaringType!).Distinct())
        {
            services.TryAddScoped(type);
        }
    }

    private static FunctionMethod Describe(MethodInfo method)
    {
        var name = method.GetCustomAttribute<FunctionAttribute>()!.Name;
        var triggers = method.GetParameters().Where(parameter => parameter.IsDefined(typeof(TriggerBindingAttribute))).ToArray();
        return triggers is [var trigger]
            ? new FunctionMethod(name, method, trigger, trigger.GetCustomAttribute<TriggerBindingAttribute>()!)
            : throw new HostAbortedException(
                $"Function '{name}' ({method.DeclaringType}.{method.Name}): it needs exactly one trigger, and has {triggers.Length}.");
    }
}
