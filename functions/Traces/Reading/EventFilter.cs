using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;
using Serverless.Traces.Hours;

namespace Serverless.Traces.Reading;

/// <summary>Which events a reader wants.</summary>
/// <param name="Range">The times wanted, both ends included.</param>
internal sealed record EventFilter(TimeRange Range)
{
    /// <summary>The <c>status</c> wanted, by its place in <see cref="EventStatuses.Names"/>; null for all.</summary>
    public int? Status { get; init; }

    /// <summary>The <c>model</c> wanted; null for all.</summary>
    public string? Model { get; init; }

    /// <summary>The <c>environment</c> wanted; null for all.</summary>
    public string? Environment { get; init; }

    /// <summary>The <c>user_id</c> wanted; null for all.</summary>
    public string? UserId { get; init; }

    /// <summary>The <c>session_id</c> wanted; null for all.</summary>
    public string? SessionId { get; init; }

    /// <summary>The values of <c>trace_id</c> wanted; null for all.</summary>
    public IReadOnlySet<string>? TraceIds { get; init; }

    /// <summary>Whether the figures of an hour tell how many of its events are wanted.</summary>
    public bool IsAnsweredByFigures => UserId is null && SessionId is null && TraceIds is null;

    /// <summary>The part of this filter that the headers of chunks can answer.</summary>
    /// <param name="project">Whose events.</param>
    public ChunkQuery ToQuery(string project)
    {
        var labels = new List<(int Label, string Value)>();
        var terms = new List<TermQuestion>();
        terms.Add(TraceIds is null ? TermQuestion.Anything : TermQuestion.Or(TraceIds.Select(trace => TraceTerms.Question(EventField.TraceId, trace))));
        Add(EventField.SessionId, SessionId);
        Add(EventField.UserId, UserId);
        Add(EventField.Model, Model, TraceChunks.ModelLabel);
        Add(EventField.Environment, Environment, TraceChunks.EnvironmentLabel);
        return new(project, Range) { Kinds = Status is { } status ? [status] : [], Labels = labels, Terms = TermQuestion.And(terms) };

        void Add(EventField field, string? value, int? label = null)
        {
            if (value is not null)
            {
                terms.Add(TraceTerms.Question(field, value));
                if (label is { } place)
                {
                    labels.Add((place, value));
                }
            }
        }
    }

    /// <summary>Whether an event is wanted.</summary>
    /// <param name="line">The event.</param>
    /// <param name="ticks">Its time.</param>
    public bool Matches(ReadOnlySpan<byte> line, out long ticks)
    {
        (ticks, var status) = new StoredEvent(line).ReadTimeAndStatus();
        return Range.Contains(ticks)
            && (Status is not { } wanted || wanted == status)
            && (((Model ?? Environment ?? UserId ?? SessionId) is null && TraceIds is null) || FieldsMatch(line));
    }

    /// <summary>How many of an hour's events are wanted, the whole hour being in the range.</summary>
    public long Count(HourFigures hour) => hour.Cells
        .Where(cell => (Model is null || cell.Key.Model == Model) && (Environment is null || cell.Key.Environment == Environment))
        .Sum(cell => Status is { } status ? cell.Value.RequestsByStatus[status] : cell.Value.Requests);

    private bool FieldsMatch(ReadOnlySpan<byte> line)
    {
        var (model, environment, user, session, trace) = (Model is null, Environment is null, UserId is null, SessionId is null, TraceIds is null);
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = EventFields.Find(ref reader);
            reader.Read();
            switch (field)
            {
                case EventField.Model when Model is not null:
                    model = reader.ValueTextEquals(Model);
                    break;
                case EventField.Environment when Environment is not null:
                    environment = reader.ValueTextEquals(Environment);
                    break;
                case EventField.UserId when UserId is not null:
                    user = reader.ValueTextEquals(UserId);
                    break;
                case EventField.SessionId when SessionId is not null:
                    session = reader.ValueTextEquals(SessionId);
                    break;
                case EventField.TraceId when TraceIds is not null:
                    trace = TraceIds.Contains(reader.GetString()!);
                    break;
            }

            reader.Skip();
        }

        return model && environment && user && session && trace;
    }
}
