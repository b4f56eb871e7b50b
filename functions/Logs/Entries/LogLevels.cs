using System.Text;
using Serverless.Ingestion.Chunks;
using Serverless.Storage;

namespace Serverless.Logs.Entries;

/// <summary>The levels of a log entry, from the least to the most severe. A level is known by its place in <see cref="Names"/>.</summary>
public static class LogLevels
{
    /// <summary>The levels' names as they stand in entries and queries.</summary>
    public static IReadOnlyList<string> Names { get; } = ["debug", "info", "warn", "error", "fatal", "panic"];

    /// <summary>All levels, a bit for each.</summary>
    public const uint All = 0b111111;

    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    /// <summary>The name of a level in UTF-8.</summary>
    public static ReadOnlySpan<byte> Utf8Name(int level) => Utf8Names[level];

    /// <summary>The level of this name, in lower case as the contract has it; -1 when there is none.</summary>
    public static int Find(ReadOnlySpan<byte> name)
    {
        for (var level = 0; level < Utf8Names.Length; level++)
        {
            if (name.SequenceEqual(Utf8Names[level]))
            {
                return level;
            }
        }

        return -1;
    }
}

/// <summary>How log entries are chunked: counted by level, labelled by environment and project.</summary>
public static class LogChunks
{
    /// <summary>The place of <c>environment</c> among the labels.</summary>
    public const int EnvironmentLabel = 0;

    /// <summary>The place of <c>project_id</c> among the labels.</summary>
    public const int ProjectLabel = 1;

    /// <summary>The schema of the chunks.</summary>
    public static ChunkSchema Schema { get; } = new(TableNames.Logs, QueueNames.Logs, LogLevels.Names, ["environment", "project_id"])
    {
        ReadIdentity = static line => new StoredLog(line).ReadIdentity(),
        ReadReceipt = static line => (new StoredLog(line).Id, new StoredLog(line).ReceivedAt),
        ReadTerms = LogTerms.Add,
        TermOfBatch = LogTerms.OfBatch,
        CountsMinutes = true,
    };
}
