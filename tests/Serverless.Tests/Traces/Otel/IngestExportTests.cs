using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Otel;

/// <summary>Exports over HTTP: what they are answered, and that their spans become events.</summary>
[Trait("Category", "Contract")]
public sealed class IngestExportTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
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
    public async Task Spans_that_are_no_calls_of_models_are_rejected_alone()
    {
        var (client, reader) = await StartAsync();

        var (status, answer) = await PostAsync(client.Key, "/v1/otel/v1/traces", Export(Span("1111111111111111", null), """{"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"4444444444444444","name":"GET /"}"""));

        Assert.Equal(HttpStatusCode.OK, status);
        var partial = JsonNode.Parse(answer)!["partialSuccess"]!;
        Assert.Equal("1", partial["rejectedSpans"]!.GetValue<string>());
        Assert.NotEmpty(partial["errorMessage"]!.GetValue<string>());
        await reader.WaitForAsync(1);
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
    public async Task Protobuf_is_not_taken()
    {
        var (client, _) = await StartAsync();
        using var content = new ByteArrayContent([10, 0]) { Headers = { ContentType = new("application/x-protobuf") } };

        var (status, answer) = await PostAsync(client.Key, "/v1/otel/v1/traces", content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Contains("http/json", answer, StringComparison.Ordinal);
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
