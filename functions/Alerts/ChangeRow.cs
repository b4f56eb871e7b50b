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

    // No id of an alert has it: the changes of one are never taken for those of another.
    private const char BeforeTime = '_';

    private const string Said = "Said";

    // What removes expired rows goes by it.
    private const string ExpiresAt = "ExpiresAt";

    /// <summary>The key of a change.</summary>
    public static string KeyOf(string id)
    {
        var (alert, time) = AlertIds.Parts(id);
        return FirstKey(alert) + time;
    }

    /// <summary>The keys of all changes of an alert.</summary>
    public static RowKeyRange KeysOf(string alert) => RowKeyRange.StartingWith(FirstKey(alert));

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

    private static string FirstKey(string alert) => $"{Prefix}{alert}{BeforeTime}";
}
