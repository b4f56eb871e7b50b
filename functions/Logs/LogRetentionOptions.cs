using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Logs;

/// <summary>How long log entries are kept.</summary>
public sealed class LogRetentionOptions
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = nameof(LogRetentionDays);

    /// <summary>The setting <c>LogRetentionDays</c>.</summary>
    [WholeNumber(1, Maximum = 3650, Unit = "days")]
    public string? LogRetentionDays { get; set; }

    /// <summary>How long, in days from 1 to 3,650; 30 unless it is set.</summary>
    internal int Days => (int)(WholeNumberAttribute.Read(LogRetentionDays) ?? 30);
}

/// <summary>Judges how long log entries are kept.</summary>
[OptionsValidator]
internal sealed partial class LogRetentionOptionsValidator : IValidateOptions<LogRetentionOptions>;
