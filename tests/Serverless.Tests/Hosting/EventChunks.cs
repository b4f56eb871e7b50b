using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Ingestion.Chunks;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Hosting;

/// <summary>Chunks of events made without a request: for any project, and to be delivered as often as one likes.</summary>
internal static class EventChunks
{
    /// <summary>The chunk of one batch.</summary>
    /// <param name="project">Whose it is.</param>
    /// <param name="lines">Its events as they are sent, one a line, in the order of fields they are kept in but for the first four.</param>
    /// <param name="receivedAt">When it came in; 2026-11-21 when null.</param>
    public static Chunk Create(string project, string lines, DateTimeOffset? receivedAt = null)
    {
        var received = receivedAt ?? new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        using var writer = new ChunkWriter(TraceChunks.Schema, BatchId.New(received));
        foreach (var text in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var sent = JsonNode.Parse(text)!.AsObject();
            Assert.True(Timestamp.TryParse(Utf8(sent, "timestamp"), out var time));
            writer.Append(Line(sent, time, received), time.Ticks, EventStatuses.Find(Utf8(sent, "status")));
            writer.Mark(TraceChunks.ModelLabel, Utf8(sent, "model"));
            writer.Mark(TraceChunks.EnvironmentLabel, Utf8(sent, "environment"));
        }

        return new(writer.Header(project), writer.TakePart());
    }

    private static byte[] Line(JsonObject sent, Timestamp time, DateTimeOffset received)
    {
        Span<byte> timestamp = stackalloc byte[Timestamp.MaxLength];
        var length = time.Format(timestamp);
        var line = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(line);
        json.WriteStartObject();
        json.WriteString("event_id", sent["event_id"]!.GetValue<string>());
        json.WriteString("received_at", received.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        json.WriteString("timestamp", timestamp[..length]);
        json.WriteString("status", sent["status"]!.GetValue<string>());
        foreach (var (name, value) in sent.Where(member => member.Key is not ("event_id" or "timestamp" or "status")))
        {
            json.WritePropertyName(name);
            value!.WriteTo(json);
        }

        json.WriteEndObject();
        json.Flush();
        line.Write("\n"u8);
        return line.WrittenSpan.ToArray();
    }

    private static byte[] Utf8(JsonObject sent, string field) => Encoding.UTF8.GetBytes(sent[field]?.GetValue<string>() ?? "");
}
