namespace Serverless.Runs.Apps;

/// <summary>The part of an app that some of its outputs need.</summary>
internal static class AppPart
{
    /// <summary>The app with these outputs alone, and with the steps that they rest on: what a step waits for is one of them, too.</summary>
    /// <param name="app">The app.</param>
    /// <param name="labels">What the outputs are called; where several are called the same, all of them are meant.</param>
    public static AppDefinition Of(AppDefinition app, IReadOnlyCollection<string> labels)
    {
        AppOutput[] outputs = [.. app.Outputs.Where(output => labels.Contains(output.Label, StringComparer.Ordinal))];
        var steps = app.Steps.ToDictionary(step => step.Id, StringComparer.Ordinal);
        var needed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(outputs.Select(output => output.Step));
        while (open.TryPop(out var step))
        {
            if (needed.Add(step))
            {
                foreach (var need in StepGraph.DependenciesOf(steps[step]))
                {
                    open.Push(need);
                }
            }
        }

        return app with { Steps = [.. app.Steps.Where(step => needed.Contains(step.Id))], Outputs = outputs };
    }
}
