using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Inputs;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Runs.Triggers;

/// <summary>
/// <c>POST /v1/triggers/{triggerId}/fire</c>: starts a run. The secret is all it takes: senders of webhooks have no key, so the id they use begins
/// with the workspace's.
/// </summary>
public sealed partial class FireTrigger(
    SurfaceEndpoint endpoint, LaminaAdmission admission, TriggerStore store, TriggeredRuns runs, AccountStore accounts, TimeProvider time, ILogger<FireTrigger> logger)
{
    /// <summary>The most bytes of a body with inputs.</summary>
    internal const int MaxBodyBytes = 256 * 1024;

    private const int WorkspaceLength = 12;

    private static readonly TextField TriggerId = new("triggerId", "The ids of the workspace and of the trigger with a hyphen between them, as the `firePath` of the trigger has them.");
    private static readonly Credential Secret = new("TriggerSecret", "x-trigger-secret", "The secret of the trigger, which was shown when it was made.");
    private static readonly Answer<Answered<AcceptedRun>> Accepted = Answer.Json(202, "The run is accepted.", RunJson.Default.AnsweredAcceptedRun);

    private static readonly ApiOperation Operation = new(nameof(FireTrigger), "Starts a run of the app of a trigger")
    {
        Description =
            $"The secret of the trigger, in `{Secret.Header}`, is what opens it. No key and no session does: a request without the secret is refused, whoever sends it. The path names the workspace; "
            + "one that has the id of the trigger alone needs a key or a session beside the secret, which says whose trigger is meant.",
        Credentials = [Secret],
        Path = [TriggerId],
        Body = new(MaxBodyBytes, InputValidator.Field with { Description = "Inputs that go before the trigger's own." })
        {
            IsRequired = false,
            Example = """{"inputs":{"Text":"Hello"}}""",
        },
        Answers = [Accepted],
        Errors = [InvalidSecret().Error, Inactive().Error, NotFound().Error],
    };

    /// <summary><c>POST /v1/triggers/{triggerId}/fire</c>: fires a trigger.</summary>
    [Function(nameof(FireTrigger))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/triggers/{triggerId}/fire")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, Operation, (context, cancellationToken) => HandleAsync(context, triggerId, cancellationToken));

    private async Task HandleAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(context, triggerId, cancellationToken) ?? throw NotFound();
        var trigger = stored.Trigger;
        if (!trigger.HasSecret(context.Request.Headers[Secret.Header].ToString()))
        {
            throw InvalidSecret();
        }

        if (!trigger.IsActive)
        {
            throw Inactive();
        }

        if (await accounts.FindAsync(trigger.Workspace, cancellationToken) is not { IsActive: true })
        {
            throw Lamina.Forbidden("The workspace is suspended");
        }

        var body = await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken);
        var given = body.TryGetProperty(InputValidator.Field.Name, out var inputs) ? inputs : default;
        var run = await StartAsync(trigger, given, cancellationToken);
        await Accepted.WriteAsync(context, new(AcceptedRun.Of(run)), cancellationToken);
    }

    private async Task<Run> StartAsync(Trigger trigger, JsonElement given, CancellationToken cancellationToken)
    {
        try
        {
            var run = await runs.StartAsync(trigger, RunId.New(time.GetUtcNow()), given, cancellationToken);
            await NoteAsync(trigger, run.Id, error: null);
            return run;
        }
        catch (ApiException refusal) when (refusal.Error.Status < StatusCodes.Status500InternalServerError)
        {
            await NoteAsync(trigger, run: null, TriggeredRuns.Reason(refusal));
            throw;
        }
    }

    // Whoever fires it is answered all the same.
    private async Task NoteAsync(Trigger trigger, RunId? run, string? error)
    {
        try
        {
            await store.NoteAsync(trigger, run, error);
        }
        catch (Exception outage) when (StorageRetry.MayHaveLanded(outage))
        {
            Log.NotNoted(logger, outage, trigger.FireId);
        }
    }

    private async Task<StoredTrigger?> FindAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        if (triggerId.Length > WorkspaceLength + 1
            && triggerId[WorkspaceLength] == '-'
            && TenantIds.IsAccount(triggerId[..WorkspaceLength])
            && await store.FindAsync(triggerId[..WorkspaceLength], triggerId[(WorkspaceLength + 1)..], cancellationToken) is { } named)
        {
            return named;
        }

        var caller = await admission.EnterAsync(context);
        return await store.FindAsync(caller.Account.Id, triggerId, cancellationToken);
    }

    private static ApiException InvalidSecret() => new(new(StatusCodes.Status401Unauthorized, "WEBHOOK_INVALID_SECRET", "Invalid webhook secret"));

    private static ApiException Inactive() => Lamina.Forbidden("The trigger is inactive");

    private static ApiException NotFound() => Lamina.NotFound("Trigger");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What came of firing the trigger {Trigger} could not be noted")]
        public static partial void NotNoted(ILogger logger, Exception failure, string trigger);
    }
}
