using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Secrets;
using Serverless.Storage;
using Serverless.Workspaces;

namespace Serverless.Runs.Triggers;

/// <summary>Triggers: to be defined, looked at, and removed.</summary>
public sealed class TriggerEndpoints(LaminaEndpoint endpoint, TriggerReader reader, TriggerStore store, TriggerQueue queue, SecretBox secrets, TimeProvider time)
{
    // Each round one of those who write at once gets through.
    private const int MaxRounds = 50;

    private static readonly Answer<Answered<TriggerAnswer>> Made = Answer.Json(201, "The trigger is new; its secret is shown this once.", TriggerJson.Default.AnsweredTriggerAnswer);
    private static readonly Answer<Answered<TriggerAnswer>> Changed = Answer.Json(200, "The trigger was there, and is changed.", TriggerJson.Default.AnsweredTriggerAnswer);
    private static readonly Answer<Answered<TriggerAnswer>> Shown = Answer.Json(200, "The trigger, without its secret.", TriggerJson.Default.AnsweredTriggerAnswer);
    private static readonly Answer<Page<TriggerAnswer>> Listed = Answer.Json(200, "A page of triggers, without their secrets.", TriggerJson.Default.PageTriggerAnswer);
    private static readonly Answer Deleted = new(204, "It is removed.");

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListTriggers", "Lists the triggers of the workspace") with
    {
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    private static readonly ApiOperation PutOperation = Lamina.Operation("PutTrigger", "Defines a trigger, or replaces it") with
    {
        Description =
            """
            The secret is shown when the trigger is made; a change keeps it, unless `rotateSecret` is true. With `verify` of the type `hmac` senders sign with a secret
            of their own, which is given with the trigger and never shown; a change that gives none keeps it. To keep one takes the setting `Secrets__Key`; without it
            such a trigger is answered 503. A trigger that is written with the schedule it has keeps
            the time that is next. A time starts one run; times that pass while nothing runs are made up for once, and those of a suspended workspace are not.
            """,
        Access = Access.Define,
        Path = [TriggerReader.InPath],
        Body = TriggerReader.Body with { Example = """{"appId":"echo","inputs":{"Text":"Hello"},"schedule":"0 0 6 * * MON-FRI","timeZone":"Europe/Berlin"}""" },
        Answers = [Changed, Made],
        Errors = [Lamina.InvalidWebhookUrl(new OutboundRefusedException("does not lead to a public address")).Error],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetTrigger", "Shows a trigger") with
    {
        Path = [TriggerReader.InPath],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation DeleteOperation = Lamina.Operation("DeleteTrigger", "Removes a trigger") with
    {
        Description = "Its runs go on.",
        Access = Access.Define,
        Path = [TriggerReader.InPath],
        Answers = [Deleted],
        Errors = [NotFound().Error],
    };

    /// <summary><c>GET /v1/triggers</c>: the triggers of the workspace, by id.</summary>
    [Function("ListTriggers")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/triggers")] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOperation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var limit = query.Number(Paging.Limit);
            var after = Paging.ReadCursor(query, AppIds.IsAppId);
            query.Problems.Conclude();
            var page = await store.ListAsync(caller.Account.Id, after, limit, cancellationToken);
            await Listed.WriteAsync(context, Paging.Show(page, limit, Show), cancellationToken);
        });

    /// <summary><c>PUT /v1/triggers/{triggerId}</c>: defines a trigger. Its secret is shown when it is made, and when another is asked for.</summary>
    [Function("PutTrigger")]
    public Task PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, PutOperation, async (context, caller, cancellationToken) =>
        {
            var definition = await reader.ReadAsync(request, caller.Account.Id, triggerId, cancellationToken);
            var (trigger, secret, isNew) = await PutAsync(definition, cancellationToken);
            await (isNew ? Made : Changed).WriteAsync(context, new(TriggerAnswer.Of(trigger, time.GetUtcNow(), secret)), cancellationToken);
        });

    /// <summary><c>GET /v1/triggers/{triggerId}</c>: shows a trigger, without its secret.</summary>
    [Function("GetTrigger")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var stored = await store.FindAsync(caller.Account.Id, triggerId, cancellationToken) ?? throw NotFound();
            await Shown.WriteAsync(context, new(Show(stored.Trigger)), cancellationToken);
        });

    /// <summary><c>DELETE /v1/triggers/{triggerId}</c>: removes a trigger. Its runs go on.</summary>
    [Function("DeleteTrigger")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, DeleteOperation, async (context, caller, cancellationToken) =>
        {
            if (!await store.RemoveAsync(caller.Account.Id, triggerId, cancellationToken))
            {
                throw NotFound();
            }

            Deleted.Write(context);
        });

    private TriggerAnswer Show(Trigger trigger) => TriggerAnswer.Of(trigger, time.GetUtcNow());

    private static ApiException NotFound() => Lamina.NotFound("Trigger");

    // Of several who write at once the last one stands, as if they had come one after another; each keeps what the others have no say in.
    private async Task<(Trigger Trigger, string? Secret, bool IsNew)> PutAsync(TriggerDefinition definition, CancellationToken cancellationToken)
    {
        var given = definition.Trigger;
        var secret = Trigger.NewSecret();
        var (isNew, isOther) = (false, false);
        for (var round = 0; round < MaxRounds; round++)
        {
            var stored = await store.FindAsync(given.Workspace, given.Id, cancellationToken);

            // It may also have been made here, and the answer to that was lost. Whoever has sent the secret until now may sign from now on, or the other way round.
            var isMine = stored?.Trigger.HasSecret(secret) is true;
            isNew = stored is null || (isNew && isMine);
            isOther = isNew || definition.RotatesSecret || stored!.Trigger.Signature is null != given.Signature is null || (isOther && isMine);
            var trigger = given with
            {
                SecretHash = isOther ? Trigger.Hash(secret) : stored!.Trigger.SecretHash,
                SealedSecret = given.Signature is null ? null : Seal(definition, stored?.Trigger),
                LastRunId = stored?.Trigger.LastRunId,
                NextAt = given.IsDueAsBefore(stored?.Trigger) ? stored!.Trigger.NextAt : given.NextAt,
            };
            if (await queue.ArmAsync(trigger, () => store.TryPutAsync(trigger, stored?.ETag, cancellationToken), cancellationToken))
            {
                return (trigger, isOther && given.Signature is null ? secret : null, isNew);
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
        }

        throw Lamina.Unavailable("The trigger is being changed by many requests, please try again");
    }

    // What senders sign with is given with the trigger, or stays what it was.
    private byte[] Seal(TriggerDefinition definition, Trigger? earlier)
    {
        var given = definition.Trigger;
        try
        {
            if (definition.SenderSecret is { } secret)
            {
                return secrets.Seal(secret, given.SecretPlace);
            }

            if (earlier is { SealedSecret: { } kept, Signature: { } scheme } && scheme.Preset == given.Signature!.Preset)
            {
                return secrets.Renew(kept, given.SecretPlace);
            }
        }
        catch (SecretKeyException missing)
        {
            throw Lamina.Unavailable(missing.Message);
        }

        throw RequestErrors.Invalid(
            "Invalid trigger", new ErrorDetail(null, "verify.secret", "missing_no_default", "\"verify.secret\" is required: there is none yet for senders that sign like this."));
    }
}
