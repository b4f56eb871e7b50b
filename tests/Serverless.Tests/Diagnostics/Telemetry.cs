using System.Globalization;

namespace Serverless.Tests.Diagnostics;

/// <summary>A span as a collector gets it.</summary>
internal sealed record Span(string Trace, string Id, string Parent, string Name, int Kind, ulong Start, ulong End)
{
    /// <summary>The kind of spans of requests that come in.</summary>
    public const int Server = 2;

    /// <summary>The kind of spans of requests that go out.</summary>
    public const int Client = 3;

    /// <summary>The kind of spans of messages that are dealt with.</summary>
    public const int Consumer = 5;

    /// <summary>What is told of it.</summary>
    public required IReadOnlyDictionary<string, string?> Attributes { get; init; }

    /// <summary>The spans it is linked to, by id.</summary>
    public required IReadOnlyList<string> Links { get; init; }

    /// <summary>Whether it failed.</summary>
    public bool IsError { get; init; }

    /// <summary>The spans of an export.</summary>
    public static IEnumerable<Span> In(ProtocolBuffer export) =>
        from resource in export.Messages(1)
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new Span(span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5)!, (int)span.Number(6), span.Number(7), span.Number(8))
        {
            Attributes = AnyValue.Attributes(span, 9),
            Links = [.. span.Messages(13).Select(link => link.Hex(2))],
            IsError = span.Message(15)?.Number(3) == 2,
        };
}

/// <summary>A series of measurements as a collector gets it.</summary>
internal sealed record Series(string Metric, string Unit, double Sum, ulong Count)
{
    /// <summary>What is told of it.</summary>
    public required IReadOnlyDictionary<string, string?> Attributes { get; init; }

    /// <summary>The series of an export: of a gauge or counter its value, of a histogram the sum and count.</summary>
    public static IEnumerable<Series> In(ProtocolBuffer export) =>
        from resource in export.Messages(1)
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        from point in Points(metric)
        select point;

    private static IEnumerable<Series> Points(ProtocolBuffer metric)
    {
        var (name, unit) = (metric.Text(1)!, metric.Text(3) ?? "");
        var numbers = metric.Messages(5).Concat(metric.Messages(7)).SelectMany(data => data.Messages(1)).Select(point =>
            new Series(name, unit, point.FindDouble(4) ?? (long)point.Number(6), 1) { Attributes = AnyValue.Attributes(point, 7) });
        var histograms = metric.Messages(9).SelectMany(data => data.Messages(1)).Select(point =>
            new Series(name, unit, point.FindDouble(5) ?? 0, point.Number(4)) { Attributes = AnyValue.Attributes(point, 9) });
        return numbers.Concat(histograms);
    }
}

/// <summary>A line of the log as a collector gets it.</summary>
internal sealed record LogLine(string? Body, string Trace)
{
    /// <summary>What is told of it.</summary>
    public required IReadOnlyDictionary<string, string?> Attributes { get; init; }

    /// <summary>The lines of an export.</summary>
    public static IEnumerable<LogLine> In(ProtocolBuffer export) =>
        from resource in export.Messages(1)
        from scope in resource.Messages(2)
        from line in scope.Messages(2)
        select new LogLine(line.Message(5)?.Text(1), line.Hex(9)) { Attributes = AnyValue.Attributes(line, 6) };
}

file static class AnyValue
{
    public static IReadOnlyDictionary<string, string?> Attributes(ProtocolBuffer message, int field) => message.Messages(field)
        .GroupBy(pair => pair.Text(1)!, StringComparer.Ordinal)
        .ToDictionary(pairs => pairs.Key, pairs => Read(pairs.First().Message(2)), StringComparer.Ordinal);

    private static string? Read(ProtocolBuffer? value) =>
        value?.Text(1) ?? value?.FindNumber(3)?.ToString(CultureInfo.InvariantCulture) ?? value?.FindDouble(4)?.ToString(CultureInfo.InvariantCulture);
}
