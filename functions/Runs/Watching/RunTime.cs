using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Serverless.Runs.Watching;

/// <summary>Times in answers about runs: in UTC, to the millisecond.</summary>
internal static class RunTime
{
    /// <summary>A time in words; null for none.</summary>
    [return: NotNullIfNotNull(nameof(time))]
    public static string? Format(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
