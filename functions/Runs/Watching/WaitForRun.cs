using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Watching;

/// <summary><c>GET /v1/runs/{runId}/wait</c>: answers when the run has come to its end, or the time is up; then with the run as it is.</summary>
public sealed class WaitForRun(LaminaAdmission admission, RunStore store, RunWatcher watcher, TimeProvider time)
{
    private const int DefaultSeconds = 60;
    private const int MaxSeconds = 120;

    /// <summary>Serves the request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="runId">The run.</param>
    /// <param name="cancellationToken">Ends the request: whoever goes away is not waited for.</param>
    public async Task HandleAsync(HttpContext context, string runId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var timeout = ReadTimeout(context.Request);
        var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
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

        await JsonResponse.WriteAsync(
            context.Response,
            writer =>
            {
                writer.WriteStartObject();
                writer.WritePropertyName("data");
                RunAnswers.Write(writer, run);
                writer.WriteBoolean("timeout", !run.IsTerminal);
                writer.WriteEndObject();
            },
            cancellationToken);
    }

    private static TimeSpan ReadTimeout(HttpRequest request)
    {
        var text = request.Query["timeout"].ToString();
        return text.Length == 0 ? TimeSpan.FromSeconds(DefaultSeconds)
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 1 and <= MaxSeconds ? TimeSpan.FromSeconds(seconds)
            : throw RequestErrors.Invalid(
                "Invalid query parameters", new ErrorDetail(null, "timeout", "out_of_range", $"\"timeout\": must be a whole number of seconds from 1 to {MaxSeconds}."));
    }
}
