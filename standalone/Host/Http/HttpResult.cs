using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace Serverless.Standalone.Host;

/// <summary>What an HTTP function hands back.</summary>
internal enum HttpResultKind
{
    /// <summary>Nothing: it wrote the response itself.</summary>
    None,

    /// <summary>An <see cref="IResult"/>.</summary>
    Result,

    /// <summary>An <see cref="IActionResult"/>.</summary>
    ActionResult,
}

/// <summary>Writes what an HTTP function hands back.</summary>
internal static class HttpResult
{
    public static HttpResultKind KindOf(FunctionMethod function) => function.ResultType switch
    {
        null => HttpResultKind.None,
        var type when type.IsAssignableTo(typeof(IResult)) => HttpResultKind.Result,
        var type when type.IsAssignableTo(typeof(IActionResult)) => HttpResultKind.ActionResult,
        var type => throw function.Mistake($"an HTTP function returns nothing, an IResult or an IActionResult, not {type}."),
    };

    public static Task WriteAsync(object? result, HttpContext context) => result switch
    {
        null => Task.CompletedTask,
        IResult http => http.ExecuteAsync(context),
        _ => ((IActionResult)result).ExecuteResultAsync(new ActionContext(context, context.GetRouteData(), new ActionDescriptor())),
    };
}
