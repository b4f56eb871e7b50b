using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Serverless.Otlp.Messages;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Exports over HTTP: what they are answered, and that their spans become events.</summary>
[Trait("Category", "Contract")]
public sealed class IngestExportTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    [Fact]
    public async Task The_spans_of_an_export_are_events_and_a_repetition_changes_nothing()
    {
        var (client, reader) = await StartAsync();
        var export = Export(Span("1111111111111111", null), Span("2222222222222222", "1111111111111111"));

        Assert.Equal((HttpStatusCode.OK, """{"partialSuccess":{}}"""), await PostAsync(client.Key, "/v1/otel/v1/traces", export));
        await reader.WaitForAsync(2);
        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":2,"cv":1}"""), await PostAsync(client.Key, "/v1/otel", export));
        Assert.Equal(
            (HttpStatusCode.Accepted, """{"accepted":3,"cv":1}"""),
            await PostAsync(client.Key, "/v1/otel", Export(Span("1111111111111111", null), Span("2222222222222222", null), Span("3333333333333333", null))));
        await reader.WaitForAsync(3);

        using var response = await reader.GetAsync("/v1/traces/0af7651916cd43dd8448eb211c80319c");
        var roots = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();
        Assert.Equal(["1111111111111111", "3333333333333333"], roots.Select(root => root!["span_id"]!.GetValue<string>()));
        var child = roots[0]!["children"]![0]!;
        Assert.Equal("2222222222222222", child["span_id"]!.GetValue<string>());
        Assert.Equal(("openai", "gpt-4o", "chat", "success", 120), (
            child["provider"]!.GetValue<string>(), child["model"]!.GetValue<string>(), child["operation"]!.GetValue<string>(), child["status"]!.GetValue<string>(), child["input_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public async Task A_span_that_is_not_valid_is_rejected_alone()
    {
        var (client, reader) = await StartAsync();

        Assert.Equal(
            (HttpStatusCode.OK, """{"partialSuccess":{"rejectedSpans":"1","errorMessage":"Span 2: \"startTimeUnixNano\" is required"}}"""),
            await PostAsync(client.Key, "/v1/otel/v1/traces", Export(Span("1111111111111111", null), """{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"4444444444444444","name":"GET /"}""")));
        await reader.WaitForAsync(1);
    }

    [Fact]
    public async Task Spans_that_call_no_model_are_steps_of_their_trace_and_counted_nowhere()
    {
        var (client, reader) = await StartAsync();
        var export = Export(Step("aaaaaaaaaaaaaaaa", null, "GET /ask"), Span("bbbbbbbbbbbbbbbb", "cccccccccccccccc"), Step("cccccccccccccccc", "aaaaaaaaaaaaaaaa", "retrieve"));

        Assert.Equal((HttpStatusCode.OK, """{"partialSuccess":{}}"""), await PostAsync(client.Key, "/v1/otel/v1/traces", export));
        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":1,"cv":1,"steps":2}"""), await PostAsync(client.Key, "/v1/otel", export));
        await reader.WaitForAsync(1);

        var root = Assert.Single(await reader.TraceAsync(Trace, nodes: 3))!;
        Assert.Equal(
            ("step", "GET /ask", "aaaaaaaaaaaaaaaa", "server", "success", 1250.5m, "GET", "/ask"),
            (Text(root, "type"), Text(root, "name"), Text(root, "span_id"), Text(root, "span_kind"), Text(root, "status"), root["latency_ms"]!.GetValue<decimal>(), Text(root["attributes"]!, "http.request.method"), Text(root["attributes"]!, "url.path")));
        Assert.Equal(2, root["attributes"]!.AsObject().Count);
        var retrieve = root["children"]![0]!;
        Assert.Equal(("retrieve", "aaaaaaaaaaaaaaaa"), (Text(retrieve, "name"), Text(retrieve, "parent_span_id")));
        Assert.Equal(["gpt-4o"], retrieve["children"]!.AsArray().Select(child => Text(child!, "model")));
        Assert.Equal(1, await reader.CountStoredAsync());
    }

    [Fact]
    public async Task A_trace_of_steps_alone_is_shown_too()
    {
        var (client, reader) = await StartAsync();

        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":0,"cv":1,"steps":1}"""), await PostAsync(client.Key, "/v1/otel", Export(Step("aaaaaaaaaaaaaaaa", null, "GET /"))));

        Assert.Equal("GET /", Text((await reader.TraceAsync(Trace, nodes: 1))[0]!, "name"));
    }

    [Theory]
    [InlineData("/v1/otel")]
    [InlineData("/v1/otel/v1/traces")]
    public async Task Without_a_key_nothing_is_taken(string path)
    {
        Assert.Equal((HttpStatusCode.Unauthorized, """{"error":"Invalid API key"}"""), await PostAsync("lqs_000000000000", path, Export()));
        Assert.Equal((HttpStatusCode.Unauthorized, """{"error":"Invalid API key"}"""), await PostAsync(null, path, Export()));
    }

    [Fact]
    public async Task Protobuf_is_taken_and_answered_in_protobuf()
    {
        var (client, reader) = await StartAsync();
        var start = 1_795_262_400_000_000_000UL;
        var call = new Span
        {
            TraceId = Id("0af7651916cd43dd8448eb211c80319c"),
            SpanId = Id("1111111111111111"),
            Name = "chat gpt-4o",
            Kind = 3,
            StartTimeUnixNano = start,
            EndTimeUnixNano = start + 1_500_000_000,
            Attributes = { ProtobufExport.Text("gen_ai.system", "openai"), ProtobufExport.Text("gen_ai.request.model", "gpt-4o"), ProtobufExport.Number("gen_ai.usage.input_tokens", 120) },
        };
        var broken = new Span { TraceId = call.TraceId, SpanId = Id("22") };

        Assert.Equal((HttpStatusCode.OK, ""), await PostAsync(client.Key, "/v1/otel/v1/traces", ProtobufExport.Content(ProtobufExport.Of(call))));
        var (status, answer) = await PostAsync(client.Key, "/v1/otel/v1/traces", ProtobufExport.Content(ProtobufExport.Of(call, broken)));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Span 2: \"spanId\" must be 16 hexadecimal digits", answer, StringComparison.Ordinal);
        await reader.WaitForAsync(1);
        var root = (await reader.TraceAsync(Trace, nodes: 1))[0]!;
        Assert.Equal(("openai", "gpt-4o", 1500m, 120), (Text(root, "provider"), Text(root, "model"), root["latency_ms"]!.GetValue<decimal>(), root["input_tokens"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("0AFF", HttpStatusCode.BadRequest, 3)]
    [InlineData("", HttpStatusCode.Unauthorized, 16)]
    public async Task Who_sends_protobuf_is_told_what_is_wrong_in_protobuf(string body, HttpStatusCode status, int code)
    {
        var (client, _) = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/otel/v1/traces") { Content = ProtobufExport.Content(Convert.FromHexString(body)) };
        request.Headers.Add("x-api-key", status == HttpStatusCode.Unauthorized ? "nobody" : client.Key);

        using var response = await fixture.Host.Client.SendAsync(request);

        Assert.Equal((status, "application/x-protobuf"), (response.StatusCode, response.Content.Headers.ContentType!.ToString()));
        var input = new CodedInputStream(await response.Content.ReadAsByteArrayAsync());
        Assert.Equal((8u, code, 18u), (input.ReadTag(), input.ReadInt32(), input.ReadTag()));
        Assert.NotEmpty(input.ReadString());
        Assert.True(input.IsAtEnd);
    }

    [Fact]
    public async Task An_export_without_calls_of_models_costs_no_event_and_is_answered()
    {
        var (client, reader) = await StartAsync();

        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":0,"cv":1}"""), await PostAsync(client.Key, "/v1/otel", Export()));
        Assert.Equal(0, await reader.CountStoredAsync());
    }

    private static string Export(params string[] spans) => $$$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{{{string.Join(',', spans)}}}]}]}]}""";

    private static string Span(string id, string? parent) => $$$"""
        {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"{{{id}}}"{{{(parent is null ? "" : $",\"parentSpanId\":\"{parent}\"")}}},"name":"chat gpt-4o","kind":3,
        "startTimeUnixNano":"{{{1_795_262_400_000_000_000 + (1_000_000L * id[0])}}}","endTimeUnixNano":"1795262401500000000","attributes":[
        {"key":"gen_ai.system","value":{"stringValue":"openai"}},{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},
        {"key":"gen_ai.request.model","value":{"stringValue":"gpt-4o"}},{"key":"gen_ai.usage.input_tokens","value":{"intValue":"120"}}]}
        """;

    private static string Step(string id, string? parent, string name) => $$$"""
        {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"{{{id}}}"{{{(parent is null ? "" : $",\"parentSpanId\":\"{parent}\"")}}},"name":"{{{name}}}","kind":2,
        "startTimeUnixNano":"1795262399000000000","endTimeUnixNano":"1795262400250500000","attributes":[{"key":"http.request.method","value":{"stringValue":"GET"}},
        {"key":"url.path","value":{"stringValue":"/ask"}},{"key":"http.request.header.authorization","value":{"stringValue":"never"}},{"key":"input.value","value":{"stringValue":"never"}}]}
        """;

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static ByteString Id(string digits) => ByteString.CopyFrom(Convert.FromHexString(digits));

    private Task<(HttpStatusCode Status, string Body)> PostAsync(string? key, string path, string json) =>
        PostAsync(key, path, new StringContent(json, Encoding.UTF8, "application/json"));

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string? key, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var response = await fixture.Host.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<(TraceClient Client, TraceReader Reader)> StartAsync()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        return (client, await TraceReader.CreateAsync(fixture.Host, client));
    }
}
