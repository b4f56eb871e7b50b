using Serverless.Runs.Engine.Concurrency;

namespace Serverless.Runs.Engine;

/// <summary>What a list says of a run.</summary>
/// <param name="Id">The run.</param>
/// <param name="AppId">Its app.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Source">What started it.</param>
internal sealed record RunSummary(RunId Id, string AppId, RunStatus Status, string Source)
{
    /// <summary>The run that it replays; null when it replays none.</summary>
    public RunId? ReplayOf { get; init; }

    /// <summary>What it waits for; null when it waits for nothing, or that is not known.</summary>
    public RunWait? WaitsFor { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>When it began; null before that.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it came to its end; null before that.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The summary of a run.</summary>
    public static RunSummary Of(Run run) => new(run.Id, run.App.AppId, run.Status, run.Source)
    {
        ReplayOf = run.ReplayOf,
        WaitsFor = RunWait.Of(run),
        ErrorMessage = run.ErrorMessage,
        StartedAt = run.StartedAt,
        CompletedAt = run.CompletedAt,
    };
}

/// <summary>Which runs of a workspace are asked for; null for whatever.</summary>
/// <param name="Status">How far they are.</param>
/// <param name="AppId">Their app.</param>
/// <param name="Since">When they were accepted, at the earliest.</param>
internal sealed record RunFilter(RunStatus? Status, string? AppId, DateTimeOffset? Since)
{
    /// <summary>When they were accepted, at the latest.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What started them.</summary>
    public string? Source { get; init; }

    /// <summary>Whether only those are asked for that have not come to their end.</summary>
    public bool IsUnderWay { get; init; }

    /// <summary>Whether it depends on more than how far they are, and on their app.</summary>
    public bool IsNarrow => Since is not null || Until is not null || Source is not null;

    /// <summary>Whether a run that was accepted in time is asked for.</summary>
    public bool Takes(RunSummary run) =>
        (Status is null || run.Status == Status)
        && (AppId is null || run.AppId == AppId)
        && (Source is null || run.Source == Source)
        && !(IsUnderWay && run.Status.IsTerminal());
}
