using Microsoft.Extensions.Logging;
using Serverless.Logs.Query;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Times;

namespace Serverless.Alerts;

/// <summary>
/// Evaluates the alerts of one workspace: counts what they are about, judges the windows that have passed, and stores how they stand together with their changes, on condition that
/// nobody else has. An alert that cannot be evaluated says so and keeps its state, and no other suffers for it. While a workspace is suspended none of its alerts changes, and nobody
/// is told anything. That is looked up only where there is something to tell.
/// </summary>
public sealed partial class AlertEvaluation(
    AlertStore store, WindowReader reader, AlertAnnouncements announcements, AccountStore accounts, TimeProvider time, ILogger<AlertEvaluation> logger)
{
    // What takes longer than this between two evaluations is more than they can keep up with.
    private static readonly TimeSpan LongestReading = TimeSpan.FromMinutes(1);

    /// <summary>Evaluates alerts.</summary>
    /// <param name="alerts">The alerts of a workspace.</param>
    /// <param name="newest">The newest window that can be judged.</param>
    /// <param name="cancellationToken">Ends it; what is left is made up for.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal async Task RunAsync(IReadOnlyList<StoredAlert> alerts, long newest, CancellationToken cancellationToken)
    {
        var isServed = new Lazy<Task<bool>>(async () => await accounts.FindAsync(alerts[0].Rule.Workspace, cancellationToken) is { IsActive: true });
        var due = new List<(AlertSource Source, AlertNeed Need)>();
        foreach (var stored in alerts)
        {
            await TryAsync(stored, newest, async () =>
            {
                // An evaluation before has found this out, and could not tell.
                var isTold = stored.Unannounced.Count > 0 && await isServed.Value && await announcements.TrySendAsync(stored, cancellationToken);
                var alert = isTold ? stored with { Unannounced = [] } : stored;
                if (alert.Rule.IsActive && AlertJudgement.IsAhead(alert.State, newest))
                {
                    throw new AlertFailedException($"A clock that was ahead has judged it up to {FiveMinutes.Start(alert.State.JudgedTo):u}: until then it rests, unless it is defined again");
                }

                if (alert.Rule.IsActive && AlertNeed.Of(alert, newest) is { } need)
                {
                    due.Add((AlertSource.Of(alert.Rule), need));
                }
                else if (isTold)
                {
                    await store.TryNoteAnnouncedAsync(alert, cancellationToken);
                }
            }, cancellationToken);
        }

        foreach (var together in due.GroupBy(alert => alert.Source, alert => alert.Need))
        {
            await EvaluateAsync(together.Key, [.. together], newest, isServed, cancellationToken);
        }
    }

    private async Task EvaluateAsync(AlertSource source, IReadOnlyList<AlertNeed> needs, long newest, Lazy<Task<bool>> isServed, CancellationToken cancellationToken)
    {
        IReadOnlyList<IReadOnlyList<WindowPart>> counted;
        try
        {
            counted = await ReadAsync(source, needs, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (needs.Count > 1 && !StorageRetry.IsOutage(failure))
            {
                // One of them is at fault: the others shall not suffer for it.
                foreach (var need in needs)
                {
                    await EvaluateAsync(source, [need], newest, isServed, cancellationToken);
                }

                return;
            }

            await NoteAsync(needs.Select(need => need.Alert), newest, failure, cancellationToken);
            return;
        }

        foreach (var (need, parts) in needs.Zip(counted))
        {
            await TryAsync(need.Alert, newest, () => JudgeAsync(need, newest, need.With(parts), isServed, cancellationToken), cancellationToken);
        }
    }

    private async Task<IReadOnlyList<IReadOnlyList<WindowPart>>> ReadAsync(AlertSource source, IReadOnlyList<AlertNeed> needs, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestReading, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await reader.ReadAsync(source, needs, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new AlertFailedException($"Counting took longer than {LongestReading.TotalSeconds} seconds");
        }
    }

    private async Task JudgeAsync(AlertNeed need, long newest, IReadOnlyDictionary<long, WindowPart> parts, Lazy<Task<bool>> isServed, CancellationToken cancellationToken)
    {
        var judgement = AlertJudgement.Of(need.Alert.Rule, need.Alert.State, newest, parts);
        var judged = need.Alert.Judged(judgement, parts);
        if (judged.Unannounced.Count > 0 && !await isServed.Value)
        {
            // Nothing comes in while a workspace is suspended, which is no news: these windows are left behind.
            await TryWriteAsync(need.Alert, LeftBehind(need.Alert, newest, "The workspace was suspended"), cancellationToken);
            return;
        }

        if (await store.TryWriteAsync(judged, judgement.Changes, cancellationToken) is { } version && judged.Unannounced.Count > 0)
        {
            await announcements.SendAndNoteAsync(judged with { ETag = version }, cancellationToken);
        }
    }

    private async Task TryAsync(StoredAlert alert, long newest, Func<Task> evaluate, CancellationToken cancellationToken)
    {
        try
        {
            await evaluate();
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            await NoteAsync([alert], newest, failure, cancellationToken);
        }
    }

    private async Task NoteAsync(IEnumerable<StoredAlert> alerts, long newest, Exception failure, CancellationToken cancellationToken)
    {
        foreach (var alert in alerts)
        {
            Log.Failed(logger, failure, alert.Rule.Workspace, alert.Rule.Id);
            if (alert.Rule.IsActive)
            {
                await TryWriteAsync(alert, Failed(alert, newest, failure), cancellationToken);
            }
        }
    }

    // What is at fault itself would fail again: its windows are left behind. All else may succeed the next time, and is made up for.
    private static AlertState Failed(StoredAlert alert, long newest, Exception failure) => failure switch
    {
        AlertFailedException => LeftBehind(alert, newest, failure.Message),
        LogQueryException wrong => LeftBehind(alert, newest, $"The query {wrong.InWords}"),
        _ when StorageRetry.IsOutage(failure) => alert.State with { Error = "Storage could not be reached" },
        _ => alert.State with { Error = "It failed, for a reason that is in the log of the application" },
    };

    private static AlertState LeftBehind(StoredAlert alert, long newest, string reason) => alert.State with { Error = reason, JudgedTo = Math.Max(alert.State.JudgedTo, newest) };

    private async Task TryWriteAsync(StoredAlert alert, AlertState state, CancellationToken cancellationToken)
    {
        if (state == alert.State)
        {
            return;
        }

        try
        {
            await store.TryWriteAsync(alert with { State = state }, [], cancellationToken);
        }
        catch (Exception outage) when (StorageRetry.MayHaveLanded(outage) && !cancellationToken.IsCancellationRequested)
        {
            Log.NotNoted(logger, outage, alert.Rule.Workspace, alert.Rule.Id);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The alert {Alert} of {Workspace} could not be evaluated")]
        public static partial void Failed(ILogger logger, Exception failure, string workspace, string alert);

        [LoggerMessage(2, LogLevel.Warning, "That the alert {Alert} of {Workspace} could not be evaluated was not noted")]
        public static partial void NotNoted(ILogger logger, Exception failure, string workspace, string alert);
    }
}
