using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Logs;

/// <summary>How long log entries are kept, read from the setting <c>LogRetentionDays</c>.</summary>
public sealed class LogRetentionOptions
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "LogRetentionDays";

    private const int DefaultDays = 30;
    private const int MaxDays = 3650;

    /// <summary>How long, in days from 1 to 3,650; 30 unless it is set.</summary>
    public int Days { get; private set; } = DefaultDays;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="OptionsValidationException">It is not a whole number, or out of range.</exception>
    public void Read(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text)
        {
            return;
        }

        Days = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MaxDays
            ? days
            : throw new OptionsValidationException(
                Setting, typeof(LogRetentionOptions), [$"{Setting}: must be a whole number of days from 1 to {MaxDays}, not \"{text}\"."]);
    }
}
