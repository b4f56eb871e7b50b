using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound.Search;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>What anybody is told of the service, without a key. Its figures are those it works by.</summary>
public sealed class Discovery(Plans plans, WebSearch search)
{
    private const string Version = "1.0.0";

    /// <summary><c>GET /v1/capabilities</c>.</summary>
    public Task ShowCapabilitiesAsync(HttpContext context, CancellationToken cancellationToken) =>
        JsonResponse.WriteAsync(context.Response, writer => WriteCapabilities(writer, context.Request), cancellationToken);

    /// <summary><c>GET /v1/guide</c>.</summary>
    public Task ShowGuideAsync(HttpContext context, CancellationToken cancellationToken) =>
        JsonResponse.WriteAsync(context.Response, writer => WriteGuide(writer, context.Request), cancellationToken);

    private void WriteCapabilities(Utf8JsonWriter writer, HttpRequest request)
    {
        writer.WriteStartObject();
        writer.WriteString("service", "Lithtrix Search API");
        writer.WriteString("version", Version);
        writer.WriteString("base_url", BaseAddress.Of(request));
        writer.WriteStartObject("authentication");
        writer.WriteString("type", "bearer");
        writer.WriteString("obtain_via", $"{ContractEndpoint.Register.Method} {ContractEndpoint.Register.Path}");
        writer.WriteEndObject();
        WriteEndpoints(writer);
        WriteLimits(writer);
        WriteSearch(writer);
        writer.WriteEndObject();
    }

    private static void WriteEndpoints(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("endpoints");
        foreach (var endpoint in ContractEndpoint.All)
        {
            writer.WriteStartObject();
            WriteEndpoint(writer, endpoint);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteLimits(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("rate_limits");
        foreach (var (name, tier) in plans.Tier)
        {
            writer.WriteString($"{name.ToLowerInvariant()}_tier", InWords(tier));
        }

        writer.WriteString("registration", $"{Figure(plans.LithtrixRegistrationsPerHour)} registrations/hour from an address");
        writer.WriteEndObject();
        writer.WriteStartArray("tiers");
        foreach (var (name, tier) in plans.Tier)
        {
            writer.WriteStartObject();
            writer.WriteTier("name", name);
            writer.WriteLimits(tier);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteSearch(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("search");
        writer.WriteBoolean("available", search.MissingSetting is null);
        writer.WriteNumber("max_query_length", WebSearch.MaxQueryLength);
        writer.WriteNumber("default_results", SearchQuery.DefaultResults);
        writer.WriteNumber("max_results", WebSearch.MaxResults);
        writer.WriteEndObject();
        writer.WriteStartArray("credibility_scoring");
        foreach (var (score, sources) in Credibility.Rules)
        {
            writer.WriteStartObject();
            writer.WriteNumber("score", score);
            writer.WriteString("sources", sources);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteGuide(Utf8JsonWriter writer, HttpRequest request)
    {
        var (free, paid) = (plans.Tier[Plans.DefaultTier], plans.Tier[Plans.PaidTier]);
        (string Name, ContractEndpoint Endpoint, string Hint, string? Example)[] steps =
        [
            ("discover", ContractEndpoint.Capabilities, "No key is needed.", null),
            ("register", ContractEndpoint.Register, "Keep the api_key of the answer: it is not shown again.", """{"agent_name":"my-agent","owner_identifier":"you@example.com"}"""),
            ("search", ContractEndpoint.Search, "usage in every answer says how many calls are left.", "?q=durable+queues&num_results=5"),
            ("check_usage", ContractEndpoint.Usage, $"The free tier: {InWords(free)}. Past its calls searches go on, and over_limit is true.", null),
            ("upgrade", ContractEndpoint.SetUpBilling, $"The pro tier: {InWords(paid)}.", """{"payment_method_id":"…"}"""),
            ("rotate_key", ContractEndpoint.RotateKey, "Use the api_key of the answer from then on.", null),
        ];

        writer.WriteStartObject();
        writer.WriteString("title", "Lithtrix: from nothing to a search");
        writer.WriteString("description", "The steps in order. Where auth_required is true, send the header Authorization: Bearer <your api_key>.");
        writer.WriteString("base_url", BaseAddress.Of(request));
        writer.WriteStartArray("steps");
        foreach (var (index, (name, endpoint, hint, example)) in steps.Index())
        {
            writer.WriteStartObject();
            writer.WriteNumber("step", index + 1);
            writer.WriteString("name", name);
            WriteEndpoint(writer, endpoint);
            writer.WriteString("hint", hint);
            writer.WriteString("example", example);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEndpoint(Utf8JsonWriter writer, ContractEndpoint endpoint)
    {
        writer.WriteString("method", endpoint.Method);
        writer.WriteString("path", endpoint.Path);
        writer.WriteBoolean("auth_required", endpoint.NeedsKey);
        writer.WriteString("description", endpoint.Description);
    }

    private static string InWords(AgentTier tier) =>
        $"{Figure(tier.RequestsPerMinute)} requests/minute, {(tier.Cap is { } cap ? $"{Figure(cap)} calls in all" : "no limit of calls")}";

    private static string Figure(long figure) => figure.ToString(CultureInfo.InvariantCulture);
}
