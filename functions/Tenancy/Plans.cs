using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Tenancy;

/// <summary>An organization's LuminaLog plan.</summary>
/// <param name="RequestsPerMinute">What its bucket holds, and what refills in a minute.</param>
/// <param name="BytesPerMonth">The bytes of entries it may send in a calendar month.</param>
public sealed record LogPlan(long RequestsPerMinute, long BytesPerMonth);

/// <summary>An organization's LumiqTrace plan.</summary>
/// <param name="EventsPerMonth">The events it may send in a calendar month.</param>
public sealed record TracePlan(long EventsPerMonth)
{
    private const int StepsOfEvent = 10;

    /// <summary>The spans that call no model that it may send in a calendar month.</summary>
    public long StepsPerMonth => EventsPerMonth > long.MaxValue / StepsOfEvent ? long.MaxValue : EventsPerMonth * StepsOfEvent;
}

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

    /// <summary>Takes the figures as they are, but for those that are set otherwise.</summary>
    public Plans(IOptions<PlanOptions> options)
    {
        var (logs, traces, agents) = (options.Value.Plans.LuminaLog, options.Value.Plans.LumiqTrace, options.Value.Plans.Lithtrix);
        Log = ByName(
            ("Indie", Plan(logs.Indie, 60, 1)),
            ("Bootstrapper", Plan(logs.Bootstrapper, 300, 10)),
            ("Compliance", Plan(logs.Compliance, 600, 50)),
            ("Scale", Plan(logs.Scale, 1_800, 250)));
        Trace = ByName(
            ("Free", Plan(traces.Free, 10_000)),
            ("Pro", Plan(traces.Pro, 1_000_000)),
            ("Team", Plan(traces.Team, 10_000_000)),
            ("Scale", Plan(traces.Scale, 100_000_000)));
        Tier = ByName(("Free", Plan(agents.Free, 60, 300)), ("Pro", Plan(agents.Pro, 600, 0)));
        var limits = options.Value.Limits;
        TraceIngestPerMinute = Figure(limits.TraceIngestPerMinute, 1_000);
        TraceDataPerMinute = Figure(limits.TraceDataPerMinute, 300);
        TraceAiPerHour = Figure(limits.TraceAiPerHour, 20);
        TraceLoginsPerMinute = Figure(limits.TraceLoginsPerMinute, 10);
        TraceLoginsPerEmailPerQuarterHour = Figure(limits.TraceLoginsPerEmailPerQuarterHour, 20);
        LaminaRequestsPerMinute = Figure(limits.LaminaRequestsPerMinute, 100);
        LithtrixRegistrationsPerHour = Figure(limits.LithtrixRegistrationsPerHour, 20);
    }

    /// <summary>The figures as they are unless they are set otherwise.</summary>
    public static Plans Usual { get; } = new(Options.Create(new PlanOptions()));

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

    private static LogPlan Plan(LogPlanSettings set, long perMinute, long gigabytes) =>
        new(Figure(set.RequestsPerMinute, perMinute), Figure(set.BytesPerMonth, gigabytes * Gigabyte));

    private static TracePlan Plan(TracePlanSettings set, long events) => new(Figure(set.EventsPerMonth, events));

    private static AgentTier Plan(AgentTierSettings set, long perMinute, long calls) => new(Figure(set.RequestsPerMinute, perMinute), Figure(set.LifetimeCalls, calls));

    private static long Figure(string? set, long otherwise) => WholeNumberAttribute.Read(set) ?? otherwise;

    private static Dictionary<string, T> ByName<T>(params IEnumerable<(string Name, T Plan)> plans) =>
        plans.ToDictionary(plan => plan.Name, plan => plan.Plan, StringComparer.OrdinalIgnoreCase);
}
