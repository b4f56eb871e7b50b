using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Puts texts together.</summary>
internal sealed class TextStepRunner : IStepRunner
{
    /// <inheritdoc/>
    public string Kind => "text";

    /// <inheritdoc/>
    public Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken) =>
        Task.FromResult<StepResult>(
            new StepCompleted(StepTemplate.Parse(((TextStep)step).Template).Render(call.ValueOf, "result", StepRunners.MaxOutputBytes)));
}
