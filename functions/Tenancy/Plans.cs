using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Tenancy;

/// <summary>An organization's LuminaLog plan.</summary>
/// <param name="RequestsPerMinute">What its bucket holds, and what refills in a minute.</param>
/// <param name="BytesPerMonth">The bytes of entries it may send in a calendar month.</param>
public sealed record LogPlan(long RequestsPerMinute, long BytesPerMonth);

/// <summary>An organization's LumiqTrace plan.</summary>
/// <param name="EventsPerMonth">The events it may send in a calendar month.</param>
public sealed record TracePlan(long EventsPerMonth);

/// <summary>An agent's Lithtrix tier.</summary>
/// <param name="RequestsPerMinute">The requests of any minute.</param>
/// <param name="LifetimeCalls">The searches it is meant for in all; 0 for no cap.</param>
public sealed record AgentTier(long RequestsPerMinute, long LifetimeCalls)
{
    /// <summary>The searches it is meant for in all; null when there is no cap.</summary>
    public long? Cap => LifetimeCalls > 0 ? LifetimeCalls : null;
}

/// <summary>
/// Every figure of the four contracts, in one place. Each can be set otherwise: <c>Plans__LuminaLog__Indie__RequestsPerMinute</c>, or
/// <c>Limits__LaminaRequestsPerMinute</c>.
/// </summary>
public sealed class Plans
{
    /// <summary>The LuminaLog plan of whoever has none.</summary>
    public const string DefaultLogPlan = "Indie";

    /// <summary>The LumiqTrace plan of whoever has none.</summary>
    public const string DefaultTracePlan = "Free";

    /// <summary>The tier of an agent that has just registered.</summary>
    public const string DefaultTier = "Free";

    /// <summary>The tier of an agent that pays.</summary>
    public const string PaidTier = "Pro";

    private const long Gigabyte = 1L << 30;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">A figure is not a whole number, or below its minimum.</exception>
    public Plans(IConfiguration configuration)
    {
        Log = Named<LogPlan>(
            [("Indie", 60, 1), ("Bootstrapper", 300, 10), ("Compliance", 600, 50), ("Scale", 1_800, 250)],
            (name, perMinute, gigabytes) => new(
                Plan("LuminaLog", name, nameof(LogPlan.RequestsPerMinute), perMinute), Plan("LuminaLog", name, nameof(LogPlan.BytesPerMonth), gigabytes * Gigabyte)));
        Trace = Named<TracePlan>(
            [("Free", 10_000, 0), ("Pro", 1_000_000, 0), ("Team", 10_000_000, 0), ("Scale", 100_000_000, 0)],
            (name, events, _) => new(Plan("LumiqTrace", name, nameof(TracePlan.EventsPerMonth), events)));
        Tier = Named<AgentTier>(
            [("Free", 60, 300), ("Pro", 600, 0)],
            (name, perMinute, calls) => new(
                Plan("Lithtrix", name, nameof(AgentTier.RequestsPerMinute), perMinute), Plan("Lithtrix", name, nameof(AgentTier.LifetimeCalls), calls, minimum: 0)));
        TraceIngestPerMinute = Limit(nameof(TraceIngestPerMinute), 1_000);
        TraceDataPerMinute = Limit(nameof(TraceDataPerMinute), 300);
        TraceAiPerHour = Limit(nameof(TraceAiPerHour), 20);
        TraceLoginsPerMinute = Limit(nameof(TraceLoginsPerMinute), 10);
        TraceLoginsPerEmailPerQuarterHour = Limit(nameof(TraceLoginsPerEmailPerQuarterHour), 20);
        LaminaRequestsPerMinute = Limit(nameof(LaminaRequestsPerMinute), 100);
        LithtrixRegistrationsPerHour = Limit(nameof(LithtrixRegistrationsPerHour), 20);

        long Plan(string surface, string name, string figure, long otherwise, long minimum = 1) =>
            Figure(configuration, $"Plans:{surface}:{name}:{figure}", otherwise, minimum);

        long Limit(string name, long otherwise) => Figure(configuration, $"Limits:{name}", otherwise, minimum: 1);
    }

    /// <summary>The LuminaLog plans by name.</summary>
    public IReadOnlyDictionary<string, LogPlan> Log { get; }

    /// <summary>The LumiqTrace plans by name.</summary>
    public IReadOnlyDictionary<string, TracePlan> Trace { get; }

    /// <summary>The Lithtrix tiers by name.</summary>
    public IReadOnlyDictionary<string, AgentTier> Tier { get; }

    /// <summary>LumiqTrace: ingest requests in any minute, by key.</summary>
    public long TraceIngestPerMinute { get; }

    /// <summary>LumiqTrace: requests for data and metrics in any minute, by session.</summary>
    public long TraceDataPerMinute { get; }

    /// <summary>LumiqTrace: requests to the AI endpoints in any hour, by organization.</summary>
    public long TraceAiPerHour { get; }

    /// <summary>LumiqTrace: attempts to log in in any minute, by client address.</summary>
    public long TraceLoginsPerMinute { get; }

    /// <summary>LumiqTrace: attempts to log in in any quarter of an hour, by e-mail address.</summary>
    public long TraceLoginsPerEmailPerQuarterHour { get; }

    /// <summary>Lamina: requests in any minute, by client address.</summary>
    public long LaminaRequestsPerMinute { get; }

    /// <summary>Lithtrix: registrations in any hour, by client address.</summary>
    public long LithtrixRegistrationsPerHour { get; }

    /// <summary>An account's LuminaLog plan.</summary>
    public LogPlan LogPlanOf(Account account) => Log.GetValueOrDefault(account.LogPlan) ?? Log[DefaultLogPlan];

    /// <summary>An account's LumiqTrace plan.</summary>
    public TracePlan TracePlanOf(Account account) => Trace.GetValueOrDefault(account.TracePlan) ?? Trace[DefaultTracePlan];

    /// <summary>An agent's tier.</summary>
    public AgentTier TierOf(Account account) => Tier[TierNameOf(account)];

    /// <summary>The name of an agent's tier.</summary>
    public string TierNameOf(Account account) => Tier.ContainsKey(account.Tier) ? account.Tier : DefaultTier;

    private static Dictionary<string, T> Named<T>((string Name, long First, long Second)[] plans, Func<string, long, long, T> create) =>
        plans.ToDictionary(plan => plan.Name, plan => create(plan.Name, plan.First, plan.Second), StringComparer.OrdinalIgnoreCase);

    private static long Figure(IConfiguration configuration, string path, long otherwise, long minimum)
    {
        if (configuration[path] is not { Length: > 0 } text)
        {
            return otherwise;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var figure) && figure >= minimum && figure <= int.MaxValue * 1_000_000L
            ? figure
            : throw new OptionsValidationException(
                path, typeof(Plans), [$"{path.Replace(":", "__", StringComparison.Ordinal)}: must be a whole number of at least {minimum}, not \"{text}\"."]);
    }
}
