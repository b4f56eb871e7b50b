using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Console;

/// <summary>Text that is shown as it is, and does nothing.</summary>
internal static class HostileText
{
    /// <summary>Markup that would run a script, if it were taken for markup.</summary>
    public const string Markup = "<img src=x onerror=\"window.hostile=1\"><script>window.hostile=1</script>";

    /// <summary>Letters that run from right to left, and a sign that turns what follows around.</summary>
    public const string RightToLeft = "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 invoice\u202efdp.exe";

    /// <summary>10,000 characters, none of which may be broken.</summary>
    public static string Long { get; } = new('W', 10_000);

    /// <summary>All of it.</summary>
    public static IReadOnlyList<string> All { get; } = [Markup, RightToLeft, Long, "{{inputs.Text}} %s $(date) '; --", "\ud83d\ude80 caf\u00e9\ttab\nnew line \u0001"];
}

/// <summary>What applications send in an hour, the same at each call but for the time.</summary>
internal static class ConsoleSamples
{
    /// <summary>How many logs there are.</summary>
    public const int LogCount = 300;

    /// <summary>How many traces there are.</summary>
    public const int TraceCount = 12;

    /// <summary>An app whose second step cannot succeed.</summary>
    public const string FailingApp =
        """
        {"name":"Report","steps":[{"id":"title","kind":"text","template":"A report"},{"id":"fetch","kind":"http","url":"http://127.0.0.1:9/","retries":0}],
        "outputs":[{"id":"title","label":"Title","type":"text","step":"title"},{"id":"content","label":"Content","type":"text","step":"fetch"}]}
        """;

    /// <summary>Prices of models that nobody else knows.</summary>
    public const string Prices =
        """
        {"prices":[{"model":"house-model","input":0.2,"output":0.4},{"model":"gpt-4o","input":2,"output":8,"cachedInput":1,"from":"2026-01-01"},
        {"model":"vendor/a-model-whose-name-is-as-long-as-a-name-may-be-at-all-and-has-no-place-to-break-it-anywhere-*","input":0.123456,"output":10000}]}
        """;

    /// <summary>What is taken out of records.</summary>
    public const string Redaction = """{"emails":true,"cards":true,"addresses":false,"keys":["password","authorization"]}""";

    /// <summary>An alert whose name would do harm, if it were taken for what it looks like.</summary>
    public const string Alert = """{"name":"<img src=x onerror=window.hostile=1>","query":"level:error","window":"15m","threshold":3}""";

    /// <summary>An end of an address that would do harm, if it were taken for what it looks like.</summary>
    public const string HostileQuery = "?next=<script>window.hostile=1</script>&file=\u202efdp.exe";

    // Most of them are harmless.
    private static readonly string[] Levels = ["debug", "info", "info", "info", "info", "warn", "info", "error", "info", "debug"];
    private static readonly string[] Messages =
        ["Request completed", "Cache miss, reading from the database", "Payment declined by the bank", "Retrying after a timeout", "Order placed"];

    private static readonly (string Provider, string Model)[] Models = [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4"), ("google", "gemini-2.0-flash"), ("custom", "house-model")];

    /// <summary>Logs of the hour before a time: of all levels, with metadata, errors and traces, the hostile among them.</summary>
    public static IReadOnlyCollection<JsonObject> Logs(DateTimeOffset now) =>
    [
        .. Enumerable.Range(0, LogCount).Select(number => Log(now.AddSeconds(-10 * number), number)),
        .. HostileText.All.Select((text, number) => Entry(now.AddSeconds(-3 - number), "warn", text)),
        Entry(now.AddMinutes(-7), "fatal", "Out of memory"),
        Entry(now.AddMinutes(-21), "panic", "index out of range [7] with length 7"),
    ];

    /// <summary>Events of the hour before a time: an agent's step with calls below it in each trace, some of which fail, and one whose price nobody knows.</summary>
    public static IReadOnlyCollection<JsonObject> Events(DateTimeOffset now) => [.. Enumerable.Range(0, TraceCount).SelectMany(number => Trace(now.AddMinutes(-4 * number - 1), number))];

    private static JsonObject Log(DateTimeOffset at, int number)
    {
        var level = Levels[number % Levels.Length];
        var entry = Entry(at, level, $"{Messages[number % Messages.Length]} in {1 + (number * 37 % 900)} ms");
        entry["environment"] = number % 4 == 0 ? "staging" : "production";
        entry["trace_id"] = $"trace-{number % TraceCount}";
        entry["metadata"] = new JsonObject
        {
            ["user_id"] = $"user-{number % 17}",
            ["path"] = $"/api/orders/{number}",
            ["status"] = level == "error" ? 500 : 200,
            ["ms"] = 1 + (number * 37 % 900),
        };
        if (level == "error")
        {
            entry["error"] = new JsonObject
            {
                ["type"] = "PaymentDeclined",
                ["message"] = "The card was declined",
                ["stack_trace"] = new JsonArray("at charge (payment.js:12:7)", "at placeOrder (orders.js:88:3)"),
            };
        }

        return entry;
    }

    private static JsonObject Entry(DateTimeOffset at, string level, string message) => new() { ["timestamp"] = Text(at), ["level"] = level, ["message"] = message };

    private static IEnumerable<JsonObject> Trace(DateTimeOffset at, int number)
    {
        const int Calls = 4;
        yield return Event(at, number, 0, "agent", 2_600);
        for (var call = 1; call <= Calls; call++)
        {
            yield return Event(at.AddMilliseconds((600 * call) - 500), number, call, call == 2 ? "tool" : "chat", 300 + (70 * call));
        }
    }

    private static JsonObject Event(DateTimeOffset at, int trace, int span, string operation, double latency)
    {
        var (provider, model) = Models[trace % Models.Length];
        var fails = span == 3 && trace % 5 == 2;
        var sent = new JsonObject
        {
            ["event_id"] = Guid.NewGuid().ToString(),
            ["trace_id"] = $"trace-{trace}",
            ["span_id"] = $"span-{trace}-{span}",
            ["timestamp"] = Text(at),
            ["provider"] = provider,
            ["model"] = model,
            ["operation"] = operation,
            ["latency_ms"] = latency,
            ["status"] = fails ? "error" : "success",
            ["input_tokens"] = 120 + (10 * span),
            ["output_tokens"] = 40 + trace,
            ["user_id"] = $"user-{trace % 5}",
            ["session_id"] = $"session-{trace / 3}",
        };
        if (span > 0)
        {
            sent["parent_span_id"] = $"span-{trace}-0";
        }

        if (provider != "custom")
        {
            sent["cost_usd"] = 0.0012 * (1 + span);
        }

        if (fails)
        {
            sent["error_code"] = "rate_limit_exceeded";
            sent["error_message"] = "Too many requests, please slow down";
        }

        return sent;
    }

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
