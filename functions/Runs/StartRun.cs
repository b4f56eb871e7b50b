using System.Text;
using System.Text.Json;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Inputs;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;

namespace Serverless.Runs;

/// <summary>
/// <c>POST /v1/apps/{appId}/runs</c>. Answers 202 once it is certain that the run will come to its end. A repetition under the same
/// <c>Idempotency-Key</c> names the same run.
/// </summary>
public sealed partial class StartRun(
    LaminaAdmission admission,
    AppCatalog catalog,
    InputValidator inputs,
    OutboundGuard guard,
    IdempotencyStore requests,
    RunSubmission submission,
    TimeProvider time,
    ILogger<StartRun> logger)
{
    // The inputs themselves may take 128 KB; in JSON, with every character escaped, that is six times as much.
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, string appId, CancellationToken cancellationToken)
    {
        var workspace = (await admission.EnterAsync(context)).Account.Id;
        using var idempotent = await IdempotentRequest.FindAsync(requests, context.Request, workspace);
        var body = await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken);
        var webhook = context.Request.Query["webhook"].ToString();

        // Where its end is reported to is as much part of a request as its body.
        idempotent?.Digest.AppendData(Encoding.UTF8.GetBytes($"{webhook}\n{body.GetRawText()}"));
        idempotent?.RequireSameBody();
        var answer = idempotent?.EarlierAnswer is { } earlier
            ? idempotent.Replay(earlier)
            : await StartAsync(idempotent, workspace, appId, body, await ReadWebhookAsync(webhook, cancellationToken), cancellationToken);

        idempotent?.Mark(context.Response);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await JsonResponse.WriteAsync(context.Response, answer, cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> StartAsync(
        IdempotentRequest? idempotent, string workspace, string appId, JsonElement body, string? webhook, CancellationToken cancellationToken)
    {
        var app = await catalog.RequireAsync(workspace, appId, cancellationToken);
        var values = await inputs.ValidateAsync(app, body.TryGetProperty("inputs", out var given) ? given : default, cancellationToken);
        var id = RunId.Parse(idempotent?.EarlierId) ?? RunId.New(time.GetUtcNow());
        var run = Run.Create(id, workspace, app, values) with { WebhookUrl = webhook };
        if (idempotent is not null && await idempotent.ClaimAsync(id.Text) is { } earlier)
        {
            return earlier;
        }

        await submission.AcceptAsync(run);
        var answer = LaminaResponse.Body(writer => RunAnswers.WriteAccepted(writer, run));
        return idempotent is null ? answer : await CompleteAsync(idempotent, answer, id);
    }

    // The run is there by now, and nothing may say otherwise. Without the answer, a repetition accepts the same run once more.
    private async Task<ReadOnlyMemory<byte>> CompleteAsync(IdempotentRequest idempotent, ReadOnlyMemory<byte> answer, RunId id)
    {
        try
        {
            return await idempotent.CompleteAsync(answer);
        }
        catch (Exception failure) when (failure is RequestFailedException or AggregateException or OperationCanceledException)
        {
            Log.AnswerNotKept(logger, failure, id);
            return answer;
        }
    }

    private async Task<string?> ReadWebhookAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            return url.Length == 0 ? null : (await guard.AdmitAsync(url, cancellationToken)).OriginalString;
        }
        catch (OutboundRefusedException refusal)
        {
            throw Lamina.InvalidWebhookUrl(refusal);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The answer about run {Run} could not be kept for a repetition of the request")]
        public static partial void AnswerNotKept(ILogger logger, Exception failure, RunId run);
    }
}
