using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>What requests about organizations have in common, whoever sends them: their fields, and how they are read.</summary>
internal static class OrganizationRequest
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxNameLength = 100;

    private static readonly TextRule Printable = new(
        static text => !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl), "printable characters")
    { Pattern = @"^\P{Cc}*[^\s\p{Cc}]\P{Cc}*$" };

    /// <summary>The name of anything.</summary>
    public static TextField Name { get; } = Text("name", "The name, for people.", MaxNameLength);

    /// <summary>The project of a path.</summary>
    public static TextField Project { get; } = new("project", "The id of the project.");

    /// <summary>Whether anything is served.</summary>
    public static OptionField Status { get; } = Option("status", "Whether it is served. Nothing is deleted while it is suspended.", [TenantStatus.Active, TenantStatus.Suspended]);

    /// <summary>A text.</summary>
    public static TextField Text(string name, string description, int maxLength) =>
        new(name, description) { MinLength = 1, MaxLength = maxLength, Rule = Printable };

    /// <summary>One of a few words, in whatever case.</summary>
    public static OptionField Option(string name, string description, IEnumerable<string> options) => new(name, description, [.. options]) { IgnoresCase = true };

    /// <summary>A body.</summary>
    public static Body Body(params IReadOnlyList<Field> fields) => new(MaxBytes, fields) { IsClosed = true };

    /// <summary>Begins to read a query string.</summary>
    public static RequestReader ReadQuery(HttpContext context) => RequestReader.OfQuery(context.Request, new OrganizationProblems("Invalid query parameters"));

    /// <summary>Begins to read a body.</summary>
    /// <exception cref="ApiException">400 when it is no JSON object, 413, or 415.</exception>
    public static Task<RequestReader> ReadBodyAsync(HttpContext context, ApiOperation operation, CancellationToken cancellationToken) =>
        RequestReader.OfBodyAsync(context.Request, operation.Body!, new OrganizationProblems("Invalid request body"), cancellationToken);

    /// <summary>Ends the reading: what is not declared is unknown.</summary>
    /// <exception cref="ApiException">400: something was wrong.</exception>
    public static void Conclude(this RequestReader reader, ApiOperation operation)
    {
        reader.RefuseOthers(operation.Body?.Fields ?? operation.Query);
        reader.Problems.Conclude();
    }
}
