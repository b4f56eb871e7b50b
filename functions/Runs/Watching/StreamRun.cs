using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Live;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Watching;

/// <summary>
/// <c>GET /v1/runs/{runId}/stream</c>: the states of a run as server-sent events. <c>progress</c> comes with each, <c>complete</c> or
/// <c>error</c> with the last, <c>ping</c> every 15 seconds of silence, and <c>timeout</c> after ten minutes. The id of an event names the state: a
/// client that reconnects with it is not told the same again.
/// </summary>
public sealed class StreamRun(LaminaEndpoint endpoint, RunStore store, RunWatcher watcher, TimeProvider time)
{
    /// <summary>What is sent after a while of silence.</summary>
    internal const string Ping = "event: ping\ndata: {}\n\n";

    /// <summary>How long a stream lives.</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int IdDigits = 16;

    private static readonly TextField LastEventId = new("Last-Event-ID", "The id of the last event that came: the state it names is left out. Browsers send it by themselves.");

    private static readonly Answer Stream = new(200, "The stream. The data of every event but `ping` is the run, as it is shown alone.")
    {
        MediaType = EventStream.MediaType,
        Example =
            "id: 3f1c7a52e0b94d68\nevent: progress\ndata: {\"runId\":\"fe5dffae-ab9b-8565-9083-05ae6380da4d\",\"workflowId\":\"echo\",\"status\":\"queued\",…}\n\n"
            + "event: ping\ndata: {}\n\n"
            + "id: 9b04d1e6c5a7f283\nevent: complete\ndata: {\"runId\":\"fe5dffae-ab9b-8565-9083-05ae6380da4d\",\"workflowId\":\"echo\",\"status\":\"completed\",…}\n\n",
    };

    private static readonly Answer Over = new(204, "The run is over, and its last event is the one that came.");

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(StreamRun), "Streams the states of a run as they come") with
    {
        Description =
            """
            Server-sent events: `progress` comes with every state, `complete`, or `error` for a run that failed or was cancelled, with the last. `ping` comes after 15
            seconds of silence, with an empty object. The stream ends with `timeout` after ten minutes, if the run goes on.
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
        var known = context.Request.Headers[LastEventId.Name].ToString();
        if (run.IsTerminal && IdOf(run) == known)
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
            await StreamAsync(context.Response, run, known, either.Token);
        }
        catch (OperationCanceledException) when (lifetime.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            var last = (await store.FindAsync(run.Workspace, run.Id, cancellationToken))?.Run ?? run;
            await WriteAsync(context.Response, Event("timeout", last));
        }
    }

    private async Task StreamAsync(HttpResponse response, Run run, string known, CancellationToken cancellationToken)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var states = watcher.WatchAsync(run, watching.Token).GetAsyncEnumerator(watching.Token);
        var next = states.MoveNextAsync().AsTask();
        try
        {
            while (await NextAsync(response, next, cancellationToken))
            {
                if (IdOf(states.Current) != known)
                {
                    await WriteAsync(response, Event(NameOf(states.Current.Status), states.Current));
                }

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

    private static string NameOf(RunStatus status) => status switch
    {
        RunStatus.Completed => "complete",
        RunStatus.Failed or RunStatus.Cancelled => "error",
        _ => "progress",
    };

    private static string Event(string name, Run run)
    {
        var data = Data(run);
        return $"id: {IdOf(data)}\nevent: {name}\ndata: {Encoding.UTF8.GetString(data.Span)}\n\n";
    }

    private static string IdOf(Run run) => IdOf(Data(run));

    private static string IdOf(ReadOnlyMemory<byte> data) => Convert.ToHexStringLower(SHA256.HashData(data.Span))[..IdDigits];

    private static ReadOnlyMemory<byte> Data(Run run) => JsonResponse.Body(RunAnswer.Of(run), RunJson.Default.RunAnswer);

    // Only the end of the request may cut it off: the server breaks the connection when a write is cancelled.
    private static Task WriteAsync(HttpResponse response, string text) => EventStream.WriteAsync(response, text, response.HttpContext.RequestAborted);
}
