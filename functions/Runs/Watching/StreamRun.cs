using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Watching;

/// <summary>
/// <c>GET /v1/runs/{runId}/stream</c>: the states of a run as server-sent events. <c>progress</c> comes with each, <c>complete</c> or
/// <c>error</c> with the last, <c>ping</c> every 15 seconds of silence, and <c>timeout</c> after ten minutes. The id of an event names the state: a
/// client that reconnects with it is not told the same again.
/// </summary>
public sealed class StreamRun(LaminaAdmission admission, RunStore store, RunWatcher watcher, TimeProvider time)
{
    private const int IdDigits = 16;
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(15);

    /// <summary>Serves the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task HandleAsync(HttpContext context, string runId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
        var known = context.Request.Headers["Last-Event-ID"].ToString();
        if (run.IsTerminal && IdOf(run) == known)
        {
            // Browsers reconnect until they are told so that there is nothing more.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache";
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
        while (await Task.WhenAny(next, Task.Delay(PingInterval, time, cancellationToken)) != next && !cancellationToken.IsCancellationRequested)
        {
            await WriteAsync(response, "event: ping\ndata: {}\n\n");
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

    private static ReadOnlyMemory<byte> Data(Run run) => JsonResponse.Body(writer => RunAnswers.Write(writer, run));

    // Only the end of the request may cut it off: the server breaks the connection when a write is cancelled.
    private static async Task WriteAsync(HttpResponse response, string text)
    {
        var aborted = response.HttpContext.RequestAborted;
        await response.WriteAsync(text, aborted);
        await response.Body.FlushAsync(aborted);
    }
}
