using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Outbound.Search;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>What anybody is told of the service, without a key. Its figures are those it works by, and its endpoints those that are declared.</summary>
public sealed class Discovery(SurfaceEndpoint endpoint, RouteTable routes, Plans plans, WebSearch search)
{
    private const string Version = "1.0.0";

    private static readonly Answer<Capabilities> Told = Answer.Json(200, "What there is.", AgentJson.Default.Capabilities);
    private static readonly Answer<Guide> Guided = Answer.Json(200, "The steps.", AgentJson.Default.Guide);

    private static readonly ApiOperation ShowCapabilities = new(nameof(ShowCapabilities), "What there is: endpoints, limits and how sources are scored") { Answers = [Told] };

    private static readonly ApiOperation ShowGuide = new(nameof(ShowGuide), "The first steps, in order") { Answers = [Guided] };

    // In the order in which they are told.
    private static readonly IReadOnlyList<ApiOperation> Operations =
    [
        ShowCapabilities, ShowGuide, RegisterAgent.Operation, SearchWeb.Operation,
        AgentAccount.ShowAgent, AgentAccount.ShowAgentUsage, AgentAccount.ShowAgentBilling, SetUpBilling.Operation, RotateKey.Operation,
    ];

    /// <summary><c>GET /v1/capabilities</c>: what there is.</summary>
    [Function(nameof(ShowCapabilities))]
    public Task ShowCapabilitiesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/capabilities")] HttpRequest request) =>
        endpoint.ServeAsync(request, ShowCapabilities, (context, cancellationToken) => Told.WriteAsync(context, Capabilities(request), cancellationToken));

    /// <summary><c>GET /v1/guide</c>: how to begin.</summary>
    [Function(nameof(ShowGuide))]
    public Task ShowGuideAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/guide")] HttpRequest request) =>
        endpoint.ServeAsync(request, ShowGuide, (context, cancellationToken) => Guided.WriteAsync(context, Guide(request), cancellationToken));

    private Capabilities Capabilities(HttpRequest request)
    {
        var register = InWords(RegisterAgent.Operation);
        return new(
            "Lithtrix Search API",
            Version,
            BaseAddress.Of(request),
            new("bearer", $"{register.Method} {register.Path}"),
            Operations.Select(InWords),
            RateLimits(),
            plans.Tier.Select(tier => new TierInFigures(tier.Key.ToLowerInvariant(), tier.Value.RequestsPerMinute, tier.Value.Cap)),
            new(search.MissingSetting is null, WebSearch.MaxQueryLength, SearchWeb.DefaultResults, WebSearch.MaxResults),
            Credibility.Rules.Select(rule => new SourceScore(rule.Score, rule.Sources)));
    }

    private OrderedDictionary<string, string> RateLimits()
    {
        var limits = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, tier) in plans.Tier)
        {
            limits[$"{name.ToLowerInvariant()}_tier"] = InWords(tier);
        }

        limits["registration"] = $"{Figure(plans.LithtrixRegistrationsPerHour)} registrations/hour from an address";
        return limits;
    }

    private Guide Guide(HttpRequest request)
    {
        var (free, paid) = (plans.Tier[Plans.DefaultTier], plans.Tier[Plans.PaidTier]);
        (string Name, ApiOperation Operation, string Hint, string? Example)[] steps =
        [
            ("discover", ShowCapabilities, "No key is needed.", null),
            ("register", RegisterAgent.Operation, "Keep the api_key of the answer: it is not shown again.", RegisterAgent.Example),
            ("search", SearchWeb.Operation, "usage in every answer says how many calls are left.", "?q=durable+queues&num_results=5"),
            ("check_usage", AgentAccount.ShowAgentUsage, $"The free tier: {InWords(free)}. Past its calls searches go on, and over_limit is true.", null),
            ("upgrade", SetUpBilling.Operation, $"The pro tier: {InWords(paid)}.", SetUpBilling.Example),
            ("rotate_key", RotateKey.Operation, "Use the api_key of the answer from then on.", null),
        ];
        return new(
            "Lithtrix: from nothing to a search",
            "The steps in order. Where auth_required is true, send the header Authorization: Bearer <your api_key>.",
            BaseAddress.Of(request),
            steps.Select((step, index) => Step(index + 1, step.Name, InWords(step.Operation), step.Hint, step.Example)));
    }

    private static GuideStep Step(int number, string name, EndpointInWords endpoint, string hint, string? example) =>
        new(number, name, endpoint.Method, endpoint.Path, endpoint.AuthRequired, endpoint.Description, hint, example);

    private EndpointInWords InWords(ApiOperation operation) => EndpointInWords.Of(routes.Find(operation), operation);

    private static string InWords(AgentTier tier) =>
        $"{Figure(tier.RequestsPerMinute)} requests/minute, {(tier.Cap is { } cap ? $"{Figure(cap)} calls in all" : "no limit of calls")}";

    private static string Figure(long figure) => figure.ToString(CultureInfo.InvariantCulture);
}
