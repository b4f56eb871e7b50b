namespace Serverless.Tests.Traces.Otel;

/// <summary>What the exports of well-known instrumentations become, to the letter.</summary>
[Trait("Category", "Fast")]
public sealed class InstrumentationTests
{
    [Fact]
    public void Calls_of_the_OpenAI_library_for_Python()
    {
        var events = SpanExport.Read(SpanExport.FromFile("openai-python.json"));

        Assert.Equal(
            [
                """{"event_id":"e2681862-d99e-887f-8991-ca7edf58cbce","timestamp":"2026-01-26T14:30:00.123456789Z","status":"success","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331","parent_span_id":"00f067aa0ba902b7","provider":"openai","model":"gpt-4o-mini-2024-07-18","operation":"chat","latency_ms":1250.5,"input_tokens":812,"output_tokens":96,"span_kind":"client","finish_reason":"stop","environment":"production","sdk_version":"1.39.1","tags":{"gen_ai.request.model":"gpt-4o-mini","gen_ai.request.temperature":"0.2","gen_ai.request.max_tokens":"400","gen_ai.response.id":"chatcmpl-BxTq3","gen_ai.openai.response.service_tier":"default"}}""",
                """{"event_id":"16d57ce4-de5a-834b-93d3-3c9a6393bf8d","timestamp":"2026-01-26T14:30:02.000000000Z","status":"rate_limited","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"c8be7c8270314442","parent_span_id":"00f067aa0ba902b7","provider":"openai","model":"text-embedding-3-small","operation":"embed","latency_ms":40,"span_kind":"client","error_code":"RateLimitError","error_message":"Error code: 429 - requests per minute exceeded","environment":"production","sdk_version":"1.39.1","tags":{"gen_ai.operation.name":"embeddings","gen_ai.embeddings.dimension.count":"512"}}""",
            ],
            SpanExport.Lines(events));
        Assert.Equal((2, 0), (events.Accepted, events.Rejected));
        Assert.Single(SpanExport.Steps(events));
    }

    [Fact]
    public void Calls_traced_by_OpenLLMetry()
    {
        var events = SpanExport.Read(SpanExport.FromFile("openllmetry.json"));

        Assert.Equal(
            [
                """{"event_id":"f8a33923-1ec2-8d91-820b-621c64ba90ed","timestamp":"2026-01-26T14:31:40.000000000Z","status":"success","trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b174","parent_span_id":"eee19b7ec3c1b173","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":2500,"ttft_ms":310.5,"input_tokens":1200,"output_tokens":330,"cached_tokens":1024,"span_kind":"client","finish_reason":"length","environment":"staging","sdk_version":"2.0.1","stream":true,"tags":{"gen_ai.system":"Azure","gen_ai.request.model":"gpt-4o","gen_ai.request.top_p":"1"}}""",
                """{"event_id":"c878ce47-9dcb-8660-9536-5d853e0ed586","timestamp":"2026-01-26T14:31:43.000000000Z","status":"timeout","trace_id":"5b8efff798038103d269b633813fc60c","span_id":"eee19b7ec3c1b175","parent_span_id":"eee19b7ec3c1b173","provider":"anthropic","model":"anthropic.claude-3-5-haiku-20241022-v1:0","operation":"chat","latency_ms":30000,"span_kind":"client","error_code":"botocore.exceptions.ReadTimeoutError","error_message":"ReadTimeoutError: Read timeout on endpoint","environment":"staging","sdk_version":"2.0.1","tags":{"gen_ai.system":"AWS"}}""",
            ],
            SpanExport.Lines(events));
        Assert.Equal((2, 0, 1), (events.Accepted, events.Rejected, events.Steps.Count));
    }

