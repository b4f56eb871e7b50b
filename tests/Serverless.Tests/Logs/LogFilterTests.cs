using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>The filters of <c>GET /v1/logs</c>, by themselves and together.</summary>
[Trait("Category", "Contract")]
public sealed class LogFilterTests(LogFilterTests.Store store) : IClassFixture<LogFilterTests.Store>
{
    [Theory]
    [InlineData("level=debug", "debug")]
    [InlineData("level=error&level=info&level=error", "error", "info")]
    [InlineData("min_level=fatal", "panic", "fatal")]
    [InlineData("min_level=debug", "panic", "fatal", "error", "warn", "info", "debug")]
    [InlineData("min_level=warn&level=debug&level=warn&level=panic", "panic", "warn")]
    [InlineData("level=debug&level=info&level=warn&level=error&level=fatal&level=panic", "panic", "fatal", "error", "warn", "info", "debug")]
    public async Task Levels_may_be_named_or_begin_somewhere(string query, params string[] expected) =>
        Assert.Equal(expected, await FindAsync(store.Levels, query));

    [Theory]
    [InlineData("environment=production", "api", "both")]
    [InlineData("environment=staging", "worker")]
    [InlineData("environment=prod")]
    [InlineData("environment=Production")]
    [InlineData("environment=a%22b%C3%BC", "escaped")]
    [InlineData("project_id=api", "api")]
    [InlineData("project_id=api&environment=production&trace_id=t-1", "api")]
    [InlineData("project_id=api&environment=staging")]
    [InlineData("trace_id=t-1", "worker", "api")]
    [InlineData("trace_id=t-1&level=info", "worker", "api")]
    [InlineData("trace_id=t-1&level=warn")]
    [InlineData("trace_id=nothing")]
    [InlineData("trace_id=s-1")] // that is a span
    public async Task Labels_and_trace_ids_match_as_a_whole(string query, params string[] expected) =>
        Assert.Equal(expected, await FindAsync(store.Labels, query));

    [Theory]
    [InlineData("q=payment", "Zahlung: PAYMENT accepted", "payment refused")]
    [InlineData("q=PAYMENT+REFUSED", "payment refused")]
    [InlineData("q=%C3%A9T%C3%89", "L'été à Zürich")]
    [InlineData("q=z%C3%BCRICH", "L'été à Zürich")]
    [InlineData("q=%F0%9F%9A%80", "lift-off 🚀 now")]
    [InlineData("q=%22quoted%22", "a \"quoted\"\tback\\slash")]
    [InlineData("q=%09back%5Cslash", "a \"quoted\"\tback\\slash")]
    [InlineData("q=%25", "100 % done")]
    [InlineData("q=message")] // a name, not a message
    [InlineData("q=payment&level=error", "payment refused")]
    public async Task A_text_is_found_anywhere_in_the_message_whatever_its_case(string query, params string[] expected) =>
        Assert.Equal(expected, await FindAsync(store.Messages, query));

