using Serverless.Texts;

namespace Serverless.Runs.Engine.Concurrency;

/// <summary>What a run was told to wait for: that fewer than so many are under way.</summary>
/// <param name="Limit">The most that may be under way at once, by its own copy of the app.</param>
/// <param name="Key">Which runs are counted: those for which the key of the app comes to this, of which this is the beginning; null for all of the app.</param>
internal sealed record RunWait(int Limit, string? Key)
{
    /// <summary>The most characters of a key: it stands in lists, and inputs may be long.</summary>
    public const int MaxKeyLength = 200;

    /// <summary>What a run waits for; null when it has begun, or nobody has told it to wait.</summary>
    public static RunWait? Of(Run run) => run is { Status: RunStatus.Queued, HasToWait: true, App.Concurrency: { } concurrency }
        ? new(concurrency.Limit, concurrency.Key is null ? null : Characters.Beginning(RunSlots.NameOf(run.Inputs, concurrency), MaxKeyLength))
        : null;
}