    [Fact]
    public void Calls_through_Microsoft_Extensions_AI()
    {
        Assert.Equal(
            [
                """{"event_id":"7e5209d1-9bd7-88cd-adc5-7df7bf3e6bde","timestamp":"2026-01-26T14:33:20.000000100Z","status":"success","trace_id":"8f2b6c1d9e4a47d0b3c5a1e2f4d6b8c0","span_id":"1a2b3c4d5e6f7081","provider":"openai","model":"unknown","operation":"agent","latency_ms":4000,"span_kind":"internal","environment":"test","user_id":"user-7","session_id":"conv_5j66","sdk_version":"1.14.0","tags":{"gen_ai.operation.name":"invoke_agent","gen_ai.provider.name":"azure.ai.openai","gen_ai.agent.id":"planner-1","gen_ai.agent.name":"Travel Planner"}}""",
                """{"event_id":"e63b74d9-7396-8570-9b74-83a312954f86","timestamp":"2026-01-26T14:33:20.100000100Z","status":"success","trace_id":"8f2b6c1d9e4a47d0b3c5a1e2f4d6b8c0","span_id":"1a2b3c4d5e6f7082","parent_span_id":"1a2b3c4d5e6f7081","provider":"openai","model":"gpt-4.1","operation":"chat","latency_ms":1500,"ttft_ms":412.5,"input_tokens":640,"output_tokens":58,"cached_tokens":512,"span_kind":"client","finish_reason":"tool_calls","environment":"test","sdk_version":"1.14.0","stream":true,"tags":{"gen_ai.provider.name":"azure.ai.openai","gen_ai.request.seed":"17","gen_ai.output.type":"json","gen_ai.usage.reasoning.output_tokens":"20"}}""",
                """{"event_id":"5f1754df-7875-8f98-b515-e1ccb2015537","timestamp":"2026-01-26T14:33:21.700000100Z","status":"cancelled","trace_id":"8f2b6c1d9e4a47d0b3c5a1e2f4d6b8c0","span_id":"1a2b3c4d5e6f7083","parent_span_id":"1a2b3c4d5e6f7081","provider":"custom","model":"unknown","operation":"tool","latency_ms":500.0002,"span_kind":"internal","error_code":"System.OperationCanceledException","error_message":"The operation was canceled.","environment":"test","sdk_version":"1.14.0","tags":{"gen_ai.operation.name":"execute_tool","gen_ai.tool.type":"function","gen_ai.tool.call.id":"call_mszuSIzq","gen_ai.tool.name":"find_trains"}}""",
            ],
            SpanExport.ReadAll(SpanExport.FromFile("extensions-ai.json")));
    }

    // Recorded, as the two that follow: gen_ai.system and prompt_tokens, before the conventions called them otherwise.
    [Fact]
    public void Calls_traced_by_OpenLLMetry_for_Node_as_it_was()
    {
        var events = SpanExport.Read(SpanExport.FromFile("traceloop-openai-0.14.json"));

        Assert.Equal(
            [
                """{"event_id":"54e5bae9-643d-8fda-b083-7cf5210f6f2b","timestamp":"2026-11-27T21:49:54.514000000Z","status":"success","trace_id":"e67ff0a4589f61fa27f14b32da1b554a","span_id":"004e21fbd1807a17","parent_span_id":"f7b7ce0643b3324d","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":30.699296,"input_tokens":640,"output_tokens":58,"span_kind":"client","finish_reason":"tool_calls","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.system":"OpenAI","gen_ai.request.model":"gpt-4o","gen_ai.request.temperature":"0.2"}}""",
                """{"event_id":"10be94ad-3541-86ff-b5ec-ca3d983c6d75","timestamp":"2026-11-27T21:49:54.545000000Z","status":"success","trace_id":"e67ff0a4589f61fa27f14b32da1b554a","span_id":"7a51d157c80168c7","parent_span_id":"f7b7ce0643b3324d","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":11.471716,"span_kind":"client","finish_reason":"stop","environment":"staging","sdk_version":"2.12.0","tags":{"gen_ai.system":"OpenAI","gen_ai.request.model":"gpt-4o"}}""",
            ],
            SpanExport.Lines(events));
        Assert.Equal(
            [
                """{"event_id":"ae055dd7-625e-8d96-809c-0d881087b96f","timestamp":"2026-11-27T21:49:54.512000000Z","status":"success","type":"step","name":"GET /weather","trace_id":"e67ff0a4589f61fa27f14b32da1b554a","span_id":"f7b7ce0643b3324d","latency_ms":51.33543,"span_kind":"internal","environment":"staging"}""",
            ],
            SpanExport.Steps(events));
    }

