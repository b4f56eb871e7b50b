using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces.Otel;

/// <summary>
/// What people call models with, as it comes, against a server that answers as a model's does: a trace arrives field by field, what calls no model as steps, and nothing that was said.
/// </summary>
public sealed class ModelClientTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    // Another each time; of numbers it is told that they are there.
    private static readonly string[] Varying = ["event_id", "timestamp", "received_at", "trace_id", "span_id", "parent_span_id", "children"];
    private static readonly string[] Measured = ["latency_ms", "ttft_ms"];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_AI_SDK_of_Vercel() =>
        Assert.Equal(
            """
            {"status":"success","type":"step","name":"GET /weather","latency_ms":"…","span_kind":"internal","environment":"staging"}
              {"status":"success","provider":"openai","model":"gpt-4o","operation":"agent","latency_ms":"…","span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"weather-agent"}}
                {"status":"success","type":"step","name":"step 1","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"gen_ai.operation.name":"agent_step"}}
                  {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"tool-calls","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
                  {"status":"success","provider":"custom","model":"unknown","operation":"tool","latency_ms":"…","span_kind":"internal","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"execute_tool","gen_ai.tool.name":"weather","gen_ai.tool.call.id":"call_1","gen_ai.tool.type":"function"}}
                {"status":"success","type":"step","name":"step 2","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"gen_ai.operation.name":"agent_step"}}
                  {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","provider":"openai","model":"gpt-4o","operation":"agent","latency_ms":"…","span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"weather-agent"}}
                {"status":"success","type":"step","name":"step 1","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"gen_ai.operation.name":"agent_step"}}
                  {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","ttft_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":"…","cost_source":"unknown","span_kind":"client","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"embeddings"}}
                {"status":"success","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":"…","cost_usd":0.00000018,"cost_source":"priced","input_tokens":9,"span_kind":"client","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"embeddings"}}
              {"status":"rate_limited","provider":"openai","model":"busy","operation":"agent","latency_ms":"…","span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"weather-agent"}}
                {"status":"rate_limited","type":"step","name":"step 1","latency_ms":"…","span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","attributes":{"gen_ai.operation.name":"agent_step","http.response.status_code":"429"}}
                  {"status":"rate_limited","provider":"openai","model":"busy","operation":"chat","latency_ms":"…","cost_source":"unknown","span_kind":"client","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","sdk_version":"2.12.0"}
            """.ReplaceLineEndings("\n"),
            await SendAsync("aiSdk.mjs", "current", 15));

    [Fact]
    public async Task The_AI_SDK_of_Vercel_by_its_conventions_before_version_7() =>
        Assert.Equal(
            """
            {"status":"success","type":"step","name":"GET /weather","latency_ms":"…","span_kind":"internal","environment":"staging"}
              {"status":"success","type":"step","name":"ai.generateText","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"operation.name":"ai.generateText weather-agent","ai.operationId":"ai.generateText"}}
                {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"internal","finish_reason":"tool-calls","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
                  {"status":"success","provider":"custom","model":"unknown","operation":"tool","latency_ms":"…","span_kind":"internal","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","ai.toolCall.name":"weather"}}
                {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","type":"step","name":"ai.streamText","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"operation.name":"ai.streamText weather-agent","ai.operationId":"ai.streamText"}}
                {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","ttft_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","type":"step","name":"ai.embed","latency_ms":"…","span_kind":"internal","environment":"staging","attributes":{"operation.name":"ai.embed weather-agent","ai.operationId":"ai.embed"}}
                {"status":"success","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":"…","cost_usd":0.00000018,"cost_source":"priced","input_tokens":9,"span_kind":"internal","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent"}}
              {"status":"error","type":"step","name":"ai.generateText","latency_ms":"…","span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","attributes":{"operation.name":"ai.generateText weather-agent","ai.operationId":"ai.generateText"}}
                {"status":"error","provider":"openai","model":"busy","operation":"chat","latency_ms":"…","cost_source":"unknown","span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat"}}
            """.ReplaceLineEndings("\n"),
            await SendAsync("aiSdk.mjs", "legacy", 11));

    [Fact]
    public async Task The_SDK_of_OpenAI_with_the_instrumentation_of_OpenTelemetry() =>
        Assert.Equal(
            """
            {"status":"success","type":"step","name":"GET /weather","latency_ms":"…","span_kind":"internal","environment":"staging"}
              {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00218,"cost_source":"priced","input_tokens":640,"output_tokens":58,"span_kind":"client","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.model":"gpt-4o","gen_ai.request.temperature":"0.2","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00218,"cost_source":"priced","input_tokens":640,"output_tokens":58,"span_kind":"client","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}
              {"status":"success","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":"…","cost_usd":0.00000018,"cost_source":"priced","input_tokens":9,"span_kind":"client","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.operation.name":"embeddings"}}
              {"status":"rate_limited","provider":"openai","model":"busy","operation":"chat","latency_ms":"…","cost_source":"unknown","span_kind":"client","error_code":"RateLimitError","error_message":"429 Too many requests","environment":"staging","sdk_version":"2.12.0"}
            """.ReplaceLineEndings("\n"),
            await SendAsync("openai.mjs", "opentelemetry", 5));

    // It writes no span of a call that fails.
    [Fact]
    public async Task The_SDK_of_OpenAI_with_the_instrumentation_of_OpenInference() =>
        Assert.Equal(
            """
            {"status":"success","type":"step","name":"GET /weather","latency_ms":"…","span_kind":"internal","environment":"staging"}
              {"status":"success","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":"…","cost_usd":0.00154,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0"}
              {"status":"success","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":"…","cost_source":"unknown","span_kind":"internal","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0"}
              {"status":"success","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":"…","cost_source":"unknown","span_kind":"internal","environment":"staging","sdk_version":"2.12.0"}
            """.ReplaceLineEndings("\n"),
            await SendAsync("openai.mjs", "openinference", 4));

    [Fact]
    public async Task The_SDK_of_Anthropic() =>
        Assert.Equal(
            """
            {"status":"success","type":"step","name":"GET /weather","latency_ms":"…","span_kind":"internal","environment":"staging"}
              {"status":"success","provider":"anthropic","model":"claude-sonnet-4-6","operation":"chat","latency_ms":"…","cost_usd":0.0014076,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"end_turn","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.max_tokens":"256","gen_ai.response.id":"msg_1","gen_ai.usage.cache_write.input_tokens":"0"}}
              {"status":"success","provider":"anthropic","model":"claude-sonnet-4-6","operation":"chat","latency_ms":"…","ttft_ms":"…","cost_usd":0.0014076,"cost_source":"priced","input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"end_turn","environment":"staging","sdk_version":"2.12.0","stream":true,"tags":{"gen_ai.request.max_tokens":"256","gen_ai.response.id":"msg_1","gen_ai.usage.cache_write.input_tokens":"0"}}
              {"status":"rate_limited","provider":"anthropic","model":"busy","operation":"chat","latency_ms":"…","cost_source":"unknown","span_kind":"client","error_code":"rate_limit_error","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.request.max_tokens":"256"}}
            """.ReplaceLineEndings("\n"),
            await SendAsync("anthropic.mjs", null, 4));

    // The trace that a client sends: a line for each span, further in the deeper it is.
    private async Task<string> SendAsync(string script, string? argument, int nodes)
    {
        var traces = await TraceClient.CreateAsync(fixture.Host);
        var reader = await TraceReader.CreateAsync(fixture.Host, traces);
        var trace = await Exporters.RunAsync(fixture.Host, script, argument, traceKey: traces.Key);

        var outline = string.Join('\n', Lines(await reader.TraceAsync(trace, nodes), ""));

        Assert.DoesNotContain("never to be kept", outline, StringComparison.Ordinal);
        return outline;
    }

    private static IEnumerable<string> Lines(JsonArray spans, string indent)
    {
        foreach (var span in spans.Select(span => span!.AsObject()))
        {
            var told = span.DeepClone().AsObject();
            Array.ForEach(Varying, name => told.Remove(name));
            foreach (var name in Measured.Where(told.ContainsKey))
            {
                Assert.True(told[name]!.GetValue<decimal>() > 0, name);
                told[name] = "…";
            }

            yield return indent + told.ToJsonString(Relaxed);
            foreach (var line in Lines(span["children"]!.AsArray(), indent + "  "))
            {
                yield return line;
            }
        }
    }
}
