using Serverless.Ingestion.Chunks;
using Serverless.Storage;
using Serverless.Traces.Events;

namespace Serverless.Traces.Hours;

/// <summary>How events are chunked: one partition a project and another for its steps, counted by status, labelled by model and environment.</summary>
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
            var (ticks, status) = stored.ReadTimeAndStatus();
            return new RecordIdentity(stored.Id, 0, status, ticks);
        },
        ReadReceipt = static line => (new StoredEvent(line).Id.ToString(), new StoredEvent(line).ReceivedAt),
        ReadTerms = TraceTerms.Add,
        TenantOf = StepChunks.ProjectOf,
    };
}
