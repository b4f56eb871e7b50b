using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Live;
using Serverless.Runs.Engine;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary>
/// <c>GET /v1/runs/{runId}/stream</c>: the states of a run as server-sent events. <c>step</c> comes for each step that has changed, <c>progress</c> with each state,
/// <c>complete</c> or <c>error</c> with the last, <c>ping</c> every 15 seconds of silence, and <c>timeout</c> after ten minutes (<see cref="RunEvents"/>).
/// </summary>
public sealed class StreamRun(LaminaEndpoint endpoint, RunStore store, RunWatcher watcher, TimeProvider time)
{
    /// <summary>What is sent after a while of silence.</summary>
    internal const string Ping = "event: ping\ndata: {}\n\n";

    /// <summary>How long a stream lives.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private static readonly TextField LastEventId = new("Last-Event-ID", "The id of the last event that came: what follows it is told. Browsers send it by themselves.");

    private static readonly Answer Stream = new(200, "The stream. The data of `step` is a step, as it is shown among those of its run; that of every other event but `ping` is the run, as it is shown alone.")
    {
        MediaType = EventStream.MediaType,
        Example =
            "id: queued.p0\nevent: progress\ndata: {\"runId\":\"fe5dffae-ab9b-8565-9083-05ae6380da4d\",\"workflowId\":\"echo\",\"status\":\"queued\",…}\n\n"
            + "event: ping\ndata: {}\n\n"
            + "id: steps.c1\nevent: step\ndata: {\"id\":\"echo\",\"kind\":\"text\",\"status\":\"completed\",…}\n\n"
            + "id: completed.c1\nevent: complete\ndata: {\"runId\":\"fe5dffae-ab9b-8565-9083-05ae6380da4d\",\"workflowId\":\"echo\",\"status\":\"completed\",…}\n\n",
    };

    private static readonly Answer Over = new(204, "The run is over, and its last event is the one that came.");

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(StreamRun), "Streams the states of a run as they come") with
    {
        Description =
            """
            Server-sent events: `progress` comes with every state, `complete`, or `error` for a run that failed or was cancelled, with the last. Before it comes a `step` for each
            step that has changed since; at first, for each that has begun. `ping` comes after 15 seconds of silence, with an empty object. The stream ends with `timeout` after ten
            minutes, if the run goes on. The id of an event names what has been told by then: a client that comes back with it is told what follows, and nothing twice.
            """,
        Path = [RunLookup.InPath],
        Headers = [LaminaAdmission.Workspace, LastEventId],
        Answers = [Stream, Over],
        Errors = [RunLookup.NotFound().Error],
    };

    /// <summary><c>GET /v1/runs/{runId}/stream</c>: the states of a run as they come.</summary>
    [Function(nameof(StreamRun))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}/stream")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, Operation, (context, caller, cancellationToken) => HandleAsync(context, caller, runId, cancellationToken));

    private async Task HandleAsync(HttpContext context, Caller caller, string runId, CancellationToken cancellationToken)
    {
        var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
        var events = new RunEvents(run, context.Request.Headers[LastEventId.Name].ToString());
        if (run.IsTerminal && events.HaveTold(run))
        {
            // Browsers reconnect until they are told so that there is nothing more.
            Over.Write(context);
            return;
        }

        EventStream.Begin(context.Response);
        using var lifetime = new CancellationTokenSource(Lifetime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(lifetime.Token, cancellationToken);
        try
        {
            await StreamAsync(context.Response, run, events, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var last = (await store.FindAsync(run.Workspace, run.Id, cancellationToken))?.Run ?? run;
            await WriteAsync(context.Response, events.Tell(last, "timeout"));
        }
    }

    private async Task StreamAsync(HttpResponse response, Run run, RunEvents events, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var states = watcher.WatchAsync(run, watching.Token).GetAsyncEnumerator(watching.Token);
        var next = states.MoveNextAsync().AsTask();
        try
        {
            while (await NextAsync(response, next, cancellationToken))
            {
                await WriteAsync(response, events.News(states.Current));
                next = states.MoveNextAsync().AsTask();
            }
        }
        finally
        {
            // What still moves cannot be disposed.
            await watching.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Whether there is a next state; a ping for each stretch of silence before it.
    private async Task<bool> NextAsync(HttpResponse response, Task<bool> next, CancellationToken cancellationToken)
    {
        while (await Task.WhenAny(next, Task.Delay(EventStream.PingInterval, time, cancellationToken)) != next && !cancellationToken.IsCancellationRequested)
        {
            await WriteAsync(response, Ping);
        }

        return await next;
    }

    // Only the end of the request may cut it off: the server breaks the connection when a write is cancelled.
    private static Task WriteAsync(HttpResponse response, string text) => EventStream.WriteAsync(response, text, response.HttpContext.RequestAborted);
}