    [Theory]
    [InlineData("metadata.user=u-1", "text")]
    [InlineData("metadata.user=U-1")]
    [InlineData("metadata.user=u")]
    [InlineData("metadata.User=u-1")]
    [InlineData("metadata.status=200", "number", "text of digits")]
    [InlineData("metadata.status=2e2", "number as written")]
    [InlineData("metadata.status=200.0")]
    [InlineData("metadata.ok=true", "bool")]
    [InlineData("metadata.ok=false", "other bool")]
    [InlineData("metadata.ok=null", "null")]
    [InlineData("metadata.ok=True")]
    [InlineData("metadata.request.method=GET", "dotted name", "nested path", "nested deeper")]
    [InlineData("metadata.request.headers.host=h", "dotted name in an object", "nested deeper")]
    [InlineData("metadata.request.headers.host=h&metadata.request.method=GET", "nested deeper")]
    [InlineData("metadata.request=GET")] // an object, not a value
    [InlineData("metadata.tags=a")] // an array
    [InlineData("metadata.tags.0=a")]
    [InlineData("metadata.twice=first")]
    [InlineData("metadata.twice=last", "repeated name")]
    [InlineData("metadata.deep.twice=first")]
    [InlineData("metadata.deep.twice=last", "repeated object")]
    [InlineData("metadata.gr%C3%B6%C3%9Fe=%22XL%22", "escaped")]
    [InlineData("metadata.message=inside", "name of a field")]
    [InlineData("metadata.userId=1&metadata.userid=2", "names in two cases")]
    [InlineData("metadata.userid=2&metadata.userId=1", "names in two cases")]
    [InlineData("metadata.userId=2&metadata.userid=1")]
    [InlineData("metadata.USERID=1")]
    [InlineData("metadata.userid=2", "names in two cases")]
    public async Task Metadata_is_matched_by_path_and_by_value_as_written(string query, params string[] expected) =>
        Assert.Equal(expected.Order(StringComparer.Ordinal), (await FindAsync(store.Metadata, query)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task A_text_is_as_long_as_it_has_characters() =>
        Assert.Empty(await FindAsync(store.Messages, "q=" + Uri.EscapeDataString(string.Concat(Enumerable.Repeat("🚀", 600)))));

    [Fact]
    public async Task All_filters_hold_together()
    {
        const string Query = "?start=2026-01-26T14:30:00Z&end=2026-01-26T14:30:00Z&min_level=warn&environment=e&project_id=p&trace_id=t&q=FOUND&metadata.a=1&metadata.b.c=x";
        var logs = await LogClient.CreateAsync(store.Host);
        Action<JsonObject>[] departures =
        [
            entry => entry["timestamp"] = "2026-01-26T14:30:00.001Z",
            entry => entry["level"] = "info",
            entry => entry["environment"] = "f",
            entry => entry["project_id"] = "q",
            entry => entry["trace_id"] = "u",
            entry => entry["message"] = "lost",
            entry => entry["metadata"]!["a"] = 2,
            entry => entry["metadata"]!["b"]!["c"] = "y",
            entry => entry.Remove("metadata"),
        ];
        await logs.StoreAsync([Wanted(), .. departures.Select(depart =>
        {
            var entry = Wanted();
            depart(entry);
            return entry;
        })]);

        Assert.Equal(["it is found"], await logs.MessagesAsync(Query));

        static JsonObject Wanted() => (JsonObject)JsonNode.Parse(
            """
            {"timestamp":"2026-01-26T14:30:00Z","level":"warn","message":"it is found","environment":"e","project_id":"p","trace_id":"t","metadata":{"a":1,"b":{"c":"x"}}}
            """)!;
    }

    private static Task<IReadOnlyList<string>> FindAsync(LogClient logs, string query) => logs.MessagesAsync($"{LogReads.Always}&{query}");

    /// <summary>An application, and organizations whose entries are about one kind of filter each. Their messages say what they are.</summary>
    public sealed class Store : IAsyncLifetime
    {
        public ContractHost Host { get; private set; } = null!;

        public LogClient Levels { get; private set; } = null!;

        public LogClient Labels { get; private set; } = null!;

        public LogClient Messages { get; private set; } = null!;

        public LogClient Metadata { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Host = await ContractHost.StartAsync();
            Levels = await LogClient.CreateAsync(Host);
            string[] levels = ["debug", "info", "warn", "error", "fatal", "panic"];
            await Levels.StoreAsync([.. levels.Select(level => Simple(level, level: level))]);

            // Chunks that are uniform in a label, and one that is not.
            Labels = await LogClient.CreateAsync(Host);
            await Labels.StoreAsync(
                [With("both", """{"environment":"production"}"""), With("neither", "{}")],
                [With("api", """{"environment":"production","project_id":"api","trace_id":"t-1","span_id":"s-1"}""")],
                [With("worker", """{"environment":"staging","project_id":"worker","trace_id":"t-1"}""")],
                [With("escaped", """{"environment":"a\"b\u00fc"}""")]);

            Messages = await LogClient.CreateAsync(Host);
            await Messages.StoreAsync(
            [
                Simple("payment refused", level: "error"), Simple("Zahlung: PAYMENT accepted"), Simple("L'été à Zürich"), Simple("lift-off 🚀 now"),
                Simple("a \"quoted\"\tback\\slash"), Simple("100 % done"),
            ]);

            Metadata = await LogClient.CreateAsync(Host);
            await Metadata.AcceptAsync(Simple("none"));
            await SendAsync("text", """{"user":"u-1"}""");
            await SendAsync("number", """{"status":200}""");
            await SendAsync("number as written", """{"status":2e2}""");
            await SendAsync("text of digits", """{"status":"200"}""");
            await SendAsync("bool", """{"ok":true}""");
            await SendAsync("other bool", """{"ok":false}""");
            await SendAsync("null", """{"ok":null}""");
            await SendAsync("dotted name", """{"request.method":"GET"}""");
            await SendAsync("nested path", """{"request":{"method":"GET"}}""");
            await SendAsync("dotted name in an object", """{"request":{"headers.host":"h"}}""");
            await SendAsync("nested deeper", """{"request":{"x":{"method":"PUT"},"headers":{"host":"h"},"method":"GET"}}""");
            await SendAsync("array", """{"tags":["a"]}""");
            await SendAsync("repeated name", """{"twice":"first","twice":"last"}""");
            await SendAsync("repeated object", """{"deep":{"twice":"first"},"deep":{"twice":"last"}}""");
            await SendAsync("escaped", """{"gr\u00f6\u00dfe":"\"XL\""}""");
            await SendAsync("name of a field", """{"message":"inside"}""");
            await SendAsync("names in two cases", """{"userId":1,"userid":2}""");
            await Metadata.WaitForAsync(18);
        }

        public Task DisposeAsync() => Host.DisposeAsync().AsTask();

        private static JsonObject With(string message, string fields)
        {
            var entry = (JsonObject)JsonNode.Parse(fields)!;
            entry["timestamp"] = "2026-01-26T14:30:00Z";
            entry["level"] = "info";
            entry["message"] = message;
            return entry;
        }

        // As text: metadata that repeats a name is no JsonObject.
        private async Task SendAsync(string message, string metadata)
        {
            using var response = await Metadata.PostAsync(
                $$"""{"logs":[{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"{{message}}","metadata":{{metadata}}}]}""");
            response.EnsureSuccessStatusCode();
        }
    }
}
