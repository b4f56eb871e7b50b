using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Standalone.Host;

/// <summary>Where the host looks for functions. Register one to choose for yourself, as a test does.</summary>
public sealed class FunctionAssemblies
{
    private FunctionAssemblies(IEnumerable<Type> classes) => Classes = [.. classes];

    /// <summary>All functions of the given assemblies.</summary>
    /// <param name="assemblies">The assemblies.</param>
    public FunctionAssemblies(params Assembly[] assemblies)
        : this(assemblies.SelectMany(assembly => assembly.GetTypes()))
    {
    }

    internal IReadOnlyList<Type> Classes { get; }

    /// <summary>Only the functions of the given classes.</summary>
    /// <param name="classes">Classes with functions.</param>
    public static FunctionAssemblies Only(params Type[] classes) => new(classes);

    /// <summary>
    /// What was registered; else the program's own assembly; else, when the program is not one of functions (a test runner),
    /// every loaded assembly that could hold some.
    /// </summary>
    internal static FunctionAssemblies In(IServiceCollection services)
    {
        var registered = services.LastOrDefault(service => service.ServiceType == typeof(FunctionAssemblies))?.ImplementationInstance;
        if (registered is FunctionAssemblies assemblies)
        {
            return assemblies;
        }

        var program = Assembly.GetEntryAssembly();
        return program is not null && CanHoldFunctions(program)
            ? new FunctionAssemblies(program)
            : new FunctionAssemblies([.. AppDomain.CurrentDomain.GetAssemblies().Where(CanHoldFunctions)]);
    }

    private static bool CanHoldFunctions(Assembly assembly)
    {
        var host = typeof(FunctionAttribute).Assembly.GetName().Name;
        return !assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(reference => reference.Name == host);
    }
}
