using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Outbound.Search;
using Serverless.Tenancy;

namespace Serverless.Agents;

/// <summary>An error of Lithtrix.</summary>
internal sealed record AgentError(
    [property: Description("Always `error`.")] string Status,
    [property: Description("What went wrong, for a program.")] string ErrorCode,
    [property: Description("What went wrong, in a sentence.")] string Message);

/// <summary>A key that has just been made, shown for the only time.</summary>
internal sealed record AgentKeyAnswer(
    [property: Description("`success` on a key in place of another; absent on the first."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Status,
    [property: Description("The key.")] string ApiKey,
    [property: Description("The id of the agent.")] string AgentId,
    [property: Description("Always the same sentence: the key is not shown again.")] string Message)
{
    public static AgentKeyAnswer Of(ApiKey key, string? status) =>
        new(status, key.Reveal(), AgentIds.Public(key.Account), "Keep this key in a safe place: it is not shown again");
}

/// <summary>An agent, as it is told of itself.</summary>
internal sealed record AgentProfile(
    [property: Description("Its id.")] string AgentId,
    [property: Description("Its name, as it said.")] string AgentName,
    [property: Description("Who is behind it, as it said.")] string OwnerIdentifier,
    [property: Description("The tier, in lower case.")] string Tier)
{
    public static AgentProfile Of(AdmittedAgent agent) =>
        new(AgentIds.Public(agent.Account.Id), agent.Account.Name, agent.Account.Owner, agent.Usage.ShownTier);
}

/// <summary>What an agent has used.</summary>
internal sealed record AgentUsageAnswer(
    [property: Description("Its id.")] string AgentId,
    [property: Description("Its tier, in lower case.")] string Tier,
    [property: Description("Its successful searches in all.")] long CallsTotal,
    [property: Description("Those that are left; null without a cap.")] long? CallsRemaining,
    [property: Description("Whether the cap is reached. Searches go on.")] bool OverLimit,
    [property: Description("Where the tier is raised; null without a cap.")] string? UpgradeUrl,
    [property: Description("Its successful searches of the calendar month, UTC.")] long CallsThisMonth,
    [property: Description("What its tier allows.")] AgentLimits Limits,
    [property: Description("Its successful searches of the last 30 days, UTC, the oldest day first.")] IEnumerable<CallsOfDay> Daily)
{
    private const int DaysShown = 30;

    public static AgentUsageAnswer Of(AdmittedAgent agent, string? upgradeUrl) => new(
        AgentIds.Public(agent.Account.Id),
        agent.Usage.ShownTier,
        agent.Usage.Calls,
        agent.Usage.Remaining,
        agent.Usage.IsOverLimit,
        upgradeUrl,
        agent.Usage.CallsThisMonth,
        new(agent.Usage.Tier.RequestsPerMinute, agent.Usage.Tier.Cap),
        agent.Usage.Days.TakeLast(DaysShown).Select(day => new CallsOfDay(day.Date, day.Count)));
}

/// <summary>What a tier allows.</summary>
internal sealed record AgentLimits(
    [property: Description("The requests of any minute.")] long RequestsPerMinute,
    [property: Description("The searches in all; null without a cap.")] long? LifetimeCalls);

/// <summary>The searches of a day.</summary>
internal sealed record CallsOfDay(
    [property: Description("The day, UTC.")] DateOnly Date,
    [property: Description("Its successful searches.")] long Calls);

/// <summary>What an agent pays for.</summary>
internal sealed record AgentBillingAnswer(
    [property: Description("`success` when it has just been set up; else absent."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Status,
    [property: Description("Its tier, in lower case.")] string Tier,
    [property: Description("Its successful searches in all.")] long CallsTotal,
    [property: Description("Their limit; null for none.")] long? CallLimit,
    [property: Description("Whether it is reached. Searches go on.")] bool OverLimit,
    [property: Description("What the payment provider calls the agent; null when it does not pay.")] string? StripeCustomerId)
{
    public static AgentBillingAnswer Of(Account account, AgentUsage usage, string? status) =>
        new(status, usage.ShownTier, usage.Calls, usage.Tier.Cap, usage.IsOverLimit, account.PaymentCustomer.Length > 0 ? account.PaymentCustomer : null);
}

/// <summary>What a search has found.</summary>
internal sealed record SearchResponse(
    [property: Description("Always `success`.")] string Status,
    [property: Description("The query, as it came.")] string Query,
    [property: Description("The pages, the best first, each once.")] IEnumerable<FoundResult> Results,
    [property: Description("What the agent has used, this search included.")] SearchUsage Usage,
    [property: Description("Whether it is an earlier answer to the same question.")] bool Cached,
    [property: Description("How long it took, in milliseconds.")] long ResponseTimeMs);

/// <summary>A page that was found. All of it is plain text.</summary>
internal sealed record FoundResult(
    [property: Description("Its title.")] string Title,
    [property: Description("Its address, http or https.")] string Url,
    [property: Description("What it says of the matter; may be empty.")] string Snippet,
    [property: Description("The host of its address.")] string Source,
    [property: Description("How far its source is to be trusted, from 0.5 to 1.0.")] decimal CredibilityScore,
    [property: Description("When it was published or last changed, to the second; null when that is not known.")] DateTime? PublishedDate)
{
    public static FoundResult Of(SearchResult result) =>
        new(result.Title, result.Url.AbsoluteUri, result.Snippet, result.Source, result.Credibility, result.PublishedAt is { } time ? ToSecond(time.UtcDateTime) : null);

    private static DateTime ToSecond(DateTime time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond));
}

/// <summary>What an agent has used, as every search says.</summary>
internal sealed record SearchUsage(
    [property: Description("Its successful searches in all.")] long CallsTotal,
    [property: Description("Those that are left; null without a cap.")] long? CallsRemaining,
    [property: Description("Whether the cap is reached. Searches go on.")] bool OverLimit,
    [property: Description("Where the tier is raised; null without a cap.")] string? UpgradeUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AgentError))]
[JsonSerializable(typeof(AgentKeyAnswer))]
[JsonSerializable(typeof(AgentProfile))]
[JsonSerializable(typeof(AgentUsageAnswer))]
[JsonSerializable(typeof(AgentBillingAnswer))]
[JsonSerializable(typeof(SearchResponse))]
[JsonSerializable(typeof(Capabilities))]
[JsonSerializable(typeof(Guide))]
internal sealed partial class AgentJson : JsonSerializerContext;
