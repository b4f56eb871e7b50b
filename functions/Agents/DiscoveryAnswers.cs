using System.ComponentModel;
using Serverless.Http;

namespace Serverless.Agents;

/// <summary>What there is.</summary>
internal sealed record Capabilities(
    [property: Description("The name of the service.")] string Service,
    [property: Description("The version of the contract.")] string Version,
    [property: Description("What all paths begin with.")] string BaseUrl,
    [property: Description("How an agent proves who it is.")] Authentication Authentication,
    [property: Description("The endpoints.")] IEnumerable<EndpointInWords> Endpoints,
    [property: Description("What each tier allows, and what an address may register, in words.")] IReadOnlyDictionary<string, string> RateLimits,
    [property: Description("What each tier allows, in figures.")] IEnumerable<TierInFigures> Tiers,
    [property: Description("What a search may ask.")] SearchInFigures Search,
    [property: Description("How far sources are trusted; the first rule that applies counts.")] IEnumerable<SourceScore> CredibilityScoring);

/// <summary>How an agent proves who it is.</summary>
internal sealed record Authentication(
    [property: Description("Always `bearer`.")] string Type,
    [property: Description("The endpoint that gives a key.")] string ObtainVia);

/// <summary>An endpoint, as agents are told of it.</summary>
internal sealed record EndpointInWords(
    [property: Description("Its method.")] string Method,
    [property: Description("Its path.")] string Path,
    [property: Description("Whether it takes a key.")] bool AuthRequired,
    [property: Description("What it does.")] string Description)
{
    public static EndpointInWords Of(DeclaredEndpoint endpoint, ApiOperation operation) =>
        new(endpoint.Method, endpoint.Path, operation.Credentials.Count > 0, operation.Summary);
}

/// <summary>What a tier allows.</summary>
internal sealed record TierInFigures(
    [property: Description("Its name, in lower case.")] string Name,
    [property: Description("The requests of any minute.")] long RequestsPerMinute,
    [property: Description("The searches in all; null without a cap.")] long? LifetimeCalls);

/// <summary>What a search may ask.</summary>
internal sealed record SearchInFigures(
    [property: Description("Whether a search provider is set up.")] bool Available,
    [property: Description("The longest query, in characters.")] int MaxQueryLength,
    [property: Description("The results of a search that does not say how many.")] int DefaultResults,
    [property: Description("The most results of a search.")] int MaxResults);

/// <summary>How far sources are trusted.</summary>
internal sealed record SourceScore(
    [property: Description("From 0.5 to 1.0.")] decimal Score,
    [property: Description("The sources, in words.")] string Sources);

/// <summary>How to begin.</summary>
internal sealed record Guide(
    [property: Description("What it leads to.")] string Title,
    [property: Description("How to read it.")] string Description,
    [property: Description("What all paths begin with.")] string BaseUrl,
    [property: Description("The steps, in order.")] IEnumerable<GuideStep> Steps);

/// <summary>A step on the way.</summary>
internal sealed record GuideStep(
    [property: Description("Its number, from one.")] int Step,
    [property: Description("Its name, for a program.")] string Name,
    [property: Description("The method of its endpoint.")] string Method,
    [property: Description("The path of its endpoint.")] string Path,
    [property: Description("Whether it takes a key.")] bool AuthRequired,
    [property: Description("What the endpoint does.")] string Description,
    [property: Description("What to mind.")] string Hint,
    [property: Description("A query string, or a body; null where none is needed.")] string? Example);
