using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Inputs;
using Serverless.Tenancy;

namespace Serverless.Runs.Triggers;

/// <summary>Starts the runs of triggers.</summary>
public sealed class TriggeredRuns(AppCatalog catalog, InputValidator inputs, RunSubmission submission)
{
    /// <summary>Starts a run.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <param name="workspace">Whose it is.</param>
    /// <param name="identify">Gives the run its id, when it is sure that it can be started: the same one again is the same run.</param>
    /// <param name="given">Inputs that go before the trigger's own; undefined for none.</param>
    /// <param name="cancellationToken">Gives up, unless it is accepted already.</param>
    /// <returns>The run.</returns>
    /// <exception cref="ApiException">404: the app is gone. 400: the inputs do not fit it.</exception>
    internal async Task<Run> StartAsync(Trigger trigger, Account workspace, Func<Task<RunId>> identify, JsonElement given, CancellationToken cancellationToken)
    {
        var app = await catalog.RequireAsync(trigger.Workspace, trigger.AppId, cancellationToken);
        var values = await inputs.ValidateAsync(app, Merge(trigger.Inputs, given), cancellationToken);
        var run = Run.Create(await identify(), trigger.Workspace, app, values) with
        {
            WebhookUrl = trigger.WebhookUrl,
            IsAnnounced = workspace.HasWebhookEndpoints,
            Source = RunSource.Trigger,
        };
        await submission.AcceptAsync(run);
        return run;
    }

    /// <summary>Why a run could not be started, in a sentence.</summary>
    internal static string Reason(ApiException refusal) => refusal.Error.Details is [var first, ..] ? first.Message : refusal.Message;

    // Whatever is wrong with what was given is the validator's to say.
    private static JsonElement Merge(string own, JsonElement given)
    {
        if (given.ValueKind is not JsonValueKind.Object)
        {
            return given.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? JsonElement.Parse(own) : given;
        }

        var merged = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in JsonElement.Parse(own).EnumerateObject().Where(member => !given.TryGetProperty(member.Name, out _)).Concat(given.EnumerateObject()))
        {
            merged[member.Name] = member.Value;
        }

        return JsonSerializer.SerializeToElement(merged, TriggerJson.Default.OrderedDictionaryStringJsonElement);
    }
}
