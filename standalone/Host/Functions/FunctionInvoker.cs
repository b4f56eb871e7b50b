using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Standalone.Host;

/// <summary>Finds the value of one parameter for an invocation.</summary>
internal delegate object? ParameterBinder(FunctionInvocation invocation);

/// <summary>Calls a function's method.</summary>
internal sealed class FunctionInvoker
{
    private static readonly MethodInfo AwaitResultOf = typeof(FunctionInvoker).GetMethod(nameof(AwaitResult), BindingFlags.NonPublic | BindingFlags.Static)!;

    // Emits a delegate for the method once it has proven to be used: as fast as a compiled expression, and free at start.
    private readonly MethodInvoker _method;
    private readonly Type? _class;
    private readonly ParameterBinder[] _binders;
    private readonly Func<object?, Task<object?>> _result;

    /// <param name="function">The function.</param>
    /// <param name="bind">What the kind of trigger can say of a parameter; null when it has nothing to say.</param>
    public FunctionInvoker(FunctionMethod function, Func<ParameterInfo, ParameterBinder?>? bind = null)
    {
        Function = function;
        _method = MethodInvoker.Create(function.Method);
        _class = function.Method.IsStatic ? null : function.Method.DeclaringType;
        _binders = [.. function.Method.GetParameters().Select(parameter => bind?.Invoke(parameter) ?? Bind(function, parameter))];
        _result = ResultOf(function.Method.ReturnType);
    }

    public FunctionMethod Function { get; }

    /// <summary>Runs the function in the invocation's own scope of services.</summary>
    public Task<object?> InvokeAsync(FunctionInvocation invocation)
    {
        var arguments = new object?[_binders.Length];
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = _binders[index](invocation);
        }

        var instance = _class is null ? null : invocation.InstanceServices.GetRequiredService(_class);
        return _result(_method.Invoke(instance, arguments.AsSpan()));
    }

    /// <summary>Runs the function in a new scope of services.</summary>
    public async Task InvokeAsync(IServiceScopeFactory scopes, object triggerValue, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await InvokeAsync(new FunctionInvocation(Function, triggerValue, scope.ServiceProvider, cancellationToken));
    }

    private static ParameterBinder Bind(FunctionMethod function, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return parameter.Position == function.TriggerParameter.Position ? static invocation => invocation.TriggerValue
            : type == typeof(CancellationToken) ? static invocation => invocation.CancellationToken
            : type == typeof(FunctionContext) ? static invocation => invocation
            // The worker, too, knows nothing to put there.
            : !type.IsValueType ? static _ => null
            : throw function.Mistake($"nothing can be bound to the parameter '{parameter.Name}' of type {type}.");
    }

    private static Func<object?, Task<object?>> ResultOf(Type type) =>
        type == typeof(void) ? static _ => Task.FromResult<object?>(null)
        : type == typeof(Task) ? static task => AwaitAsync((Task)task!)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)
            ? AwaitResultOf.MakeGenericMethod(type.GetGenericArguments()[0]).CreateDelegate<Func<object?, Task<object?>>>()
        : Task.FromResult;

    private static async Task<object?> AwaitAsync(Task task)
    {
        await task;
        return null;
    }

    private static async Task<object?> AwaitResult<T>(object? task) => await (Task<T>)task!;
}