    [Fact]
    public void Calls_through_version_4_of_the_AI_SDK()
    {
        var events = SpanExport.Read(SpanExport.FromFile("ai-sdk-4.json"));

        Assert.Equal(
            [
                """{"event_id":"2031b1ae-cd54-86ea-8586-7d443fbffc66","timestamp":"2026-11-27T21:49:56.181000000Z","status":"success","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"13102ee23d689005","parent_span_id":"4ea96e662c839780","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":141.844849,"input_tokens":640,"output_tokens":58,"span_kind":"internal","finish_reason":"tool-calls","environment":"staging","user_id":"user-7","session_id":"session-1","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}""",
                """{"event_id":"fb3c969e-5e6d-86aa-858b-a100c9c152c4","timestamp":"2026-11-27T21:49:56.329000000Z","status":"success","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"0d92de47dba883d6","parent_span_id":"4ea96e662c839780","provider":"custom","model":"unknown","operation":"tool","latency_ms":0.186472,"span_kind":"internal","environment":"staging","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","ai.toolCall.name":"weather"}}""",
                """{"event_id":"835b222f-e891-8506-beb6-e8b6370bff4b","timestamp":"2026-11-27T21:49:56.331000000Z","status":"success","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"199bb71a0791cd66","parent_span_id":"4ea96e662c839780","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":19.437107,"input_tokens":640,"output_tokens":58,"span_kind":"internal","finish_reason":"stop","environment":"staging","user_id":"user-7","session_id":"session-1","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}""",
                """{"event_id":"230920c0-717b-8f4a-b73b-3ad7daa3f5bd","timestamp":"2026-11-27T21:49:56.362000000Z","status":"success","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"e563261ac207b51a","parent_span_id":"d871f35a9046041e","provider":"openai","model":"gpt-4o-2024-11-20","operation":"chat","latency_ms":78.996757,"ttft_ms":33.36501499999986,"input_tokens":640,"output_tokens":58,"span_kind":"internal","finish_reason":"stop","environment":"staging","user_id":"user-7","session_id":"session-1","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat","gen_ai.request.model":"gpt-4o","gen_ai.response.id":"chatcmpl-1"}}""",
                """{"event_id":"cbec9a42-3b4b-8a5d-8022-4c225633b604","timestamp":"2026-11-27T21:49:56.467000000Z","status":"error","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"a33241dc47e88c3d","parent_span_id":"b7258c44fa450dfd","provider":"openai","model":"busy","operation":"chat","latency_ms":18.840169,"span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","user_id":"user-7","session_id":"session-1","sdk_version":"2.12.0","tags":{"ai.telemetry.functionId":"weather-agent","gen_ai.system":"openai.chat"}}""",
            ],
            SpanExport.Lines(events));
        Assert.Equal(
            [
                """{"event_id":"6eb5c931-a18d-8de2-bf8b-cbec685c1da9","timestamp":"2026-11-27T21:49:56.171000000Z","status":"success","type":"step","name":"ai.generateText","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"4ea96e662c839780","parent_span_id":"2bb3743476acd944","latency_ms":179.305392,"span_kind":"internal","environment":"staging","attributes":{"operation.name":"ai.generateText weather-agent","ai.operationId":"ai.generateText"}}""",
                """{"event_id":"3a72bb85-876f-8278-b7a8-856c5e5b35c5","timestamp":"2026-11-27T21:49:56.360000000Z","status":"success","type":"step","name":"ai.streamText","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"d871f35a9046041e","parent_span_id":"2bb3743476acd944","latency_ms":83.208985,"span_kind":"internal","environment":"staging","attributes":{"operation.name":"ai.streamText weather-agent","ai.operationId":"ai.streamText"}}""",
                """{"event_id":"a4a02783-bfaf-8474-b588-c44f6c119426","timestamp":"2026-11-27T21:49:56.467000000Z","status":"error","type":"step","name":"ai.generateText","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"b7258c44fa450dfd","parent_span_id":"2bb3743476acd944","latency_ms":19.435283,"span_kind":"internal","error_code":"AI_APICallError","error_message":"Too many requests","environment":"staging","attributes":{"operation.name":"ai.generateText weather-agent","ai.operationId":"ai.generateText"}}""",
                """{"event_id":"27f683f1-7424-83f0-a85b-87b6d3042923","timestamp":"2026-11-27T21:49:56.167000000Z","status":"success","type":"step","name":"GET /weather","trace_id":"c894eb2bfde85487dfd5b5d5a2707100","span_id":"2bb3743476acd944","latency_ms":328.402554,"span_kind":"internal","environment":"staging"}""",
            ],
            SpanExport.Steps(events));
    }

    [Theory]
    [InlineData("traceloop-openai-0.14.json")]
    [InlineData("ai-sdk-4.json")]
    [InlineData("openai-python.json")]
    [InlineData("openllmetry.json")]
    [InlineData("extensions-ai.json")]
    public void Nothing_that_was_said_to_a_model_or_by_it_is_kept(string file)
    {
        var events = SpanExport.Read(SpanExport.FromFile(file));
        IReadOnlyList<string> lines = [.. SpanExport.Lines(events), .. SpanExport.Steps(events)];

        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.DoesNotContain("secret", line, StringComparison.OrdinalIgnoreCase));
        Assert.All(lines, line => Assert.DoesNotContain("\"42\"", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("never to be kept", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("Riga", line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.DoesNotContain("never-to-be-kept", line, StringComparison.Ordinal));
    }
}
