using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Tenancy;

/// <summary>
/// The figures that are to be other than <see cref="Tenancy.Plans"/> has them: <c>Plans__LuminaLog__Indie__RequestsPerMinute</c>, or
/// <c>Limits__LaminaRequestsPerMinute</c>.
/// </summary>
public sealed class PlanOptions
{
    /// <summary>The figures of plans, by surface.</summary>
    [ValidateObjectMembers]
    public SurfacePlanSettings Plans { get; set; } = new();

    /// <summary>The limits that no plan changes.</summary>
    [ValidateObjectMembers]
    public LimitSettings Limits { get; set; } = new();
}

/// <summary>The figures of plans, by surface.</summary>
public sealed class SurfacePlanSettings
{
    /// <summary>LuminaLog's plans.</summary>
    [ValidateObjectMembers]
    public LogPlansSettings LuminaLog { get; set; } = new();

    /// <summary>LumiqTrace's plans.</summary>
    [ValidateObjectMembers]
    public TracePlansSettings LumiqTrace { get; set; } = new();

    /// <summary>Lithtrix's tiers.</summary>
    [ValidateObjectMembers]
    public AgentTiersSettings Lithtrix { get; set; } = new();
}

/// <summary>The figures of LuminaLog's plans.</summary>
public sealed class LogPlansSettings
{
    /// <summary>The plan <c>Indie</c>.</summary>
    [ValidateObjectMembers]
    public LogPlanSettings Indie { get; set; } = new();

    /// <summary>The plan <c>Bootstrapper</c>.</summary>
    [ValidateObjectMembers]
    public LogPlanSettings Bootstrapper { get; set; } = new();

    /// <summary>The plan <c>Compliance</c>.</summary>
    [ValidateObjectMembers]
    public LogPlanSettings Compliance { get; set; } = new();

    /// <summary>The plan <c>Scale</c>.</summary>
    [ValidateObjectMembers]
    public LogPlanSettings Scale { get; set; } = new();
}

/// <summary>The figures of a LuminaLog plan.</summary>
public sealed class LogPlanSettings
{
    /// <summary>What its bucket holds, and what refills in a minute.</summary>
    [WholeNumber(1)]
    public string? RequestsPerMinute { get; set; }

    /// <summary>The bytes of entries that may be sent in a calendar month.</summary>
    [WholeNumber(1)]
    public string? BytesPerMonth { get; set; }
}

/// <summary>The figures of LumiqTrace's plans.</summary>
public sealed class TracePlansSettings
{
    /// <summary>The plan <c>Free</c>.</summary>
    [ValidateObjectMembers]
    public TracePlanSettings Free { get; set; } = new();

    /// <summary>The plan <c>Pro</c>.</summary>
    [ValidateObjectMembers]
    public TracePlanSettings Pro { get; set; } = new();

    /// <summary>The plan <c>Team</c>.</summary>
    [ValidateObjectMembers]
    public TracePlanSettings Team { get; set; } = new();

    /// <summary>The plan <c>Scale</c>.</summary>
    [ValidateObjectMembers]
    public TracePlanSettings Scale { get; set; } = new();
}

/// <summary>The figures of a LumiqTrace plan.</summary>
public sealed class TracePlanSettings
{
    /// <summary>The events that may be sent in a calendar month.</summary>
    [WholeNumber(1)]
    public string? EventsPerMonth { get; set; }
}

/// <summary>The figures of Lithtrix's tiers.</summary>
public sealed class AgentTiersSettings
{
    /// <summary>The tier <c>Free</c>.</summary>
    [ValidateObjectMembers]
    public AgentTierSettings Free { get; set; } = new();

    /// <summary>The tier <c>Pro</c>.</summary>
    [ValidateObjectMembers]
    public AgentTierSettings Pro { get; set; } = new();
}

/// <summary>The figures of a Lithtrix tier.</summary>
public sealed class AgentTierSettings
{
    /// <summary>The requests of any minute.</summary>
    [WholeNumber(1)]
    public string? RequestsPerMinute { get; set; }

    /// <summary>The searches it is meant for in all; 0 for no cap.</summary>
    [WholeNumber(0)]
    public string? LifetimeCalls { get; set; }
}

/// <summary>The limits that no plan changes; what each is about stands at <see cref="Plans"/>.</summary>
public sealed class LimitSettings
{
    /// <inheritdoc cref="Plans.TraceIngestPerMinute"/>
    [WholeNumber(1)]
    public string? TraceIngestPerMinute { get; set; }

    /// <inheritdoc cref="Plans.TraceDataPerMinute"/>
    [WholeNumber(1)]
    public string? TraceDataPerMinute { get; set; }

    /// <inheritdoc cref="Plans.TraceAiPerHour"/>
    [WholeNumber(1)]
    public string? TraceAiPerHour { get; set; }

    /// <inheritdoc cref="Plans.TraceLoginsPerMinute"/>
    [WholeNumber(1)]
    public string? TraceLoginsPerMinute { get; set; }

    /// <inheritdoc cref="Plans.TraceLoginsPerEmailPerQuarterHour"/>
    [WholeNumber(1)]
    public string? TraceLoginsPerEmailPerQuarterHour { get; set; }

    /// <inheritdoc cref="Plans.LaminaRequestsPerMinute"/>
    [WholeNumber(1)]
    public string? LaminaRequestsPerMinute { get; set; }

    /// <inheritdoc cref="Plans.LithtrixRegistrationsPerHour"/>
    [WholeNumber(1)]
    public string? LithtrixRegistrationsPerHour { get; set; }
}

/// <summary>Judges the figures of plans and limits.</summary>
[OptionsValidator]
internal sealed partial class PlanOptionsValidator : IValidateOptions<PlanOptions>;
