using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serilog;
using Serilog.Sinks.OpenTelemetry;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs.Otel;

/// <summary>The loggers that people have, as they come: what they send arrives field by field.</summary>
public sealed class LoggerTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    // What the resource says of the machine, the process and the SDK.
    private static readonly string[] OfMachine = ["host.", "os.", "process.", "service.instance.id", "telemetry."];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task Pino_sends_through_its_transport()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        await Exporters.RunAsync(fixture.Host, "pino.mjs", logKey: logs.Key);

        Assert.Equal(
            """
            {"level":"debug","message":"Asked the bank","environment":"staging","metadata":{"severity_text":"trace","service.name":"shop","otel.scope.name":"unknown"}}
            {"level":"error","message":"Payment failed","environment":"staging","metadata":{"err":{"code":"declined"},"service.name":"shop","otel.scope.name":"unknown"},"error":{"type":"TypeError","message":"The card was declined","stack_trace":"TypeError: The card was declined"}}
            {"level":"fatal","message":"Out of memory","environment":"staging","metadata":{"service.name":"shop","otel.scope.name":"unknown"}}
            {"level":"info","message":"Order placed","environment":"staging","metadata":{"orderId":4711,"total":12.5,"paid":true,"items":["a","b"],"customer":{"name":"Ada"},"service.name":"shop","otel.scope.name":"unknown"}}
            {"level":"warn","message":"Stock is low","environment":"staging","metadata":{"module":"stock","service.name":"shop","otel.scope.name":"unknown"}}
            """.ReplaceLineEndings("\n"),
            await ReadAsync(logs, 5));
    }

    [Fact]
    public async Task Winston_sends_through_its_transport()
    {
        var traces = await TraceClient.CreateAsync(fixture.Host);
        var logs = await LogClient.CreateAsync(fixture.Host);

        var trace = await Exporters.RunAsync(fixture.Host, "winston.mjs", traceKey: traces.Key, logKey: logs.Key);

        Assert.Equal(
            """
            {"level":"debug","message":"POST /checkout 402","environment":"staging","metadata":{"severity_text":"http","service.name":"shop","otel.scope.name":"@opentelemetry/winston-transport","otel.scope.version":"0.34.0"}}
            {"level":"error","message":"Payment failed","environment":"staging","metadata":{"service.name":"shop","otel.scope.name":"@opentelemetry/winston-transport","otel.scope.version":"0.34.0"},"error":{"type":"TypeError","message":"The card was declined","stack_trace":"TypeError: The card was declined"}}
            {"level":"info","message":"Order placed","environment":"staging","metadata":{"orderId":4711,"total":12.5,"paid":true,"items":["a","b"],"customer":{"name":"Ada"},"service.name":"shop","otel.scope.name":"@opentelemetry/winston-transport","otel.scope.version":"0.34.0"}}
            {"level":"warn","message":"Stock is low","environment":"staging","metadata":{"service.name":"shop","otel.scope.name":"@opentelemetry/winston-transport","otel.scope.version":"0.34.0"}}
            """.ReplaceLineEndings("\n"),
            await ReadAsync(logs, 4, trace));
    }

    [Fact]
    public async Task Serilog_sends_through_its_sink()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        await using (var logger = new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.OpenTelemetry(options =>
        {
            options.Endpoint = $"{fixture.Host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority)}/v1/otel";
            options.Protocol = OtlpProtocol.HttpProtobuf;
            options.Headers.Add("x-api-key", logs.Key);
            options.ResourceAttributes = new Dictionary<string, object> { ["service.name"] = "shop", ["deployment.environment.name"] = "staging" };
        }).CreateLogger())
        {
            logger.ForContext("SourceContext", "Shop.Checkout").Information("Order {OrderId} placed by {@Customer}", 4711, new { Name = "Ada", Orders = 2 });
            logger.Fatal(new InvalidOperationException("No stock"), "Order {OrderId} waits", 4712);
            logger.Verbose("Asked the bank");
        }

        Assert.Equal(
            """
            {"level":"debug","message":"Asked the bank","environment":"staging","metadata":{"message_template.text":"Asked the bank","severity_text":"Verbose","service.name":"shop"}}
            {"level":"fatal","message":"Order 4712 waits","environment":"staging","metadata":{"OrderId":4712,"message_template.text":"Order {OrderId} waits","service.name":"shop"},"error":{"type":"System.InvalidOperationException","message":"No stock","stack_trace":"System.InvalidOperationException: No stock"}}
            {"level":"info","message":"Order 4711 placed by {\"Name\":\"Ada\",\"Orders\":2}","environment":"staging","metadata":{"OrderId":4711,"Customer":{"Name":"Ada","Orders":2},"message_template.text":"Order {OrderId} placed by {@Customer}","severity_text":"Information","service.name":"shop","otel.scope.name":"Shop.Checkout"}}
            """.ReplaceLineEndings("\n"),
            await ReadAsync(logs, 3));
    }

    // The entries, a line each, by level, without what is another each time.
    private static async Task<string> ReadAsync(LogClient logs, int count, string? trace = null)
    {
        await logs.WaitForAsync(count);
        var entries = (await logs.ReadAsync(trace is null ? "?start=2000-01-01T00:00:00Z" : $"?start=2000-01-01T00:00:00Z&trace_id={trace}"))["logs"]!.AsArray();
        return string.Join('\n', entries.Select(entry => Told(entry!.AsObject())).Order(StringComparer.Ordinal));
    }

    private static string Told(JsonObject entry)
    {
        Array.ForEach(["id", "timestamp", "trace_id", "span_id"], name => entry.Remove(name));
        var metadata = entry["metadata"]!.AsObject();
        foreach (var name in metadata.Select(field => field.Key).Where(name => Array.Exists(OfMachine, name.StartsWith)).ToList())
        {
            metadata.Remove(name);
        }

        // The frames are those of the machine.
        if (entry["error"]?["stack_trace"] is JsonArray stack)
        {
            Assert.True(stack.Count > 0);
            entry["error"]!["stack_trace"] = stack[0]!.DeepClone();
        }

        return entry.ToJsonString(Relaxed);
    }
}
