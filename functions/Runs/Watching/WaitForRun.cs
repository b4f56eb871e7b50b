using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/wait</c>: answers when the run has come to its end, or the time is up; then with the run as it is.</summary>
public sealed class WaitForRun(LaminaEndpoint endpoint, RunStore store, RunWatcher watcher, TimeProvider time)
{
    private static readonly WholeNumberField Timeout = new("timeout", "How long to wait, in seconds.", 1, 120) { Default = 60, Unit = "seconds" };
    private static readonly Answer<WaitAnswer> Found = Answer.Json(200, "The run, at its end or when the time is up.", RunJson.Default.WaitAnswer);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(WaitForRun), "Waits for the end of a run") with
    {
        Description = "When the time is up, the run is shown as it is, with `timeout` true.",
        Path = [RunLookup.InPath],
        Query = [Timeout],
        Answers = [Found],
        Errors = [RunLookup.NotFound().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}/wait</c>: waits for the end of a run.</summary>
    [Function(nameof(WaitForRun))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/wait")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var timeout = ReadTimeout(request);
            var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
            run = await WaitAsync(run, timeout, cancellationToken);
            await Found.WriteAsync(context, new(RunAnswer.Of(run), !run.IsTerminal), cancellationToken);
        });

    private async Task<Run> WaitAsync(Run run, TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await foreach (var state in watcher.WatchAsync(run, either.Token))
            {
                run = state;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The answer says so.
        }

        return run;
    }

    // An empty one counts as none.
    private static TimeSpan ReadTimeout(HttpRequest request)
    {
        var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
        var seconds = request.Query[Timeout.Name].ToString().Length == 0 ? Timeout.Default!.Value : query.Number(Timeout);
        query.Problems.Conclude();
        return TimeSpan.FromSeconds(seconds);
    }
}
