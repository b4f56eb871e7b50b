using Serverless.Outbound;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Asks the chat model that the operator has chosen.</summary>
internal sealed class LanguageModelStepRunner(ChatModel model) : IStepRunner
{
    /// <inheritdoc/>
    public string Kind => "llm";

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken)
    {
        if (!model.IsConfigured)
        {
            return new StepFailed($"no chat model is configured: {ChatModelOptions.EndpointSetting} is not set");
        }

        var definition = (LanguageModelStep)step;
        try
        {
            var answer = await model.CompleteAsync(Conversation(definition, call), definition.MaxTokens, cancellationToken);
            return new StepCompleted(answer.Text);
        }
        catch (ChatModelException failure)
        {
            return new StepFailed($"{char.ToLowerInvariant(failure.Message[0])}{failure.Message[1..]}") { MayPass = failure.Failure == ChatModelFailure.Unavailable };
        }
    }

    private static ChatMessage[] Conversation(LanguageModelStep step, StepCall call)
    {
        var question = ChatMessage.User(StepTemplate.Parse(step.Prompt).Render(call.ValueOf, "prompt", StepTemplate.MaxBodyBytes));
        return step.System is { } system
            ? [ChatMessage.System(StepTemplate.Parse(system).Render(call.ValueOf, "system text", StepTemplate.MaxBodyBytes)), question]
            : [question];
    }
}
