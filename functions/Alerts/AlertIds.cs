using System.Buffers;
using System.Globalization;
using Serverless.Http;

namespace Serverless.Alerts;

/// <summary>What ids of alerts look like, and those of their changes: the alert and, inverted so that the newest comes first, the end of the window that brought it.</summary>
internal static class AlertIds
{
    // No id of an alert has it: the changes of one are never taken for those of another.
    private const char BeforeTime = '_';

    private const int MaxLength = 64;
    private const long LastNumber = 9_999_999_999;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>The id of an alert in a path.</summary>
    public static TextField InPath { get; } = new("alertId", "The id of the alert within the workspace.")
    {
        Rule = new(IsAlert, $"1 to {MaxLength} of a-z, 0-9 and -") { Pattern = $"^[a-z0-9-]{{1,{MaxLength}}}$" },
    };

    /// <summary>Whether a text could be the id of an alert.</summary>
    public static bool IsAlert(string text) => text.Length is > 0 and <= MaxLength && !text.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>The id of a change.</summary>
    /// <param name="alert">The id of the alert.</param>
    /// <param name="judged">The number of the five minutes that begin when the window ends.</param>
    public static string Change(string alert, long judged) => $"{FirstChange(alert)}{(LastNumber - judged).ToString("D10", CultureInfo.InvariantCulture)}";

    /// <summary>How the ids of all changes of an alert begin.</summary>
    public static string FirstChange(string alert) => $"{alert}{BeforeTime}";

    /// <summary>Whether a text could be the id of a change.</summary>
    public static bool IsChange(string text) => text.Split(BeforeTime) is [var alert, { Length: 10 } time] && IsAlert(alert) && !time.AsSpan().ContainsAnyExceptInRange('0', '9');
}
