using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Inputs;
using Serverless.Texts;
using Serverless.Times;
using Serverless.Workspaces;

namespace Serverless.Runs.Triggers;

/// <summary>A trigger as it is put.</summary>
/// <param name="Trigger">The trigger, without any secret.</param>
/// <param name="RotatesSecret">Whether it is to get another secret, if it is there already.</param>
/// <param name="SenderSecret">What its senders sign with; null when that stays as it is, or they do not sign.</param>
internal sealed record TriggerDefinition(Trigger Trigger, bool RotatesSecret, string? SenderSecret);

/// <summary>Reads the triggers that are put, and says everything that is wrong with one.</summary>
public sealed class TriggerReader(AppCatalog catalog, OutboundGuard guard, TimeProvider time)
{
    private const int MaxBodyBytes = 64 * 1024;
    private const int MaxInputsLength = 16 * 1024;

    private static readonly TextField AppId = new("appId", "The id of the app to start.") { IsRequired = true, MinLength = 1 };
    private static readonly ObjectField Inputs = InputValidator.Field with
    {
        Description = $"The inputs to start it with, at most {MaxInputsLength} characters of JSON; those that a request brings go before.",
    };

    private static readonly TextField Schedule = new("schedule", "When it fires by itself: an NCRONTAB expression of six fields with seconds first, or of five. A day has to match both as one of its month and as one of its week.")
    {
        Example = "0 */5 * * * *",
    };

    private static readonly TextField TimeZone = new("timeZone", "The time zone of the schedule, by its name in the IANA database; without it UTC.") { Example = "Europe/Berlin" };

    private static readonly TextField Webhook = new("webhook", "Where the ends of its runs are reported to: a public http or https address without credentials.") { Format = "uri" };
    private static readonly VerifyField Verify = new("verify", "How the trigger knows its senders; without it, by its secret.");
    private static readonly TextField DeliveryIdHeader = VerifyField.HeaderName("deliveryIdHeader", "The header in which senders say which delivery it is: for 24 hours the same one is the same run. With `stripe` and `standard-webhooks` the id that is signed counts anyway, and else what is signed.");
    private static readonly FlagField Active = new("active", "Whether it fires.") { Default = true };
    private static readonly FlagField RotateSecret = new("rotateSecret", "Whether a trigger that is there already gets another secret.");

    /// <summary>The id of a trigger in a path.</summary>
    internal static TextField InPath { get; } = new("triggerId", "The id of the trigger within the workspace.") { Rule = AppIds.Rule };

    /// <summary>The body.</summary>
    internal static Body Body { get; } = new(MaxBodyBytes, AppId, Inputs, InputPointers.Field, Verify, DeliveryIdHeader, Schedule, TimeZone, Webhook, Active, RotateSecret);

    /// <summary>Reads a trigger.</summary>
    /// <exception cref="ApiException">400: there can be no such trigger; 413 or 415.</exception>
    internal async Task<TriggerDefinition> ReadAsync(HttpRequest request, string workspace, string id, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(request, Body, new LaminaProblems("Invalid trigger"), cancellationToken);
        InPath.Read(id, InPath.Name, body.Problems);
        var schedule = body.Read(Schedule);
        var timeZone = body.Read(TimeZone);
        var zone = timeZone is null ? TimeZoneInfo.Utc : TimeZones.Find(timeZone);
        if (zone is null)
        {
            body.Complain(TimeZone, "invalid_option", "must be the name of a time zone in the IANA database, such as Europe/Berlin");
        }

        var parsed = schedule is null ? null : TriggerSchedule.ParseNew(schedule, zone ?? TimeZoneInfo.Utc);
        if (schedule is not null && parsed is null)
        {
            body.Complain(Schedule, "invalid_format", "must be an NCRONTAB expression such as \"0 */5 * * * *\", with steps from 1 and ranges that ascend");
        }

        var (signature, senderSecret) = body.Read(Verify) ?? new(null, null);
        var isActive = body.Read(Active) ?? Active.Default;
        var trigger = new Trigger
        {
            Workspace = workspace,
            Id = id,
            AppId = await ReadAppAsync(body, workspace, cancellationToken),
            Inputs = ReadInputs(body),
            Pointers = InputPointers.Read(body),
            Signature = signature,
            DeliveryIdHeader = body.Read(DeliveryIdHeader),
            Schedule = schedule,
            TimeZone = timeZone,
            WebhookUrl = await ReadWebhookAsync(body, cancellationToken),
            IsActive = isActive,
            SecretHash = [],
            NextAt = isActive ? parsed?.After(time.GetUtcNow()) : null,
        };
        var rotatesSecret = body.Read(RotateSecret) is true;
        if (rotatesSecret && signature is not null)
        {
            body.Complain(RotateSecret, "not_allowed", $"is for \"{Verify.Name}\" of the type {VerifyField.BySecret}");
        }

        body.Problems.Conclude();
        return new(trigger, rotatesSecret, senderSecret);
    }

    private async Task<string> ReadAppAsync(RequestReader body, string workspace, CancellationToken cancellationToken)
    {
        var appId = body.Read(AppId) ?? "";
        if (appId.Length > 0 && (!AppIds.IsAppId(appId) || await catalog.FindAsync(workspace, appId, cancellationToken) is null))
        {
            body.Complain(AppId, "invalid_option", "there is no such app");
        }

        return appId;
    }

    private static string ReadInputs(RequestReader body)
    {
        if (body.Read(Inputs) is not { } inputs)
        {
            return "{}";
        }

        var json = inputs.GetRawText();
        if (Characters.Exceed(json, MaxInputsLength))
        {
            body.Complain(Inputs, "too_large", $"must be at most {MaxInputsLength} characters of JSON");
        }

        return json;
    }

    private async Task<string?> ReadWebhookAsync(RequestReader body, CancellationToken cancellationToken)
    {
        if (body.Read(Webhook) is not { } url)
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
