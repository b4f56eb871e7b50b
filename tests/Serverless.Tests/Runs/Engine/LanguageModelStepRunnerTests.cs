using System.Text;
using Microsoft.Extensions.Options;
using Serverless.Outbound;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine.Steps;
using Serverless.Tests.Outbound;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Steps that ask a chat model, on real sockets.</summary>
public sealed class LanguageModelStepRunnerTests
{
    private static readonly LanguageModelStep Step = new("Greet {{inputs.Who}}") { Id = "ask", System = "Be kind to {{inputs.Who}}", MaxTokens = 77 };

    [Fact]
    public async Task The_model_is_asked_what_the_step_says_and_its_answer_is_the_result()
    {
        await using var receiver = Answering(200, """{"choices":[{"message":{"content":"Hello Zoë"}}]}""");

        Assert.Equal(new StepCompleted("Hello Zoë"), await RunAsync(receiver.Url, Step));

        var request = Assert.Single(receiver.Requests);
        Assert.StartsWith("POST /chat/completions HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.EndsWith(
            """{"model":"small","messages":[{"role":"system","content":"Be kind to you"},{"role":"user","content":"Greet you"}],"max_tokens":77}""",
            request,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_words_for_the_system_only_the_question_is_asked()
    {
        await using var receiver = Answering(200, """{"choices":[{"message":{"content":"Hello"}}]}""");

        await RunAsync(receiver.Url, Step with { System = null });

        Assert.Contains("""
                        "messages":[{"role":"user","content":"Greet you"}]
                        """, Assert.Single(receiver.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "the chat model answered 503", true)]
    [InlineData(429, "the chat model answered 429", true)]
    [InlineData(401, "the chat model answered 401", false)]
    [InlineData(200, "the chat model's answer is not JSON", false)]
    public async Task A_failure_tells_whether_another_try_may_succeed(int status, string reason, bool mayPass)
    {
        await using var receiver = Answering(status, "no");

        Assert.Equal(new StepFailed(reason) { MayPass = mayPass }, await RunAsync(receiver.Url, Step));
    }

    [Fact]
    public async Task Without_a_model_the_step_fails_and_says_which_setting_is_missing() =>
        Assert.Equal(new StepFailed("no chat model is configured: Ai__Endpoint is not set"), await RunAsync(endpoint: null, Step));

    [Fact]
    public async Task A_prompt_of_more_than_a_megabyte_is_not_put_together()
    {
        await using var receiver = Answering(200, "{}");
        var many = new string('x', 1024 * 1024) + "{{inputs.Who}}";

        var prompt = await Assert.ThrowsAsync<TemplateException>(() => RunAsync(receiver.Url, Step with { Prompt = many }));
        var system = await Assert.ThrowsAsync<TemplateException>(() => RunAsync(receiver.Url, Step with { System = many }));

        Assert.Equal(("its prompt is larger than 1048576 bytes", "its system text is larger than 1048576 bytes"), (prompt.Message, system.Message));
        Assert.Empty(receiver.Requests);
    }

    private static Receiver Answering(int status, string body) =>
        Receiver.Saying($"HTTP/1.1 {status} Status\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\n\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(body))}");

    private static async Task<StepResult> RunAsync(string? endpoint, LanguageModelStep step)
    {
        using var model = new ChatModel(Options.Create(new ChatModelOptions { Endpoint = endpoint, Model = "small" }), TimeProvider.System);
        var run = Run(App(step)) with { Inputs = new Dictionary<string, string> { ["Who"] = "you" } };
        return await new LanguageModelStepRunner(model).RunAsync(step, new StepCall(run, step), CancellationToken.None);
    }
}
