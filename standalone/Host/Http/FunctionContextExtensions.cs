using Microsoft.AspNetCore.Http;
using Serverless.Standalone.Host;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>HTTP for <see cref="FunctionContext"/>.</summary>
public static class FunctionContextExtensions
{
    /// <summary>The request that triggered the execution; null when something else did.</summary>
    /// <param name="context">The execution.</param>
    public static HttpContext? GetHttpContext(this FunctionContext context) => (context as FunctionInvocation)?.HttpContext;
}
