using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Otel;

/// <summary>The exporters that people have, as they come: what they send arrives field by field.</summary>
public sealed class ExporterTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    [Theory]
    [InlineData("proto")]
    [InlineData("json")]
    public async Task OpenTelemetry_for_Node_sends_traces_and_logs_compressed(string form)
    {
        var (traces, reader, logs) = await StartAsync();

        var sent = JsonNode.Parse(await Exporters.RunAsync(fixture.Host, "telemetry.mjs", form, traces.Key, logs.Key))!;

        var trace = Text(sent, "trace");
        var root = Assert.Single(await reader.TraceAsync(trace, nodes: 3))!;
        Assert.Equal(("step", "POST /checkout", "server", "success", 600m, Text(sent, "root")), (Text(root, "type"), Text(root, "name"), Text(root, "span_kind"), Text(root, "status"), root["latency_ms"]!.GetValue<decimal>(), Text(root, "span_id")));
        Assert.Equal("""{"http.request.method":"POST","url.path":"/checkout"}""", root["attributes"]!.ToJsonString());
        var (call, failed) = (root["children"]![0]!.AsObject(), root["children"]![1]!);
        Assert.Equal(
            ("openai", "gpt-4o-2024-11-20", "chat", "success", 500m, 812, 96, "stop", "client", "staging", Text(sent, "call")),
            (Text(call, "provider"), Text(call, "model"), Text(call, "operation"), Text(call, "status"), call["latency_ms"]!.GetValue<decimal>(), call["input_tokens"]!.GetValue<int>(),
                call["output_tokens"]!.GetValue<int>(), Text(call, "finish_reason"), Text(call, "span_kind"), Text(call, "environment"), Text(call, "span_id")));
        Assert.DoesNotContain("never to be kept", root.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("step", "SELECT orders", "error", "connection refused", "postgresql"), (Text(failed, "type"), Text(failed, "name"), Text(failed, "status"), Text(failed, "error_message"), Text(failed["attributes"]!, "db.system.name")));

        await logs.WaitForAsync(3);
        var entries = (await logs.ReadAsync())["logs"]!.AsArray();
        Assert.Equal(["""{"text":"Structured","deep":{"n":1}}""", "Payment failed", "Order placed"], entries.Select(entry => Text(entry!, "message")));
        Assert.Equal(["info", "error", "info"], entries.Select(entry => Text(entry!, "level")));
        Assert.Equal((trace, Text(sent, "root"), "staging"), (Text(entries[2]!, "trace_id"), Text(entries[2]!, "span_id"), Text(entries[2]!, "environment")));
        var metadata = entries[2]!["metadata"]!;
        Assert.Equal((4711, 12.5m, true, """["a","b"]""", "shop", "shop.checkout", "1.2.0"), (
            metadata["order.id"]!.GetValue<int>(), metadata["order.total"]!.GetValue<decimal>(), metadata["paid"]!.GetValue<bool>(), metadata["items"]!.ToJsonString(), Text(metadata, "service.name"),
            Text(metadata, "otel.scope.name"), Text(metadata, "otel.scope.version")));
        Assert.Equal(
            """{"type":"PaymentDeclined","message":"The card was declined","stack_trace":["PaymentDeclined: The card was declined","    at charge (payment.js:12:7)"]}""", entries[1]!["error"]!.ToJsonString());
    }

    [Fact]
    public async Task OpenTelemetry_for_DotNet_sends_traces_and_logs_over_HTTP()
    {
        var (traces, reader, logs) = await StartAsync();
        var source = $"tests.{Guid.NewGuid():N}";
        var resource = ResourceBuilder.CreateEmpty().AddService("shop").AddAttributes([new("deployment.environment.name", "staging")]);
        string trace;
        using (var provider = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(source).AddOtlpExporter(options => Export(options, "traces", traces.Key)).Build())
        using (var activities = new ActivitySource(source))
        {
            using var root = activities.StartActivity("GET /ask", ActivityKind.Server)!;
            root.SetTag("http.request.method", "GET");
            trace = root.TraceId.ToHexString();
            using var call = activities.StartActivity("chat gpt-4.1", ActivityKind.Client)!;
            call.SetTag("gen_ai.operation.name", "chat").SetTag("gen_ai.provider.name", "openai").SetTag("gen_ai.request.model", "gpt-4.1").SetTag("gen_ai.usage.input_tokens", 640).SetTag("gen_ai.usage.output_tokens", 58);
        }

        using (var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options => options.SetResourceBuilder(resource).AddOtlpExporter(exporter => Export(exporter, "logs", logs.Key)))))
        {
            var logger = factory.CreateLogger("Shop.Checkout");
#pragma warning disable CA1848, CA2254 // As people log, and once.
            logger.LogWarning(new InvalidOperationException("No stock"), "Order {OrderId} waits", 4711);
#pragma warning restore CA1848, CA2254
        }

        var node = Assert.Single(await reader.TraceAsync(trace, nodes: 2))!;
        Assert.Equal(("step", "GET /ask", "GET"), (Text(node, "type"), Text(node, "name"), Text(node["attributes"]!, "http.request.method")));
        var event_ = Assert.Single(node["children"]!.AsArray())!;
        Assert.Equal(("openai", "gpt-4.1", "chat", 640, 58, "staging"), (Text(event_, "provider"), Text(event_, "model"), Text(event_, "operation"), event_["input_tokens"]!.GetValue<int>(), event_["output_tokens"]!.GetValue<int>(), Text(event_, "environment")));

        await logs.WaitForAsync(1);
        var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!;
        Assert.Equal(("warn", "staging", "InvalidOperationException", "No stock"), (Text(entry, "level"), Text(entry, "environment"), Text(entry["error"]!, "type"), Text(entry["error"]!, "message")));
        Assert.Equal((4711, "shop", "Shop.Checkout"), (entry["metadata"]!["OrderId"]!.GetValue<int>(), Text(entry["metadata"]!, "service.name"), Text(entry["metadata"]!, "otel.scope.name")));
    }

    private void Export(OtlpExporterOptions options, string signal, string key) =>
        (options.Protocol, options.Endpoint, options.Headers) = (OtlpExportProtocol.HttpProtobuf, new Uri(fixture.Host.Client.BaseAddress!, $"/v1/otel/v1/{signal}"), $"x-api-key={key}");

    private async Task<(TraceClient Traces, TraceReader Reader, LogClient Logs)> StartAsync()
    {
        var traces = await TraceClient.CreateAsync(fixture.Host);
        return (traces, await TraceReader.CreateAsync(fixture.Host, traces), await LogClient.CreateAsync(fixture.Host));
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
