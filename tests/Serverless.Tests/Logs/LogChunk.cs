using System.Text;
using System.Text.Json.Nodes;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Tests.Logs;

/// <summary>Chunks made without a request: at any time, and to be stored as often as one likes.</summary>
internal static class LogChunk
{
    /// <summary>The chunk of one batch.</summary>
    /// <param name="organization">Whose it is.</param>
    /// <param name="receivedAt">When it came in.</param>
    /// <param name="entries">Its entries, with the required fields.</param>
    public static Chunk Create(string organization, DateTimeOffset receivedAt, params IReadOnlyList<JsonNode> entries)
    {
        using var writer = new ChunkWriter(LogChunks.Schema, BatchId.New(receivedAt));
        for (var index = 0; index < entries.Count; index++)
        {
            Append(writer, index, entries[index]);
        }

        return new(writer.Header(organization), writer.TakePart());
    }

    /// <summary>The first records of a chunk, as a chunk of the same batch.</summary>
    public static Chunk Part(Chunk chunk, int count)
    {
        using var writer = new ChunkWriter(LogChunks.Schema, chunk.Header.Batch);
        foreach (var line in chunk.Lines().Take(count).Select(Encoding.UTF8.GetBytes))
        {
            var (ticks, level) = new StoredLog(line).ReadTimeAndLevel();
            writer.Append([.. line, (byte)'\n'], ticks, level);
        }

        return new(writer.Header(chunk.Header.Partition), writer.TakePart());
    }

    /// <summary>The records of a chunk by id, as they are stored.</summary>
    public static IReadOnlyList<string> Lines(this Chunk chunk)
    {
        var lines = new List<string>();
        using var reader = new LineReader(chunk.Payload);
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }

    private static void Append(ChunkWriter writer, int index, JsonNode entry)
    {
        var line = new JsonObject { ["id"] = $"{writer.Batch}-{index:D4}" };
        foreach (var field in (string[])["timestamp", "level", "message", "environment", "project_id", "trace_id", "metadata"])
        {
            if (entry[field] is { } value)
            {
                line[field] = value.DeepClone();
            }
        }

        Assert.True(Timestamp.TryParse(Utf8(entry, "timestamp"), out var time));
        writer.Append(Encoding.UTF8.GetBytes(line.ToJsonString() + "\n"), time.Ticks, LogLevels.Find(Utf8(entry, "level")));
        writer.Mark(LogChunks.EnvironmentLabel, Utf8(entry, "environment"));
        writer.Mark(LogChunks.ProjectLabel, Utf8(entry, "project_id"));
    }

    private static byte[] Utf8(JsonNode entry, string field) => Encoding.UTF8.GetBytes(entry[field]?.GetValue<string>() ?? "");
}
