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

    [Theory]
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
        Assert.All(lines, line => Assert.DoesNotContain("never-to-be-kept", line, StringComparison.Ordinal));
    }
}
