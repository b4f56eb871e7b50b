using Serverless.Ingestion.Records;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Reading;

/// <summary>What the spans of a trace come to, those within an hour of the one at which the trace is listed.</summary>
internal sealed class TraceSum
{
    /// <summary>How far from it a span may be.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromHours(1);

    private const int MaxModels = 20;

    private readonly string _traceId;
    private readonly Guid _newestId;
    private readonly SortedSet<string> _models = new(StringComparer.Ordinal);
    private readonly long[] _spansByStatus = new long[EventStatuses.Names.Count];
    private long _start = long.MaxValue;
    private long _end;
    private (bool HasParent, long Ticks, Guid Id) _rootPlace = (true, long.MaxValue, Guid.Empty);
    private TraceRoot _root = null!;
    private long _inputTokens;
    private long _outputTokens;
    private long _cachedTokens;
    private decimal? _cost;
    private long _unpriced;
    private Oldest _environment = Oldest.None;
    private Oldest _user = Oldest.None;
    private Oldest _session = Oldest.None;

    /// <summary>Begins with the span at which the trace is listed.</summary>
    /// <param name="newest">The span.</param>
    /// <param name="range">The times asked for.</param>
    public TraceSum(RecordPage.Entry newest, TimeRange range)
    {
        _traceId = newest.Group!;
        _newestId = new StoredEvent(newest.Json).Id;
        Range = new(Math.Max(range.From, newest.Place.Ticks - Reach.Ticks), Math.Min(range.To, newest.Place.Ticks + Reach.Ticks));
        Count(newest.Json, _newestId);
    }

    /// <summary>The times of the spans that count.</summary>
    public TimeRange Range { get; }

    /// <summary>Whether a page before has listed the trace.</summary>
    public bool WasListed { get; set; }

    /// <summary>Adds a span, unless it lies too far off.</summary>
    public void Add(ReadOnlySpan<byte> line)
    {
        var stored = new StoredEvent(line);
        if (stored.Id is var id && id != _newestId && Range.Contains(stored.ReadTimeAndStatus().Ticks))
        {
            Count(line, id);
        }
    }

    /// <summary>What is said of the trace.</summary>
    public ListedTrace ToAnswer()
    {
        // They stand in the order of how bad they are, but for the first.
        var worst = Array.FindIndex(_spansByStatus, EventStatuses.Success + 1, spans => spans > 0);
        return new(
            _traceId,
            new(_start, DateTimeKind.Utc),
            new(_end, DateTimeKind.Utc),
            FigureNumbers.Time((_end - _start) / (decimal)TimeSpan.TicksPerMillisecond),
            _root,
            _models,
            _spansByStatus.Sum(),
            EventStatuses.Errors.Sum(status => _spansByStatus[status]),
            EventStatuses.Names[worst < 0 ? EventStatuses.Success : worst],
            _inputTokens,
            _outputTokens,
            _cachedTokens,
            _cost is { } cost ? FigureNumbers.Money(cost) : null,
            _environment.Value,
            _user.Value,
            _session.Value,
            _unpriced);
    }

    private void Count(ReadOnlySpan<byte> line, Guid id)
    {
        var measures = EventMeasures.Read(line);
        _spansByStatus[measures.Status]++;
        _start = Math.Min(_start, measures.Ticks);
        _end = Math.Min(DateTime.MaxValue.Ticks, Math.Max(_end, measures.Ticks + (long)(measures.LatencyMs * TimeSpan.TicksPerMillisecond)));
        _inputTokens += measures.InputTokens ?? 0;
        _outputTokens += measures.OutputTokens ?? 0;
        _cachedTokens += measures.CachedTokens ?? 0;
        _cost = measures.CostUsd is { } cost ? (_cost ?? 0) + cost : _cost;
        _unpriced += measures.IsUnpriced ? 1 : 0;
        _environment = _environment.Or(measures.Ticks, measures.Environment);
        _user = _user.Or(measures.Ticks, measures.UserId);
        _session = _session.Or(measures.Ticks, measures.SessionId);
        if (_models.Count < MaxModels)
        {
            _models.Add(measures.Model);
        }

        var stored = new StoredEvent(line);
        var place = (HasParent: stored.ReadText(EventField.ParentSpanId) is not null, measures.Ticks, id);
        if (_root is null || place.CompareTo(_rootPlace) < 0)
        {
            _rootPlace = place;
            _root = new(stored.ReadText(EventField.SpanId)!, stored.ReadText(EventField.Operation)!, measures.Model, stored.ReadText(EventField.Provider)!);
        }
    }

    // What the oldest span says that says anything.
    private readonly record struct Oldest(long Ticks, string? Value)
    {
        public static Oldest None { get; } = new(long.MaxValue, null);

        public Oldest Or(long ticks, string value) => value.Length > 0 && ticks < Ticks ? new(ticks, value) : this;
    }
}
