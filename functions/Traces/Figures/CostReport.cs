using System.Globalization;
using System.Text.Json;

namespace Serverless.Traces.Figures;

/// <summary>What a project costs: the answer of <c>GET /v1/costs</c>.</summary>
/// <param name="hours">The figures of the hours of the range; others among them do not count.</param>
/// <param name="range">The hours shown.</param>
/// <param name="recent">What does not depend on the range: the cost of the month, and the forecast.</param>
internal sealed class CostReport(IReadOnlyList<HourFigures> hours, HourRange range, RecentCost recent)
{
    private readonly List<HourFigures> _hours = [.. hours.In(range)];

    /// <summary>
    /// Writes the answer: costs in USD; <c>cacheUtilization</c>, with 6 digits of fraction, is the share of the tokens sent that were
    /// cached, never above 1 even where a provider does not count cached tokens among those sent.
    /// </summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        var sum = _hours.Sum();
        writer.WriteStartObject();
        WriteModels(writer);
        WriteDays(writer);
        writer.WriteMoney("monthToDate", recent.MonthToDate);
        writer.WriteMoney("forecast30d", recent.Forecast);
        writer.WriteRate("cacheUtilization", sum.InputTokens == 0 ? 0 : Math.Min(1, (decimal)sum.CachedTokens / sum.InputTokens));
        writer.WriteEndObject();
    }

    private void WriteModels(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("byModel");
        foreach (var (model, sum) in _hours.SumByModel().DearestFirst())
        {
            writer.WriteStartObject();
            writer.WriteString("model", model);
            writer.WriteMoney("cost", sum.Cost);
            writer.WriteNumber("requests", sum.Requests);
            writer.WriteNumber("inputTokens", sum.InputTokens);
            writer.WriteNumber("outputTokens", sum.OutputTokens);
            writer.WriteNumber("cachedTokens", sum.CachedTokens);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteDays(Utf8JsonWriter writer)
    {
        var days = _hours.ToLookup(figures => figures.Hour / HourNumber.PerDay);
        writer.WriteStartArray("daily");
        for (var day = range.First / HourNumber.PerDay; day <= range.Last / HourNumber.PerDay; day++)
        {
            writer.WriteStartObject();
            writer.WriteString("date", HourNumber.Start(day * HourNumber.PerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            writer.WriteMoney("cost", days[day].Sum().Cost);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
