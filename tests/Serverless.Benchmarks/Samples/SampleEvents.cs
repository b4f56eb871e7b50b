using System.Buffers;
using System.Text.Json;

namespace Serverless.Benchmarks.Samples;

/// <summary>LLM events as applications write them, about 450 bytes each; every one has an id of its own.</summary>
internal static class SampleEvents
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    private static readonly string[] Models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4", "gemini-2.0-flash"];
    private static readonly string[] Providers = ["openai", "openai", "anthropic", "google"];

    /// <summary>The body of a batch, an event a line, a tenth of a second apart.</summary>
    /// <param name="count">How many events it has.</param>
    /// <param name="first">The time of the first, UTC.</param>
    public static byte[] Body(int count, DateTime first)
    {
        var random = new Random(count);
        return [.. Enumerable.Range(0, count).SelectMany(number => (byte[])[.. Line(first.AddMilliseconds(number * 100), receivedAt: null, random), (byte)'\n'])];
    }

    /// <summary>Events as the product keeps them, without their line breaks.</summary>
    /// <param name="times">Their times, UTC; they were received at the same instant.</param>
    /// <param name="random">Settles what is in them.</param>
    public static IEnumerable<byte[]> Stored(IEnumerable<DateTime> times, Random random) => times.Select(time => Line(time, time, random));

    private static byte[] Line(DateTime time, DateTime? receivedAt, Random random)
    {
        var model = random.Next(Models.Length);
        var isSuccess = random.Next(50) > 0;
        var line = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(line);
        writer.WriteStartObject();
        writer.WriteString("event_id", Guid.NewGuid());
        if (receivedAt is { } received)
        {
            writer.WriteString("received_at", received.ToString(TimeFormat));
        }

        writer.WriteString("timestamp", time.ToString(TimeFormat));
        writer.WriteString("status", isSuccess ? "success" : "error");
        writer.WriteString("trace_id", $"trace-{random.Next(1_000_000)}");
        writer.WriteString("span_id", $"span-{random.Next(1_000_000)}");
        writer.WriteString("provider", Providers[model]);
        writer.WriteString("model", Models[model]);
        writer.WriteString("operation", "chat");
        writer.WriteNumber("latency_ms", random.Next(200, 9_000));
        writer.WriteNumber("ttft_ms", random.Next(80, 900));
        writer.WriteNumber("cost_usd", random.Next(1, 90_000) / 1_000_000m);
        writer.WriteNumber("input_tokens", random.Next(20, 4_000));
        writer.WriteNumber("output_tokens", random.Next(5, 1_500));
        writer.WriteString("finish_reason", isSuccess ? "stop" : "error");
        writer.WriteString("environment", "production");
        writer.WriteString("user_id", $"user-{random.Next(20_000)}");
        writer.WriteString("sdk_version", "1.4.2");
        writer.WriteEndObject();
        writer.Flush();
        return line.WrittenSpan.ToArray();
    }
}
