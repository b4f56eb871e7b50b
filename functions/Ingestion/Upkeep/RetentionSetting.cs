using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Serverless.Ingestion.Upkeep;

/// <summary>Reads settings that say how many days something is kept.</summary>
public static class RetentionSetting
{
    private const int MaxDays = 3650;

    /// <summary>The days that a setting names, from 1 to 3,650.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="setting">The setting.</param>
    /// <param name="defaultDays">What holds when it is not there.</param>
    /// <exception cref="OptionsValidationException">It is not a whole number, or out of range.</exception>
    public static int Read(IConfiguration configuration, string setting, int defaultDays)
    {
        if (configuration[setting] is not { Length: > 0 } text)
        {
            return defaultDays;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= MaxDays
            ? days
            : throw new OptionsValidationException(
                setting, typeof(RetentionSetting), [$"{setting}: must be a whole number of days from 1 to {MaxDays}, not \"{text}\"."]);
    }
}
