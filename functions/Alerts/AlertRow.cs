using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Alerts;

/// <summary>An alert as a row of its table: its definition and how it stands in columns, then what was counted for it.</summary>
internal static class AlertRow
{
    /// <summary>How the keys begin.</summary>
    public const string Prefix = "rule-";

    /// <summary>The column with the ids of changes that may not have been announced yet.</summary>
    public const string Unannounced = nameof(StoredAlert.Unannounced);

    private const char BetweenIds = ',';

    /// <summary>The keys of all alerts of a workspace.</summary>
    public static RowKeyRange Keys { get; } = RowKeyRange.StartingWith(Prefix);

    /// <summary>The key of an alert.</summary>
    public static string KeyOf(string id) => Prefix + id;

    /// <summary>Writes an alert as a row.</summary>
    public static TableEntity Write(StoredAlert alert)
    {
        var (rule, state) = (alert.Rule, alert.State);
        var row = new TableEntity(rule.Workspace, KeyOf(rule.Id))
        {
            [nameof(AlertRule.Name)] = rule.Name,
            [nameof(AlertRule.Metric)] = rule.Metric.Name,
            [nameof(AlertRule.Window)] = rule.Window,
            [nameof(AlertRule.Threshold)] = Text(rule.Threshold),
            [nameof(AlertRule.IsBelow)] = rule.IsBelow,
            [nameof(AlertRule.IsActive)] = rule.IsActive,
            [nameof(AlertState.Status)] = state.Status.ToString(),
            [nameof(AlertState.Since)] = state.Since,
            [nameof(AlertState.JudgedTo)] = state.JudgedTo,
            [Unannounced] = string.Join(BetweenIds, alert.Unannounced),
        };
        row.SetUnlessNull(nameof(AlertRule.Query), rule.Query);
        row.SetUnlessNull(nameof(AlertRule.ProjectId), rule.ProjectId);
        row.SetUnlessNull(nameof(AlertState.Value), state.Value is { } value ? Text(value) : null);
        row.SetUnlessNull(nameof(AlertState.Error), state.Error);
        PayloadColumns.Write(row, JsonSerializer.SerializeToUtf8Bytes(alert.Parts, AlertJson.Default.IReadOnlyListWindowPart));
        return row;
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is no alert.</exception>
    public static StoredAlert Read(TableEntity row)
    {
        var rule = new AlertRule
        {
            Workspace = row.PartitionKey,
            Id = row.RowKey[Prefix.Length..],
            Name = Required(nameof(AlertRule.Name)),
            Query = row.GetString(nameof(AlertRule.Query)),
            ProjectId = row.GetString(nameof(AlertRule.ProjectId)),
            Metric = AlertMetric.Of(Required(nameof(AlertRule.Metric))),
            Window = Required(nameof(AlertRule.Window)),
            Threshold = Number(Required(nameof(AlertRule.Threshold))),
            IsBelow = row.GetBoolean(nameof(AlertRule.IsBelow)) is true,
            IsActive = row.GetBoolean(nameof(AlertRule.IsActive)) is true,
        };
        var state = new AlertState(
            Enum.Parse<AlertStatus>(Required(nameof(AlertState.Status))),
            row.GetDateTimeOffset(nameof(AlertState.Since))!.Value,
            row.GetInt64(nameof(AlertState.JudgedTo))!.Value,
            row.GetString(nameof(AlertState.Value)) is { } value ? Number(value) : null,
            row.GetString(nameof(AlertState.Error)));
        var parts = JsonSerializer.Deserialize(PayloadColumns.Read(row).Span, AlertJson.Default.IReadOnlyListWindowPart)!;
        return new(rule, state, parts, Required(Unannounced).Split(BetweenIds, StringSplitOptions.RemoveEmptyEntries), row.ETag);

        string Required(string column) => row.GetString(column) ?? throw new FormatException($"The alert has no {column}.");
    }

    private static string Text(decimal number) => number.ToString(CultureInfo.InvariantCulture);

    private static decimal Number(string text) => decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
}
