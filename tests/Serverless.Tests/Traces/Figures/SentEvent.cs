using System.Buffers;
using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Tests.Traces.Figures;

/// <summary>An event as a test says it, to be counted by hand and by the figures.</summary>
internal sealed record SentEvent
{
    /// <summary>The first hour of the tests, a Monday's.</summary>
    public static DateTime Start { get; } = new(2026, 1, 26, 0, 0, 0, DateTimeKind.Utc);

    public DateTime Time { get; init; } = Start;

    public string Status { get; init; } = "success";

    public string Model { get; init; } = "gpt-4o";

    public string? Environment { get; init; }

    public string? ErrorCode { get; init; }

    public decimal LatencyMs { get; init; } = 100;

    public decimal? TtftMs { get; init; }

    public decimal? CostUsd { get; init; }

    public long? InputTokens { get; init; }

    public long? OutputTokens { get; init; }

    public long? CachedTokens { get; init; }

    public bool IsError => Status is "error" or "timeout" or "rate_limited";

    public DateTime Hour => Time.Date.AddHours(Time.Hour);

    /// <summary>The event as it is stored.</summary>
    public byte[] Line
    {
        get
        {
            var line = new ArrayBufferWriter<byte>();
            using var writer = new Utf8JsonWriter(line);
            writer.WriteStartObject();
            writer.WriteString("event_id", "01234567-89ab-cdef-0123-456789abcdef");
            writer.WriteString("received_at", "2026-12-31T23:59:59.999Z");
            writer.WriteString("timestamp", Time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
            writer.WriteString("status", Status);
            writer.WriteString("trace_id", "t-1");
            writer.WriteString("span_id", "s-1");
            writer.WriteString("provider", "openai");
            writer.WriteString("model", Model);
            writer.WriteString("operation", "chat");
            writer.WriteNumber("latency_ms", LatencyMs);
            WriteNumber(writer, "ttft_ms", TtftMs);
            WriteNumber(writer, "cost_usd", CostUsd);
            WriteNumber(writer, "input_tokens", InputTokens);
            WriteNumber(writer, "output_tokens", OutputTokens);
            WriteNumber(writer, "cached_tokens", CachedTokens);
            WriteText(writer, "error_code", ErrorCode);
            WriteText(writer, "environment", Environment);
            writer.WriteEndObject();
            writer.Flush();
            return line.WrittenSpan.ToArray();
        }
    }

    public EventMeasures Measures => EventMeasures.Read(Line);

    /// <summary>Events of all kinds within two days, some fields absent.</summary>
    public static Gen<SentEvent> Any { get; } =
        from minutes in Gen.Choose(0, (2 * 24 * 60) - 1)
        from status in Gen.Elements(EventStatuses.Names.ToArray())
        from model in Gen.Elements("gpt-4o", "claude", "größer \"9\" 🚀", "Claude")
        from environment in Gen.Elements(null, "production", "staging\n")
        from latency in Gen.OneOf(Gen.Constant(0m), Decimals(6, 100_000))
        from ttft in Optional(Decimals(6, 5_000))
        from cost in Optional(Decimals(12, 3))
        from input in Optional(Tokens)
        from output in Optional(Tokens)
        from cached in Optional(Tokens)
        select new SentEvent
        {
            Time = Start.AddMinutes(minutes),
            Status = status,
            Model = model,
            Environment = environment,
            LatencyMs = latency,
            TtftMs = ttft,
            CostUsd = cost,
            InputTokens = input,
            OutputTokens = output,
            CachedTokens = cached,
        };

    /// <summary>None, some, or many of them.</summary>
    public static Gen<SentEvent[]> Several { get; } = Gen.Choose(0, 60).SelectMany(count => Any.ArrayOf(count));

    private static Gen<long> Tokens => Gen.OneOf(Gen.Constant(0L), Gen.Choose(0, 5_000).Select(count => (long)count), Gen.Constant(2_147_483_647L));

    private static Gen<decimal> Decimals(byte digits, int max) =>
        from whole in Gen.Choose(0, max)
        from high in Gen.Choose(0, 999_999)
        from low in Gen.Choose(0, 999_999)
        select whole + Math.Round((high / 1e6m) + (low / 1e12m), digits);

    private static Gen<T?> Optional<T>(Gen<T> values)
        where T : struct => Gen.OneOf(Gen.Constant<T?>(null), values.Select(value => (T?)value));

    private static void WriteNumber(Utf8JsonWriter writer, string name, decimal? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static void WriteText(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }
}
