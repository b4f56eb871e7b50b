using System.Buffers;
using System.Globalization;
using Serverless.Http;

namespace Serverless.Alerts;

/// <summary>
/// What ids of alerts look like, and those of their changes: the alert and, inverted so that the newest comes first, the end of the window that brought it. So a change has the
/// same id however often it is announced, and so has the message about it.
/// </summary>
internal static class AlertIds
{
    private const char BeforeTime = '-';
    private const int TimeDigits = 10;
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
    public static string Change(string alert, long judged) => $"{alert}{BeforeTime}{(LastNumber - judged).ToString($"D{TimeDigits}", CultureInfo.InvariantCulture)}";

    /// <summary>Takes the id of a change apart: the id of the alert, and the inverted time.</summary>
    public static (string Alert, string Time) Parts(string change) => (change[..^(TimeDigits + 1)], change[^TimeDigits..]);

    /// <summary>Whether a text could be the id of a change.</summary>
    public static bool IsChange(string text) =>
        text.Length > TimeDigits + 1
        && text[^(TimeDigits + 1)] == BeforeTime
        && Parts(text) is var (alert, time)
        && IsAlert(alert)
        && !time.AsSpan().ContainsAnyExceptInRange('0', '9');
}
