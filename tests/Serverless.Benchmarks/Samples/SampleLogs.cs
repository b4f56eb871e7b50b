using System.Buffers;
using System.Text.Json;

namespace Serverless.Benchmarks.Samples;

/// <summary>Log entries as applications write them, about 300 bytes each, the same every time but for their times.</summary>
internal static class SampleLogs
{
    private const int EntriesPerTrace = 5;

    private static readonly string[] Levels = ["debug", "info", "info", "info", "info", "info", "warn", "error"];
    private static readonly string[] Messages =
    [
        "Request completed", "Cache miss, reading from the database", "User logged in", "Payment accepted", "Retrying after a timeout",
        "Order placed", "Message handed to the queue", "Configuration reloaded",
    ];

    /// <summary>The body of a batch, its entries a tenth of a second apart.</summary>
    /// <param name="count">How many entries it has.</param>
    /// <param name="seed">Settles what is in them.</param>
    /// <param name="first">The time of the first, UTC.</param>
    public static byte[] Body(int count, int seed, DateTime first) =>
        Body(Enumerable.Range(0, count).Select(number => new SampleLog(number, first.AddMilliseconds(number * 100))), new Random(seed));

    /// <summary>The body of a batch.</summary>
    /// <param name="entries">What is known of its entries.</param>
    /// <param name="random">Settles the rest.</param>
    public static byte[] Body(IEnumerable<SampleLog> entries, Random random)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteStartArray("logs");
        foreach (var entry in entries)
        {
            Write(writer, entry, random);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, SampleLog entry, Random random)
    {
        writer.WriteStartObject();
        writer.WriteString("timestamp", entry.Time.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"));
        writer.WriteString("level", Levels[random.Next(Levels.Length)]);
        writer.WriteString("message", entry.Message ?? $"{Messages[random.Next(Messages.Length)]} in {random.Next(1, 900)} ms");
        writer.WriteString("environment", "production");
        writer.WriteString("project_id", "shop");
        writer.WriteString("trace_id", Trace(entry.Number));
        writer.WriteStartObject("metadata");
        writer.WriteString("user_id", entry.User ?? $"user-{random.Next(1000)}");
        writer.WriteString("path", $"/api/orders/{random.Next(100_000)}");
        writer.WriteNumber("status", random.Next(200, 504));
        writer.WriteString("region", "eu-west-1");
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The trace of the entry at a place, which its neighbours share: 32 hexadecimal digits that look like any.</summary>
    public static string Trace(int number)
    {
        var high = ((ulong)(number / EntriesPerTrace) + 1) * 0x9E3779B97F4A7C15;
        return $"{high:x16}{high * 0xBF58476D1CE4E5B9:x16}";
    }
}

/// <summary>What is known of an entry.</summary>
/// <param name="Number">Its place: neighbours share a trace.</param>
/// <param name="Time">Its time, UTC.</param>
/// <param name="Message">Its message; null for a usual one.</param>
/// <param name="User">Its user; null for one of a thousand.</param>
internal readonly record struct SampleLog(int Number, DateTime Time, string? Message = null, string? User = null);
