using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Times;
using Serverless.Webhooks.Messages;

namespace Serverless.Alerts;

/// <summary>What is said of an alert.</summary>
internal sealed record AlertAnswer(
    [property: Description("Its id within the workspace.")] string AlertId,
    [property: Description("Its name, for people.")] string Name,
    [property: Description("The question for the log entries that are counted; null when it is about events.")] string? Query,
    [property: Description("The project whose events it is about; null when it is about logs.")] string? ProjectId,
    [property: Description("What is measured of events: `error_rate` from 0 to 1, `cost_usd`, `latency_ms` (what 95 % do not exceed, within 1 %), `token_count` (sent and received) or `request_count`; null when it is about logs.")] string? Metric,
    [property: Description("The length of its window: `5m`, `15m`, `30m` or `1h`.")] string Window,
    [property: Description("What the value is compared with.")] decimal Threshold,
    [property: Description("`above` or `below`: where the value has to lie for the alert to fire.")] string Direction,
    [property: Description("Whether it is evaluated.")] bool Active,
    [property: Description("`ok`, `firing`, or `resolved` when it fired and does not any more, which is as well as `ok`.")] string State,
    [property: Description("Since when.")] DateTime Since,
    [property: Description("The value of the last window; null when it has none, such as a rate of no requests, or none was judged yet.")] decimal? Value,
    [property: Description("When the last window ended that was judged.")] DateTime JudgedTo,
    [property: Description("Why it could not be evaluated the last time, so that its state is that of before; null when it could.")] string? LastError)
{
    /// <summary>What is said of an alert.</summary>
    public static AlertAnswer Of(StoredAlert alert)
    {
        var (rule, state) = (alert.Rule, alert.State);
        return new(
            rule.Id,
            rule.Name,
            rule.Query,
            rule.ProjectId,
            AlertWords.MetricOf(rule),
            rule.Window,
            rule.Threshold,
            AlertWords.DirectionOf(rule),
            rule.IsActive,
            AlertWords.Of(state.Status),
            state.Since.UtcDateTime,
            state.Value,
            FiveMinutes.Start(state.JudgedTo).UtcDateTime,
            state.Error);
    }
}

/// <summary>What is said of a change of an alert: in its history, and to endpoints. The alert is told as it was then.</summary>
internal sealed record AlertChangeAnswer(
    [property: Description("The id of the change, which is that of the message about it too.")] string ChangeId,
    [property: Description("`alert.fired` or `alert.resolved`.")] string Type,
    [property: Description("When the window ended that brought the change.")] DateTime At,
    [property: Description("The value of that window; null when it has none.")] decimal? Value,
    [property: Description("The id of the alert.")] string AlertId,
    [property: Description("Its name.")] string Name,
    [property: Description("The question for the log entries that are counted; null when it is about events.")] string? Query,
    [property: Description("The project whose events it is about; null when it is about logs.")] string? ProjectId,
    [property: Description("What is measured of events; null when it is about logs.")] string? Metric,
    [property: Description("The length of its window.")] string Window,
    [property: Description("What the value was compared with.")] decimal Threshold,
    [property: Description("`above` or `below`: where the value had to lie for the alert to fire.")] string Direction)
{
    /// <summary>What is said of a change.</summary>
    public static AlertChangeAnswer Of(AlertChange change)
    {
        var rule = change.Rule;
        return new(
            change.Id,
            change.HasFired ? AlertWords.Fired : AlertWords.Resolved,
            FiveMinutes.Start(change.Judged).UtcDateTime,
            change.Value,
            rule.Id,
            rule.Name,
            rule.Query,
            rule.ProjectId,
            AlertWords.MetricOf(rule),
            rule.Window,
            rule.Threshold,
            AlertWords.DirectionOf(rule));
    }

    /// <summary>The same as endpoints get it.</summary>
    public WebhookContent ToContent() => new(ChangeId, Type, new(At, TimeSpan.Zero), JsonSerializer.SerializeToUtf8Bytes(this, AlertJson.Default.AlertChangeAnswer));
}

/// <summary>The words of answers.</summary>
internal static class AlertWords
{
    /// <summary>A change: the threshold is crossed.</summary>
    public const string Fired = "alert.fired";

    /// <summary>A change: it is not any more.</summary>
    public const string Resolved = "alert.resolved";

    /// <summary>The value has to lie above the threshold.</summary>
    public const string Above = "above";

    /// <summary>The value has to lie below the threshold.</summary>
    public const string Below = "below";

    /// <summary>The word for a state.</summary>
    public static string Of(AlertStatus status) => status switch
    {
        AlertStatus.Ok => "ok",
        AlertStatus.Firing => "firing",
        _ => "resolved",
    };

    /// <summary>The word for where the value has to lie.</summary>
    public static string DirectionOf(AlertRule rule) => rule.IsBelow ? Below : Above;

    /// <summary>The word for what is measured of events; null where entries of logs are counted.</summary>
    public static string? MetricOf(AlertRule rule) => rule.Metric == AlertMetric.LogCount ? null : rule.Metric.Name;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<AlertAnswer>))]
[JsonSerializable(typeof(Page<AlertAnswer>))]
[JsonSerializable(typeof(Page<AlertChangeAnswer>))]
[JsonSerializable(typeof(IReadOnlyList<WindowPart>))]
internal sealed partial class AlertJson : JsonSerializerContext;
