using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.Times;

namespace Serverless.Alerts;

/// <summary>A change of an alert as a row of its table: what is said of it, as it is said, and when the row may go.</summary>
internal static class ChangeRow
{
    /// <summary>For how long changes are kept, in days.</summary>
    public const int KeptDays = 90;

    private const string Prefix = "change-";
    private const string Said = "Said";

    // What removes expired rows goes by it.
    private const string ExpiresAt = "ExpiresAt";

    /// <summary>The key of a change.</summary>
    public static string KeyOf(string id) => Prefix + id;

    /// <summary>The keys of all changes of an alert.</summary>
    public static RowKeyRange KeysOf(string alert) => RowKeyRange.StartingWith(KeyOf(AlertIds.FirstChange(alert)));

    /// <summary>Writes a change as a row.</summary>
    public static TableEntity Write(AlertChange change) => new(change.Rule.Workspace, KeyOf(change.Id))
    {
        [Said] = JsonSerializer.Serialize(AlertChangeAnswer.Of(change), AlertJson.Default.AlertChangeAnswer),
        [ExpiresAt] = FiveMinutes.Start(change.Judged).AddDays(KeptDays),
    };

    /// <summary>Reads a row.</summary>
    /// <exception cref="FormatException">It is no change.</exception>
    public static AlertChangeAnswer Read(TableEntity row) => JsonSerializer.Deserialize(
        row.GetString(Said) ?? throw new FormatException("The change says nothing."), AlertJson.Default.AlertChangeAnswer)!;
}
