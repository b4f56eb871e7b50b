using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Runs.Engine;

/// <summary>How long runs are kept.</summary>
public sealed class RunRetentionOptions
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = nameof(RunRetentionDays);

    /// <summary>The setting <c>RunRetentionDays</c>.</summary>
    [WholeNumber(1, Maximum = 3650, Unit = "days")]
    public string? RunRetentionDays { get; set; }

    /// <summary>How long a run is kept after it has come to its end, from 1 to 3,650 days; 90 unless it is set.</summary>
    internal TimeSpan Period => TimeSpan.FromDays(WholeNumberAttribute.Read(RunRetentionDays) ?? 90);
}

/// <summary>Judges how long runs are kept.</summary>
[OptionsValidator]
internal sealed partial class RunRetentionOptionsValidator : IValidateOptions<RunRetentionOptions>;
