using System.Collections.Immutable;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>How far a run is.</summary>
internal enum RunStatus
{
    /// <summary>Accepted; nothing of it has begun.</summary>
    Queued,

    /// <summary>Begun.</summary>
    Running,

    /// <summary>All steps are done.</summary>
    Completed,

    /// <summary>A step failed for good, or the run could not go on.</summary>
    Failed,

    /// <summary>Somebody ended it.</summary>
    Cancelled,
}

/// <summary>What follows from how far a run is.</summary>
internal static class RunStatuses
{
    /// <summary>Whether a run that is as far has come to its end.</summary>
    public static bool IsTerminal(this RunStatus status) => status is RunStatus.Completed or RunStatus.Failed or RunStatus.Cancelled;
}

/// <summary>
/// A run of an app: what it was started with and how far each step is. It changes only by what <see cref="RunPlan"/> and
/// <see cref="RunTransition"/> make of it.
/// </summary>
internal sealed record Run
{
    /// <summary>What announcements of ends of runs are told from others by.</summary>
    public const string WebhookSource = "run";

    /// <summary>Its id.</summary>
    public required RunId Id { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Workspace { get; init; }

    /// <summary>The app as it was when the run was accepted: later changes do not touch it.</summary>
    public required AppDefinition App { get; init; }

    /// <summary>The inputs by name, defaults included.</summary>
    public required IReadOnlyDictionary<string, string> Inputs { get; init; }

    /// <summary>Where its end is reported to; null for nowhere.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>Whether endpoints of the workspace are told of its end: there were some when it was accepted.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Whether anybody is told of its end.</summary>
    public bool IsReported => IsAnnounced || WebhookUrl is not null;

    /// <summary>What started it: a value of <see cref="RunSource"/>.</summary>
    public string Source { get; init; } = RunSource.Api;

    /// <summary>The run that it replays; null when it replays none.</summary>
    public RunId? ReplayOf { get; init; }

    /// <summary>How far it is.</summary>
    public RunStatus Status { get; init; }

    /// <summary>How far the steps are, by id.</summary>
    public required ImmutableDictionary<string, StepState> Steps { get; init; }

    /// <summary>Whether it has been told to wait until fewer of its app are under way. That stays when it begins.</summary>
    public bool HasToWait { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it was accepted.</summary>
    public DateTimeOffset CreatedAt => Id.CreatedAt;

    /// <summary>When it began; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it came to its end; null before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The runs that could begin because it came to its end: whoever ends it sees to it that they do.</summary>
    public IReadOnlyList<RunId> MadeRoomFor { get; init; } = [];

    /// <summary>Whether it has come to its end: then nothing changes any more.</summary>
    public bool IsTerminal => Status.IsTerminal();

    /// <summary>A run that was just accepted.</summary>
    public static Run Create(RunId id, string workspace, AppDefinition app, IReadOnlyDictionary<string, string> inputs) => new()
    {
        Id = id,
        Workspace = workspace,
        App = app,
        Inputs = inputs,
        Steps = app.Steps.ToImmutableDictionary(step => step.Id, _ => StepState.Pending, StringComparer.Ordinal),
    };

    /// <summary>The run with another state of a step.</summary>
    public Run With(string step, StepState state) => this with { Steps = Steps.SetItem(step, state) };
}

/// <summary>What starts runs.</summary>
internal static class RunSource
{
    /// <summary>A request to the app.</summary>
    public const string Api = "api_app";

    /// <summary>A trigger.</summary>
    public const string Trigger = "trigger";

    /// <summary>Somebody who wants a run once more.</summary>
    public const string Replay = "replay";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Api, Trigger, Replay];
}
