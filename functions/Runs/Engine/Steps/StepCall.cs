using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>What a step works on.</summary>
/// <param name="run">The run, with the results of all steps that this one needs.</param>
/// <param name="step">The step.</param>
internal sealed class StepCall(Run run, AppStep step)
{
    /// <summary>The same for every try of the step: whoever is told it can see to it that the step takes effect once.</summary>
    public string IdempotencyKey => $"{run.Id}:{step.Id}";

    /// <summary>What is put into the texts of the step.</summary>
    public string ValueOf(Placeholder placeholder) => placeholder.Kind switch
    {
        PlaceholderKind.Input => run.Inputs.GetValueOrDefault(placeholder.Name) ?? "",
        PlaceholderKind.Step => run.Steps[placeholder.Name].Output!,
        _ => "",
    };
}
