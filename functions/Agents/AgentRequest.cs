using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>What the requests of agents have in common.</summary>
internal static class AgentRequest
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Any text that can be printed.</summary>
    public static TextRule Printable { get; } = new(static text => !text.Any(char.IsControl), "printable characters") { Pattern = @"^\P{Cc}*$" };

    /// <summary>A body. Other fields than its own are ignored.</summary>
    public static Body Body(params IReadOnlyList<Field> fields) => new(MaxBytes, fields);

    /// <summary>Begins to read a body.</summary>
    /// <exception cref="ApiException">400 when it is no JSON object, 413, or 415.</exception>
    public static Task<RequestReader> ReadBodyAsync(HttpContext context, ApiOperation operation, CancellationToken cancellationToken) =>
        RequestReader.OfBodyAsync(context.Request, operation.Body!, new AgentProblems(), cancellationToken);
}
