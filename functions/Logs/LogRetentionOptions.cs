using Microsoft.Extensions.Configuration;
using Serverless.Ingestion.Upkeep;

namespace Serverless.Logs;

/// <summary>How long log entries are kept, read from the setting <c>LogRetentionDays</c>.</summary>
public sealed class LogRetentionOptions
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "LogRetentionDays";

    private const int DefaultDays = 30;

    /// <summary>How long, in days from 1 to 3,650; 30 unless it is set.</summary>
    public int Days { get; private set; } = DefaultDays;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">It is not a whole number, or out of range.</exception>
    public void Read(IConfiguration configuration) => Days = RetentionSetting.Read(configuration, Setting, DefaultDays);
}
