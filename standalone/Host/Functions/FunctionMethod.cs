using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Hosting;

namespace Serverless.Standalone.Host;

/// <summary>A method marked as a function, with the parameter that triggers it.</summary>
internal sealed class FunctionMethod(string name, MethodInfo method, ParameterInfo triggerParameter, TriggerBindingAttribute trigger)
    : FunctionDefinition
{
    public override string Name => name;

    public override string Id => name;

    public override string EntryPoint => $"{method.DeclaringType}.{method.Name}";

    public MethodInfo Method => method;

    public ParameterInfo TriggerParameter => triggerParameter;

    public TriggerBindingAttribute Trigger => trigger;

    /// <summary>What the method returns once it is awaited; null for nothing.</summary>
    public Type? ResultType
    {
        get
        {
            var type = method.ReturnType;
            return type == typeof(void) || type == typeof(Task) ? null
                : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>) ? type.GetGenericArguments()[0]
                : type;
        }
    }

    /// <summary>A mistake in the function, in one line that names it.</summary>
    public HostAbortedException Mistake(string what) => new($"Function '{name}' ({EntryPoint}): {what}");
}
