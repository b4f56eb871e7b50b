using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Inputs;
using Serverless.Runs.Watching;
using Serverless.Tenancy;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary>
/// <c>POST /v1/apps/{appId}/runs</c>. Answers 202 once it is certain that the run will come to its end. A repetition under the same
/// <c>Idempotency-Key</c> names the same run.
/// </summary>
public sealed class StartRun(
    LaminaEndpoint endpoint,
    AppCatalog catalog,
    InputValidator inputs,
    OutboundGuard guard,
    AcceptOnce once,
    RunSubmission submission)
{
    // The inputs themselves may take 128 KB; in JSON, with every character escaped, that is six times as much.
    private const int MaxBodyBytes = 1024 * 1024;

    private static readonly TextField Webhook = new("webhook", "Where the end of the run is reported to: a public http or https address without credentials. What is posted there is the run, as it is shown alone.") { Format = "uri" };

    private static readonly Answer<Answered<AcceptedRun>> Accepted = Answer.Json(202, "The run is accepted, and will come to its end.", RunJson.Default.AnsweredAcceptedRun) with
    {
        Headers = [IdempotencyKey.Replayed],
        Example =
            """
            {"data":{"runId":"fe5dffae-ab9b-8565-9083-05ae6380da4d","workflowId":"echo","workflowName":"Echo","status":"queued","webhookUrl":null,
             "outputs":[{"id":"text","label":"Text","type":"pending","value":null,"status":"pending","error":null}]}}
            """,
    };

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(StartRun), "Starts a run of an app") with
    {
        Description =
            """
            Inputs that are not valid are refused with everything that is wrong with them. Addresses for parameters of the type `url` are looked at first. Under an
            `Idempotency-Key` a repetition names the same run. A 503 means that there is no run, unless storage never said what became of it.
            """,
        Path = [AppIds.InPath],
        Query = [Webhook],
        Headers = [LaminaAdmission.Workspace, IdempotencyKey.Field],
        Body = new(MaxBodyBytes, InputValidator.Field, OutputChoice.Field) { IsRequired = false, Example = """{"inputs":{"Text":"Hello"}}""" },
        Answers = [Accepted],
        Errors =
        [
            .. IdempotencyKey.Errors,
            Lamina.NotFound("App").Error,
            Lamina.InvalidWebhookUrl(new OutboundRefusedException("does not lead to a public address")).Error,
        ],
    };

    /// <summary><c>POST /v1/apps/{appId}/runs</c>: starts a run.</summary>
    [Function(nameof(StartRun))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/apps/{appId}/runs")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, Operation, (context, caller, cancellationToken) => HandleAsync(context, caller.Account, appId, cancellationToken));

    private async Task HandleAsync(HttpContext context, Account workspace, string appId, CancellationToken cancellationToken)
    {
        using var idempotent = await once.FindAsync(context, workspace.Id);
        var body = await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken);
        var webhook = RequestReader.OfQuery(context.Request, new LaminaProblems("Invalid query parameters")).Read(Webhook) ?? "";

        // Where its end is reported to is as much part of a request as its body.
        await once.AnswerAsync(
            context, idempotent, $"{webhook}\n{body.GetRawText()}", Accepted, id => PrepareAsync(id, workspace, appId, body, webhook, cancellationToken), cancellationToken);
    }

    private async Task<Acceptance<Answered<AcceptedRun>>> PrepareAsync(
        RunId id, Account workspace, string appId, JsonElement body, string webhook, CancellationToken cancellationToken)
    {
        var address = await ReadWebhookAsync(webhook, cancellationToken);
        var app = await catalog.RequireAsync(workspace.Id, appId, cancellationToken);
        var problems = InputValidator.NewProblems();
        var values = await inputs.ReadAsync(app, body.TryGetProperty(InputValidator.Field.Name, out var given) ? given : default, problems, cancellationToken);
        var chosen = OutputChoice.Read(app, body, problems);
        problems.Conclude();

        var run = Run.Create(id, workspace.Id, chosen, values) with { WebhookUrl = address, IsAnnounced = workspace.HasWebhookEndpoints };
        return new(new(AcceptedRun.Of(run)), () => submission.AcceptAsync(run));
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
}
