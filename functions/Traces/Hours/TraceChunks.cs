using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Hours;

/// <summary>How events are chunked: one partition a project, counted by status, labelled by model and environment.</summary>
public static class TraceChunks
{
    /// <summary>The place of <c>model</c> among the labels.</summary>
    public const int ModelLabel = 0;

    /// <summary>The place of <c>environment</c> among the labels.</summary>
    public const int EnvironmentLabel = 1;

    /// <summary>The schema of the chunks.</summary>
    public static ChunkSchema Schema { get; } = new(TableNames.Traces, QueueNames.Traces, EventStatuses.Names, ["model", "environment"])
    {
        ReadIdentity = static line =>
        {
            var stored = new StoredEvent(line);
            return new RecordIdentity(stored.Id, 0, stored.ReadTimeAndStatus().Status);
        },
        ReadReceipt = static line => (new StoredEvent(line).Id.ToString(), new StoredEvent(line).ReceivedAt),
        ReadTerms = static (line, terms) => AddTerms(EventMeasures.Read(line), terms),
    };

    /// <summary>The term that readers look for a field's value by.</summary>
    internal static ulong Term(EventField field, string value) => TermFilter.Term(EventFields.Names[(int)field], value);

    /// <summary>The terms of an event: its model, environment, user and trace.</summary>
    internal static void AddTerms(in EventMeasures measures, ISet<ulong> terms)
    {
        terms.Add(Term(EventField.Model, measures.Model));
        terms.Add(Term(EventField.Environment, measures.Environment));
        terms.Add(Term(EventField.UserId, measures.UserId));
        terms.Add(Term(EventField.TraceId, measures.TraceId));
    }
}
