namespace Serverless.Traces.Figures;

/// <summary>The figures of several hours, put together in the ways that reports need.</summary>
internal static class FigureSums
{
    /// <summary>Those of the hours that lie in a range.</summary>
    public static IEnumerable<HourFigures> In(this IEnumerable<HourFigures> hours, HourRange range) =>
        hours.Where(figures => range.Contains(figures.Hour));

    /// <summary>The figures of all hours.</summary>
    public static EventFigures Sum(this IEnumerable<HourFigures> hours) => EventFigures.Sum(hours.SelectMany(figures => figures.Cells.Values));

    /// <summary>The figures of each hour that has events.</summary>
    public static IReadOnlyDictionary<long, EventFigures> SumByHour(this IEnumerable<HourFigures> hours) =>
        hours.GroupBy(figures => figures.Hour).ToDictionary(group => group.Key, Sum);

    /// <summary>The figures of each model, in no particular order.</summary>
    public static IEnumerable<ModelFigures> SumByModel(this IEnumerable<HourFigures> hours) =>
        from figures in hours
        from cell in figures.Cells
        group cell.Value by cell.Key.Model into model
        select new ModelFigures(model.Key, EventFigures.Sum(model));

    /// <summary>The order in which models that cost money are shown: the dearest first, then the busiest, then by name.</summary>
    public static IEnumerable<ModelFigures> DearestFirst(this IEnumerable<ModelFigures> models) => models
        .OrderByDescending(model => model.Figures.Cost)
        .ThenByDescending(model => model.Figures.Requests)
        .ThenBy(model => model.Model, StringComparer.Ordinal);
}

/// <summary>The figures of a model.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record ModelFigures(string Model, EventFigures Figures);
