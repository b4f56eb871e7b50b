using System.Collections.Immutable;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Apps and runs for tests.</summary>
internal static class TestRuns
{
    /// <summary>When the runs of tests with a made-up clock are accepted.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An app that asks for <c>Who</c> and gives out the result of each of its steps.</summary>
    public static AppDefinition App(params IReadOnlyList<AppStep> steps) => new()
    {
        AppId = "test",
        Name = "Test",
        Parameters = [new() { Id = "who", Name = "Who", Type = ParameterType.Text, Default = "you" }],
        Steps = steps,
        Outputs = [.. steps.Select(step => new AppOutput(step.Id, step.Id.ToUpperInvariant(), "text", step.Id))],
    };

    /// <summary>A step that puts a text together.</summary>
    public static AppStep Text(string id, string template, params IReadOnlyList<string> after) => new TextStep(template) { Id = id, After = after };

    /// <summary>A step that waits.</summary>
    public static AppStep Delay(string id, double seconds, params IReadOnlyList<string> after) =>
        new DelayStep(TimeSpan.FromSeconds(seconds)) { Id = id, After = after };

    /// <summary>A step that posts to an address.</summary>
    public static AppStep Post(string id, string url, params IReadOnlyList<string> after) => new HttpStep("POST", url) { Id = id, After = after };

    /// <summary>A run of an app that was just accepted.</summary>
    public static Run Run(AppDefinition app, string workspace = "0123456789ab", DateTimeOffset? acceptedAt = null) =>
        Serverless.Runs.Engine.Run.Create(RunId.New(acceptedAt ?? Start), workspace, app, ImmutableDictionary<string, string>.Empty);

    /// <summary>How far the steps of a run are.</summary>
    public static IReadOnlyDictionary<string, StepStatus> StatusesOf(Run run) => run.Steps.ToDictionary(step => step.Key, step => step.Value.Status);
}
