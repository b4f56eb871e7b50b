using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Inputs;
using Serverless.Runs.Watching;
using Serverless.Secrets;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Workspaces;

namespace Serverless.Runs.Triggers;

/// <summary>
/// <c>POST /v1/triggers/{triggerId}/fire</c>: starts a run. The secret, or a signature made with it, is all it takes: senders of webhooks have no key, so
/// the id they use begins with the workspace's.
/// </summary>
public sealed partial class FireTrigger(
    SurfaceEndpoint endpoint,
    LaminaAdmission admission,
    TriggerStore store,
    TriggeredRuns runs,
    AccountStore accounts,
    SecretBox secrets,
    IdempotencyStore requests,
    TimeProvider time,
    ILogger<FireTrigger> logger)
{
    private const int MaxBodyBytes = 1024 * 1024;
    private const int WorkspaceLength = 12;
    private const string GitHubEvent = "X-GitHub-Event";
    private const string GitHubPing = "ping";

    private static readonly TextField TriggerId = new("triggerId", "The ids of the workspace and of the trigger with a hyphen between them, as the `firePath` of the trigger has them.");
    private static readonly Credential Secret = new("TriggerSecret", "x-trigger-secret", "The secret of the trigger, which was shown when it was made.");

    private static readonly Credential[] Signatures =
    [
        new("GitHubSignature", "X-Hub-Signature-256", "The signature of GitHub, for a trigger that expects it."),
        new("StripeSignature", "Stripe-Signature", "The signature of Stripe, for a trigger that expects it."),
        new("StandardWebhooksSignature", "webhook-signature", "The signature of the Standard Webhooks specification, for a trigger that expects it. Triggers may name other headers."),
    ];

    private static readonly Answer<Answered<AcceptedRun>> Accepted = Answer.Json(202, "The run is accepted.", RunJson.Default.AnsweredAcceptedRun) with
    {
        Headers = [IdempotencyKey.Replayed],
    };

    private static readonly Answer Heard = new(204, "The sender has only asked whether it is heard, as GitHub does with `ping`: no run is started.");

    private static readonly ApiOperation Operation = new(nameof(FireTrigger), "Starts a run of the app of a trigger")
    {
        Description =
            $"""
            The secret of the trigger, in `{Secret.Header}`, is what opens it; where `verify` of the trigger says so, a signature of the sender. No key and no session does: a request
            without is refused, whoever sends it. The path names the workspace; one that has the id of the trigger alone needs a key or a session beside the secret, which says whose
            trigger is meant.

            A delivery that comes again within 24 hours names the same run: by what is signed, by the header that the trigger names in `deliveryIdHeader`, or by an `Idempotency-Key`.
            A signature that has a time counts for five minutes.
            """,
        Credentials = [Secret, .. Signatures],
        Path = [TriggerId],
        Headers = [IdempotencyKey.Field],
        Body = new(MaxBodyBytes)
        {
            IsRequired = false,
            Contents = [(RequestBody.Json, Lamina.DeliveryShape), (SenderBody.Form, Lamina.FormShape)],
            Example = """{"title":"Hello"}""",
        },
        Answers = [Accepted, Heard],
        Errors = [InvalidSecret().Error, InvalidSignature().Error, StaleSignature().Error, Inactive().Error, NotFound().Error, IdempotencyKey.Conflict().Error],
    };

    /// <summary><c>POST /v1/triggers/{triggerId}/fire</c>: fires a trigger.</summary>
    [Function(nameof(FireTrigger))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/triggers/{triggerId}/fire")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, Operation, (context, cancellationToken) => HandleAsync(context, triggerId, cancellationToken));

    private async Task HandleAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var request = context.Request;
        var stored = await FindAsync(context, triggerId, cancellationToken) ?? throw NotFound();
        var trigger = stored.Trigger;
        if (trigger.Signature is null && !trigger.HasSecret(request.Headers[Secret.Header].ToString()))
        {
            throw InvalidSecret();
        }

        var body = await SenderBody.ReadAsync(request, MaxBodyBytes, cancellationToken);
        if (trigger.Signature is { } scheme)
        {
            await RequireSignatureAsync(stored, scheme, request.Headers, body, cancellationToken);
        }

        if (!trigger.IsActive)
        {
            throw Inactive();
        }

        if (await accounts.FindAsync(trigger.Workspace, cancellationToken) is not { IsActive: true } workspace)
        {
            throw Lamina.Forbidden("The workspace is suspended");
        }

        if (trigger.Signature?.Preset == SignatureScheme.GitHub && request.Headers[GitHubEvent] == GitHubPing)
        {
            Heard.Write(context);
            return;
        }

        var run = await StartAsync(trigger, workspace, context, body, cancellationToken);
        await Accepted.WriteAsync(context, new(AcceptedRun.Of(run)), cancellationToken);
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

    private async Task RequireSignatureAsync(StoredTrigger stored, SignatureScheme scheme, IHeaderDictionary headers, byte[] body, CancellationToken cancellationToken)
    {
        var trigger = stored.Trigger;
        try
        {
            switch (scheme.Judge(secrets.Open(trigger.SealedSecret!, trigger.SecretPlace), headers, body, time.GetUtcNow()))
            {
                case SignatureVerdict.Invalid:
                    throw InvalidSignature();
                case SignatureVerdict.Stale:
                    throw StaleSignature();
            }

            // What the previous key has sealed is to outlast it.
            if (secrets.Renew(trigger.SealedSecret!, trigger.SecretPlace) is var renewed && renewed != trigger.SealedSecret)
            {
                await store.TryPutAsync(trigger with { SealedSecret = renewed }, stored.ETag, cancellationToken);
            }
        }
        catch (SecretKeyException missing)
        {
            throw Lamina.Unavailable(missing.Message);
        }
    }

    private async Task<Run> StartAsync(Trigger trigger, Account workspace, HttpContext context, byte[] body, CancellationToken cancellationToken)
    {
        var isRepeated = false;
        var deliveries = DeliveriesOf(trigger, context.Request, body);
        try
        {
            var run = await runs.StartAsync(trigger, workspace, IdentifyAsync, InputsOf(trigger, context.Request, body), cancellationToken);
            if (isRepeated)
            {
                context.Response.Headers[IdempotencyKey.ReplayedHeader] = "true";
            }
            else
            {
                await NoteAsync(trigger, run.Id, error: null);
            }

            return run;
        }
        catch (ApiException refusal) when (refusal.Error.Status < StatusCodes.Status500InternalServerError)
        {
            await NoteAsync(trigger, run: null, TriggeredRuns.Reason(refusal));
            throw;
        }

        async Task<RunId> IdentifyAsync()
        {
            var id = RunId.New(time.GetUtcNow());
            foreach (var (delivery, hash) in deliveries)
            {
                var holder = await requests.ClaimAsync(trigger.Workspace, $"trigger {trigger.Id} {delivery}", id.Text, hash);
                isRepeated |= holder.Id != id.Text;
                id = holder.BodyHash.AsSpan().SequenceEqual(hash) ? new(holder.Id) : throw IdempotencyKey.Conflict();
            }

            return id;
        }
    }

    // What is signed comes first: that alone is nobody's to choose but the sender's.
    private static List<(string Delivery, byte[] Hash)> DeliveriesOf(Trigger trigger, HttpRequest request, byte[] body)
    {
        var deliveries = new List<(string Delivery, byte[] Hash)>();
        if (trigger.Signature is { } scheme)
        {
            deliveries.Add(($"signed {scheme.DeliveryOf(request.Headers, body)}", []));
        }

        if (trigger.DeliveryIdHeader is { } header && request.Headers[header].ToString() is { Length: > 0 } id)
        {
            deliveries.Add(($"delivery {id}", []));
        }

        if (IdempotencyKey.Of(request) is { } key)
        {
            deliveries.Add(($"key {key}", SHA256.HashData(body)));
        }

        return deliveries;
    }

    // Of what somebody else sends only that counts which the trigger asks for.
    private static JsonElement InputsOf(Trigger trigger, HttpRequest request, byte[] body)
    {
        if (trigger.Pointers is { } pointers)
        {
            return InputPointers.Follow(pointers, SenderBody.Parse(request, body, isWrapped: trigger.Signature?.Preset == SignatureScheme.GitHub));
        }

        return trigger.Signature is null && SenderBody.Parse(request, body, isWrapped: false) is { ValueKind: JsonValueKind.Object } own
            && own.TryGetProperty(InputValidator.Field.Name, out var inputs)
            ? inputs
            : default;
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

    private static ApiException InvalidSecret() => Unauthorized("Invalid webhook secret");

    private static ApiException InvalidSignature() => Unauthorized("Invalid webhook signature");

    private static ApiException StaleSignature() => Unauthorized("The webhook was signed more than five minutes from now");

    private static ApiException Unauthorized(string message) => new(new(StatusCodes.Status401Unauthorized, "WEBHOOK_INVALID_SECRET", message));

    private static ApiException Inactive() => Lamina.Forbidden("The trigger is inactive");

    private static ApiException NotFound() => Lamina.NotFound("Trigger");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "What came of firing the trigger {Trigger} could not be noted")]
        public static partial void NotNoted(ILogger logger, Exception failure, string trigger);
    }
}
