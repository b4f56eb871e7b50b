using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using Serverless.Tests.Outbound;

namespace Serverless.Tests.Diagnostics;

/// <summary>What a collector gets from an application that was told of it, over the wire.</summary>
public sealed class TelemetryTests
{
    private const string Caller = "00f067aa0ba902b7";

    private static readonly KeyValuePair<string, string?>[] Local =
        [new("Outbound__AllowLoopback", "true"), new("Limits__LaminaRequestsPerMinute", "1000000")];

    [Fact]
    public async Task A_batch_is_followed_from_the_request_through_the_queue_to_the_table()
    {
        await using var collector = await Collector.StartAsync();
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync(), collector.Settings);
        var logs = await process.CreateLogClientAsync();
        var trace = NewTrace();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = Batch() };
        request.Headers.Add("x-api-key", logs.Key);
        request.Headers.Add("X-Request-Id", "batch-1");
        request.Headers.Add("traceparent", $"00-{trace}-{Caller}-01");
        using var response = await process.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await collector.WaitUntilAsync(collected => Of(trace, collected).Any(span => span.Name == "process logs"));
        var spans = Of(trace, collector);
        var server = Assert.Single(spans, span => span.Kind == Span.Server);
        var invocation = Assert.Single(spans, span => span.Id == server.Parent);
        Assert.Equal(("POST /v1/logs", Caller), (server.Name, invocation.Parent));
        Assert.Equal("200", server.Attributes["http.response.status_code"]);
        Assert.Equal("LuminaLog", server.Attributes["serverless.surface"]);
        Assert.Equal("batch-1", server.Attributes["serverless.request"]);
        Assert.Equal(logs.Organization, server.Attributes["serverless.tenant"]);
        Assert.Equal(["table read tenants", "table transaction $batch", "queue send logs"], ChildrenOf(server, spans));
        var consumer = Assert.Single(spans, span => span.Kind == Span.Consumer);
        Assert.Equal(("process logs", server.Id), (consumer.Name, consumer.Parent));
        Assert.Equal(logs.Organization, consumer.Attributes["serverless.tenant"]);
        Assert.Equal(["table write logs"], ChildrenOf(consumer, spans));
        Assert.Equal("204", spans.Single(span => span.Name == "table write logs").Attributes["http.response.status_code"]);
        Assert.Equal(7, spans.Count);
    }

    [Fact]
    public async Task A_run_is_followed_through_its_steps_to_the_report_of_its_end()
    {
        await using var receiver = Receiver.Saying("HTTP/1.1 200 OK\nContent-Length: 2\n\nok");
        await using var collector = await Collector.StartAsync();
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync(), [.. collector.Settings, .. Local]);
        var lamina = await process.CreateLaminaClientAsync("admin");
        var app = new JsonObject
        {
            ["name"] = "Two",
            ["steps"] = new JsonArray(
                new JsonObject { ["id"] = "ask", ["kind"] = "http", ["url"] = receiver.Url, ["method"] = "GET" },
                new JsonObject { ["id"] = "say", ["kind"] = "text", ["template"] = "{{steps.ask}}" }),
            ["outputs"] = new JsonArray(new JsonObject { ["id"] = "said", ["label"] = "Said", ["type"] = "text", ["step"] = "say" }),
        };
        await lamina.DoAsync("PUT", "/v1/apps/two", app.ToJsonString(), HttpStatusCode.Created);
        var trace = NewTrace();

        var start = $"/v1/apps/two/runs?webhook={Uri.EscapeDataString(receiver.Url)}";
        var answer = await lamina.SendAsync("POST", start, """{"inputs":{}}""", ("traceparent", $"00-{trace}-{Caller}-01"));
        Assert.Equal(HttpStatusCode.Accepted, answer.Status);

        await collector.WaitUntilAsync(collected => Of(trace, collected).Any(span => span.Name == "process webhooks"));
        var spans = Of(trace, collector);
        var server = Assert.Single(spans, span => span.Kind == Span.Server);
        var run = Assert.Single(spans, span => span.Name == "process runs");
        Assert.Equal(server.Id, run.Parent);
        var ask = Assert.Single(spans, span => span.Name == "step http");
        Assert.Equal((run.Id, "ask"), (ask.Parent, ask.Attributes["serverless.step"]));
        Assert.Equal(["GET"], ChildrenOf(ask, spans));
        var say = Assert.Single(spans, span => span.Name == "step text");
        Assert.Equal((run.Id, "say"), (say.Parent, say.Attributes["serverless.step"]));
        var report = Assert.Single(spans, span => span.Name == "process webhooks");
        Assert.Equal(run.Id, report.Parent);
        Assert.Equal("127.0.0.1", Assert.Single(spans, span => span.Name == "POST" && span.Parent == report.Id).Attributes["server.address"]);

        // Strangers are not told of traces.
        Assert.All(receiver.Requests, request => Assert.DoesNotContain("traceparent", request, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task What_is_counted_arrives_as_metrics()
    {
        await using var collector = await Collector.StartAsync();
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync(), collector.Settings);
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple(), LogEntries.Simple());
        await logs.WaitForAsync(2);
        using var refused = await process.CreateLogClient(logs.Key[..^1] + (logs.Key[^1] == '0' ? '1' : '0')).GetAsync("");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var lamina = await process.CreateLaminaClientAsync();
        await lamina.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);

        await collector.WaitUntilAsync(collected => Find(collected, "serverless.run.duration", ("status", "completed")) is { Count: 1 });
        Assert.True(Find(collector, "serverless.admissions", ("outcome", "admitted"))!.Sum >= 2);
        Assert.Equal(1, Find(collector, "serverless.admissions", ("outcome", "unknown"))!.Sum);
        Assert.Equal((1ul, "By"), (Find(collector, "serverless.chunk.size", ("queue", "logs"))!.Count, Find(collector, "serverless.chunk.size", ("queue", "logs"))!.Unit));
        Assert.Equal(2, Find(collector, "serverless.chunk.records", ("queue", "logs"))!.Sum);
        Assert.Equal(1ul, Find(collector, "serverless.queue.lag", ("queue", "logs"))!.Count);
        Assert.Equal(1ul, Find(collector, "serverless.queue.lag", ("queue", "runs"))!.Count);
        Assert.Equal(1ul, Find(
            collector,
            "serverless.storage.duration",
            ("serverless.storage.service", "queue"),
            ("serverless.storage.operation", "send"),
            ("serverless.storage.resource", "logs"),
            ("http.response.status_code", "201"))!.Count);
        Assert.Contains(collector.Series, series => series.Metric == "http.server.request.duration");
    }

    [Fact]
    public async Task What_is_logged_names_the_request_and_whose_it_is()
    {
        await using var collector = await Collector.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var process = await ServerlessProcess.StartAsync(proxy.Account, collector.Settings);
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple());
        proxy.Fault = request => request.Path.Value!.EndsWith("/logs/messages", StringComparison.Ordinal) ? StorageFault.Refused(403) : StorageFault.None;

        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = Batch() };
        request.Headers.Add("x-api-key", logs.Key);
        request.Headers.Add("X-Request-Id", "refused-1");
        using var response = await process.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);

        await collector.WaitUntilAsync(collected => collected.Lines.Any(line => line.Attributes.GetValueOrDefault("Request") == "refused-1"));
        var line = collector.Lines.First(line => line.Attributes.GetValueOrDefault("Request") == "refused-1");
        Assert.Equal(logs.Organization, line.Attributes["Tenant"]);
        Assert.Equal($"LuminaLog: POST /v1/logs failed with 503, request refused-1 of {logs.Organization}", line.Body);
        await collector.WaitUntilAsync(collected => collected.Spans.Any(span => span.Trace == line.Trace && span.Kind == Span.Server && span.IsError));
        Assert.DoesNotContain(collector.Lines, other => other.Attributes.Values.Any(value => value?.Contains(logs.Key, StringComparison.Ordinal) is true));
    }

    [LinuxFact]
    public async Task Without_a_setting_neither_the_collecting_nor_the_sending_is_loaded()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync());
        var logs = await process.CreateLogClientAsync();
        await logs.AcceptAsync(LogEntries.Simple());
        await logs.WaitForAsync(1);

        var loaded = await File.ReadAllTextAsync($"/proc/{Assert.Single(process.WorkerIds)}/maps");
        Assert.Contains("/Serverless.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("/OpenTelemetry.dll", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain("/OpenTelemetry.Exporter", loaded, StringComparison.Ordinal);
    }

    private static Series? Find(Collector collector, string metric, params IEnumerable<(string Name, string Value)> attributes) =>
        collector.Series.LastOrDefault(series => series.Metric == metric
            && attributes.All(attribute => series.Attributes.GetValueOrDefault(attribute.Name) == attribute.Value));

    private static string NewTrace() => Guid.NewGuid().ToString("N");

    private static StringContent Batch() =>
        new(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString(), Encoding.UTF8, "application/json");

    private static List<Span> Of(string trace, Collector collector) => [.. collector.Spans.Where(span => span.Trace == trace)];

    private static IEnumerable<string> ChildrenOf(Span parent, IEnumerable<Span> spans) =>
        spans.Where(span => span.Parent == parent.Id && span.Kind == Span.Client).OrderBy(span => span.Start).Select(span => span.Name);
}
