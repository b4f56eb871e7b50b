using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace Serverless.Standalone.Host;

/// <summary>Gives each HTTP function its endpoint.</summary>
internal static partial class HttpFunctionEndpoints
{
    public static void AddHttpFunctions(this IServiceCollection services, IReadOnlyList<HttpFunction> functions)
    {
        services.AddRouting();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<MatcherPolicy, HttpFunctionSelector>());
        if (functions.Any(function => function.ResultKind == HttpResultKind.ActionResult))
        {
            services.AddMvcCore();
        }
    }

    public static void MapHttpFunctions(this WebApplication application, IReadOnlyList<HttpFunction> functions)
    {
        var logger = application.Services.GetRequiredService<ILogger<HttpFunction>>();
        foreach (var function in functions)
        {
            application.Map(function.Pattern, context => InvokeAsync(function, context, logger)).WithMetadata(function);
        }
    }

    /// <summary>Runs the function. As in the worker, one that throws leaves the response as it is: 200 and empty, unless it wrote some.</summary>
    private static async Task InvokeAsync(HttpFunction function, HttpContext context, ILogger logger)
    {
        var definition = function.Invoker.Function;
        try
        {
            var invocation = new FunctionInvocation(definition, context.Request, context.RequestServices, context.RequestAborted)
            {
                HttpContext = context,
            };
            await HttpResult.WriteAsync(await function.Invoker.InvokeAsync(invocation), context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has gone: nobody is left to be told.
        }
        catch (Exception failure)
        {
            Log.FunctionFailed(logger, definition.Name, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Function {Function} failed.")]
        public static partial void FunctionFailed(ILogger logger, string function, Exception exception);
    }
}
