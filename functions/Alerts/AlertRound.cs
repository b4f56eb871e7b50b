using Microsoft.Extensions.Logging;

namespace Serverless.Alerts;

/// <summary>
/// Evaluates the alerts of all workspaces: those first that wait for the longest time, and those last that could not be evaluated the time before. It takes a bounded time;
/// what it does not get to, the next one makes up for. Where nobody has an alert, it costs one query.
/// </summary>
public sealed partial class AlertRound(AlertStore store, AlertEvaluation evaluation, TimeProvider time, ILogger<AlertRound> logger)
{
    // Less than there is between two.
    private static readonly TimeSpan LongestRound = TimeSpan.FromMinutes(4);

    private const int WorkspacesAtOnce = 4;

    /// <summary>Evaluates what is due.</summary>
    /// <param name="cancellationToken">Ends it; the next round makes up for the rest.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Azure.RequestFailedException">The table cannot be read.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestRound, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var newest = AlertJudgement.Newest(time.GetUtcNow());
            var alerts = await store.FindAllAsync(either.Token).ToListAsync(either.Token);
            var workspaces = alerts
                .GroupBy(alert => alert.Rule.Workspace)
                .OrderBy(workspace => workspace.Any(alert => alert.State.Error is not null))
                .ThenBy(workspace => workspace.Min(alert => alert.State.JudgedTo));
            var options = new ParallelOptions { MaxDegreeOfParallelism = WorkspacesAtOnce, CancellationToken = either.Token };
            await Parallel.ForEachAsync(workspaces, options, async (workspace, token) => await evaluation.RunAsync([.. workspace], newest, token));
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.OutOfTime(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The evaluation of alerts ran out of time; the next one makes up for the rest")]
        public static partial void OutOfTime(ILogger logger);
    }
}
