using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Webhooks.Messages;
using Serverless.Workspaces;

namespace Serverless.Webhooks.Endpoints;

/// <summary>An endpoint as it is put.</summary>
internal sealed record EndpointDefinition(string Url, IReadOnlyList<string> Events, string? Description, bool IsActive);

/// <summary>Reads the endpoints that are put, and says everything that is wrong with one.</summary>
public sealed class EndpointReader(OutboundGuard guard)
{
    private const int MaxBodyBytes = 16 * 1024;
    private const int MaxDescriptionLength = 256;

    private static readonly TextField Url = new("url", "The address: public, http or https, without credentials.") { IsRequired = true, MinLength = 1, Format = "uri" };

    private static readonly TextsField Events = new("events", "What it is told of.", Event()) { IsRequired = true, MinCount = 1 };
    private static readonly TextField Description = new("description", "What it is for, for people.") { MaxLength = MaxDescriptionLength };
    private static readonly FlagField Active = new("active", "Whether it is told at all.") { Default = true };

    /// <summary>The id of an endpoint in a path.</summary>
    internal static TextField InPath { get; } = new("endpointId", "The id of the endpoint.");

    /// <summary>The body.</summary>
    internal static Body Body { get; } = new(MaxBodyBytes, Url, Events, Description, Active)
    {
        Example = """{"url":"https://example.com/hooks","events":["run.completed","run.failed"],"description":"The warehouse"}""",
    };

    /// <summary>Reads an endpoint.</summary>
    /// <exception cref="ApiException">400: there can be no such endpoint; 413 or 415.</exception>
    internal async Task<EndpointDefinition> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Body, new LaminaProblems("Invalid endpoint"), cancellationToken);
        var url = body.Read(Url);
        var events = body.Read(Events)?.Select(given => given.Value).Distinct(StringComparer.Ordinal).ToList() ?? [];
        var description = body.Read(Description);
        var isActive = body.Read(Active) ?? Active.Default;
        body.Problems.Conclude();
        try
        {
            return new((await guard.AdmitAsync(url!, cancellationToken)).OriginalString, events, description, isActive);
        }
        catch (OutboundRefusedException refusal)
        {
            throw Lamina.InvalidWebhookUrl(refusal);
        }
    }

    private static TextField Event() => new("event", "A kind of event.")
    {
        Rule = new(static text => WebhookEvents.All.Contains(text, StringComparer.Ordinal), $"one of {string.Join(", ", WebhookEvents.All)}")
        {
            Pattern = $"^({string.Join('|', WebhookEvents.All).Replace(".", "\\.", StringComparison.Ordinal)})$",
        },
    };
}
