using Microsoft.Extensions.Configuration;
using Serverless.Ingestion.Upkeep;

namespace Serverless.Traces.Hours;

/// <summary>How long events and the figures of their hours are kept.</summary>
public sealed class TraceRetentionOptions
{
    /// <summary>The setting for events.</summary>
    public const string EventSetting = "TraceRetentionDays";

    /// <summary>The setting for figures.</summary>
    public const string FigureSetting = "TraceFigureRetentionDays";

    private const int DefaultEventDays = 30;
    private const int DefaultFigureDays = 400;

    /// <summary>How long an event is kept, and its id known, in days from 1 to 3,650; 30 unless it is set.</summary>
    public int EventDays { get; private set; } = DefaultEventDays;

    /// <summary>How long the figures of an hour are kept, in days from 1 to 3,650; 400 unless it is set.</summary>
    public int FigureDays { get; private set; } = DefaultFigureDays;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">One is not a whole number, or out of range.</exception>
    public void Read(IConfiguration configuration)
    {
        EventDays = RetentionSetting.Read(configuration, EventSetting, DefaultEventDays);
        FigureDays = RetentionSetting.Read(configuration, FigureSetting, DefaultFigureDays);
    }
}
