using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Texts;

namespace Serverless.Runs.Triggers;

/// <summary>Triggers: to be defined, looked at, removed, and fired.</summary>
public sealed class TriggerEndpoints(
    LaminaAdmission admission, TriggerStore store, TriggerQueue queue, TriggeredRuns runs, AppCatalog catalog, AccountStore accounts, OutboundGuard guard, TimeProvider time)
{
    private const string SecretHeader = "x-trigger-secret";
    private const int MaxBodyBytes = 256 * 1024;
    private const int MaxInputsLength = 16 * 1024;
    private const int WorkspaceLength = 12;

    // Each round one of those who write at once gets through.
    private const int MaxRounds = 50;

    /// <summary><c>PUT /v1/triggers/{triggerId}</c>: defines a trigger. Its secret is shown when it is made, and when another is asked for.</summary>
    public async Task PutAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        LaminaAdmission.RequireScope(caller, LaminaAdmission.AdminScope);
        var problems = new RequestProblems("Invalid trigger");
        var fields = new RequestFields(await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken), problems);
        if (!AppIds.IsAppId(triggerId))
        {
            problems.Add("triggerId", "invalid_format", $"\"triggerId\": must be {AppIds.Rule}.");
        }

        var given = await ReadAsync(fields, caller.Account.Id, triggerId, cancellationToken);
        var rotates = fields.Flag("rotateSecret") is true;
        problems.Conclude();
        var (trigger, secret, isNew) = await PutAsync(given, rotates, cancellationToken);
        await context.WriteDataAsync(
            writer => TriggerAnswers.Write(writer, trigger, secret), cancellationToken, isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    /// <summary><c>GET /v1/triggers/{triggerId}</c>: shows a trigger, without its secret.</summary>
    public async Task GetAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var stored = await store.FindAsync(caller.Account.Id, triggerId, cancellationToken) ?? throw NotFound();
        await context.WriteDataAsync(writer => TriggerAnswers.Write(writer, stored.Trigger, secret: null), cancellationToken);
    }

    /// <summary><c>DELETE /v1/triggers/{triggerId}</c>: removes a trigger. Its runs go on.</summary>
    public async Task DeleteAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        LaminaAdmission.RequireScope(caller, LaminaAdmission.AdminScope);
        if (!await store.RemoveAsync(caller.Account.Id, triggerId, cancellationToken))
        {
            throw NotFound();
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>
    /// <c>POST /v1/triggers/{triggerId}/fire</c>: starts a run. The secret is all it takes: senders of webhooks have no key, so the id they use begins
    /// with the workspace's.
    /// </summary>
    public async Task FireAsync(HttpContext context, string triggerId, CancellationToken cancellationToken)
    {
        var stored = await FindAsync(context, triggerId, cancellationToken) ?? throw NotFound();
        var trigger = stored.Trigger;
        if (!trigger.HasSecret(context.Request.Headers[SecretHeader].ToString()))
        {
            throw new ApiException(new(StatusCodes.Status401Unauthorized, "WEBHOOK_INVALID_SECRET", "Invalid webhook secret"));
        }

        if (!trigger.IsActive)
        {
            throw Lamina.Forbidden("The trigger is inactive");
        }

        if (await accounts.FindAsync(trigger.Workspace, cancellationToken) is not { IsActive: true })
        {
            throw Lamina.Forbidden("The workspace is suspended");
        }

        var body = await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken);
        var given = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("inputs", out var inputs) ? inputs : default;
        var run = await runs.StartAsync(trigger, RunId.New(time.GetUtcNow()), given, cancellationToken);
        await context.WriteDataAsync(writer => RunAnswers.WriteAccepted(writer, run), cancellationToken, StatusCodes.Status202Accepted);
    }

    private static ApiException NotFound() => Lamina.NotFound("Trigger");

    // Of several who write at once the last one stands, as if they had come one after another; each keeps what the others have no say in.
    private async Task<(Trigger Trigger, string? Secret, bool IsNew)> PutAsync(Trigger given, bool rotates, CancellationToken cancellationToken)
    {
        var secret = Trigger.NewSecret();
        var isNew = false;
        for (var round = 0; round < MaxRounds; round++)
        {
            var stored = await store.FindAsync(given.Workspace, given.Id, cancellationToken);

            // It may also have been made here, and the answer to that was lost.
            isNew = stored is null || (isNew && stored.Trigger.HasSecret(secret));
            var shown = isNew || rotates ? secret : null;
            var trigger = given with
            {
                SecretHash = shown is null ? stored!.Trigger.SecretHash : Trigger.Hash(shown),
                LastRunId = stored?.Trigger.LastRunId,
                NextAt = given.IsDueAsBefore(stored?.Trigger) ? stored!.Trigger.NextAt : given.NextAt,
            };
            if (await queue.ArmAsync(trigger, () => store.TryPutAsync(trigger, stored?.ETag, cancellationToken), cancellationToken))
            {
                return (trigger, shown, isNew);
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
        }

        throw Lamina.Unavailable("The trigger is being changed by many requests, please try again");
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

    private async Task<Trigger> ReadAsync(RequestFields fields, string workspace, string id, CancellationToken cancellationToken)
    {
        var schedule = fields.Text("schedule");
        var parsed = schedule is null ? null : TriggerSchedule.ParseNew(schedule);
        if (schedule is not null && parsed is null)
        {
            fields.Complain("schedule", "invalid_format", "must be an NCRONTAB expression such as \"0 */5 * * * *\", with steps from 1 and ranges that ascend");
        }

        var isActive = fields.Flag("active") ?? true;
        return new()
        {
            Workspace = workspace,
            Id = id,
            AppId = await ReadAppAsync(fields, workspace, cancellationToken),
            Inputs = ReadInputs(fields),
            Schedule = schedule,
            WebhookUrl = await ReadWebhookAsync(fields, cancellationToken),
            IsActive = isActive,
            SecretHash = [],
            NextAt = isActive ? parsed?.After(time.GetUtcNow()) : null,
        };
    }

    private async Task<string> ReadAppAsync(RequestFields fields, string workspace, CancellationToken cancellationToken)
    {
        var appId = fields.RequiredText("appId");
        if (appId.Length > 0 && (!AppIds.IsAppId(appId) || await catalog.FindAsync(workspace, appId, cancellationToken) is null))
        {
            fields.Complain("appId", "invalid_option", "there is no such app");
        }

        return appId;
    }

    private static string ReadInputs(RequestFields fields)
    {
        if (!fields.TryGet("inputs", out var inputs))
        {
            return "{}";
        }

        if (inputs.ValueKind != JsonValueKind.Object)
        {
            fields.Problems.Type("inputs", "an object");
        }
        else if (Characters.Exceed(inputs.GetRawText(), MaxInputsLength))
        {
            fields.Complain("inputs", "too_large", $"must be at most {MaxInputsLength} characters of JSON");
        }

        return inputs.GetRawText();
    }

    private async Task<string?> ReadWebhookAsync(RequestFields fields, CancellationToken cancellationToken)
    {
        if (fields.Text("webhook") is not { } url)
        {
            return null;
        }

        try
        {
            return (await guard.AdmitAsync(url, cancellationToken)).OriginalString;
        }
        catch (OutboundRefusedException refusal)
        {
            throw Lamina.InvalidWebhookUrl(refusal);
        }
    }
}
