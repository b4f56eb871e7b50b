using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Standalone.Host;

namespace Serverless.Tests.Standalone.Host;

/// <summary>How a function's parameters get their values.</summary>
public sealed class FunctionInvokerTests
{
    [Fact]
    public async Task The_trigger_s_parameter_is_known_by_its_place_whichever_object_describes_it()
    {
        // Reflection promises no identity: asked by two threads for the first time, it may describe one parameter by two objects.
        var method = typeof(Functions).GetMethod(nameof(Functions.Echo))!;
        var parameter = typeof(Inheriting).GetMethod(nameof(Functions.Echo))!.GetParameters()[0];
        Assert.NotSame(method.GetParameters()[0], parameter);
        var invoker = new FunctionInvoker(new FunctionMethod("Echo", method, parameter, new QueueTriggerAttribute("queue")));
        await using var services = new ServiceCollection().AddSingleton<Functions>().BuildServiceProvider();

        var result = await invoker.InvokeAsync(new FunctionInvocation(invoker.Function, "message", services, CancellationToken.None));

        Assert.Equal("message", result);
    }

    public class Functions
    {
        public string Echo(string message, string other) => message + other;
    }

    public sealed class Inheriting : Functions;
}
