using Microsoft.Extensions.Options;
using Serverless.Settings;

namespace Serverless.Traces.Hours;

/// <summary>How long events and the figures of their hours are kept.</summary>
public sealed class TraceRetentionOptions
{
    /// <summary>The setting for events.</summary>
    public const string EventSetting = nameof(TraceRetentionDays);

    /// <summary>The setting for figures.</summary>
    public const string FigureSetting = nameof(TraceFigureRetentionDays);

    private const int MaxDays = 3650;

    /// <summary>The setting <c>TraceRetentionDays</c>.</summary>
    [WholeNumber(1, Maximum = MaxDays, Unit = "days")]
    public string? TraceRetentionDays { get; set; }

    /// <summary>The setting <c>TraceFigureRetentionDays</c>.</summary>
    [WholeNumber(1, Maximum = MaxDays, Unit = "days")]
    public string? TraceFigureRetentionDays { get; set; }

    /// <summary>How long an event is kept, and its id known, in days from 1 to 3,650; 30 unless it is set.</summary>
    internal int EventDays => (int)(WholeNumberAttribute.Read(TraceRetentionDays) ?? 30);

    /// <summary>How long the figures of an hour are kept, in days from 1 to 3,650; 400 unless it is set.</summary>
    internal int FigureDays => (int)(WholeNumberAttribute.Read(TraceFigureRetentionDays) ?? 400);
}

/// <summary>Judges how long events and figures are kept.</summary>
[OptionsValidator]
internal sealed partial class TraceRetentionOptionsValidator : IValidateOptions<TraceRetentionOptions>;
