using System.Text.Json;
using Serverless.Ingestion.Index;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>What events are looked for by: their id, trace, user, session, model, environment and tags.</summary>
internal static class TraceTerms
{
    private static readonly Dictionary<EventField, long> Fields = new[]
    {
        EventField.EventId, EventField.TraceId, EventField.UserId, EventField.SessionId, EventField.Model, EventField.Environment, EventField.Tags,
    }.ToDictionary(field => field, field => Term.Field(EventFields.Names[(int)field]));

    /// <summary>The question for events whose field has a value.</summary>
    public static TermQuestion Question(EventField field, string value) => TermQuestion.Of(Term.Of(Fields[field], value));

    /// <summary>Adds the terms of an event.</summary>
    /// <param name="line">The event as it is kept.</param>
    /// <param name="terms">Takes the terms.</param>
    public static void Add(ReadOnlySpan<byte> line, TermSet terms)
    {
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = EventFields.Find(ref reader);
            reader.Read();
            if (field is not { } known || !Fields.TryGetValue(known, out var name))
            {
                reader.Skip();
            }
            else if (known == EventField.Tags)
            {
                JsonTerms.AddObject(name, ref reader, terms);
            }
            else
            {
                JsonTerms.AddValue(name, in reader, terms);
            }
        }
    }
}
