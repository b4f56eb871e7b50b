using DurableTask.Core;

namespace Serverless.Benchmarks.Runs.Durable;

/// <summary>What the app <c>echo</c> does, as an orchestration of Durable Task: one activity, a text from a template.</summary>
internal sealed class Echo : TaskOrchestration<string, string>
{
    /// <inheritdoc/>
    public override Task<string> RunTask(OrchestrationContext context, string input) => context.ScheduleTask<string>(typeof(EchoStep), input);
}

/// <summary>The one step of <see cref="Echo"/>.</summary>
internal sealed class EchoStep : TaskActivity<string, string>
{
    private const string Template = "{{inputs.Text}}";

    /// <inheritdoc/>
    protected override string Execute(TaskContext context, string input) => Template.Replace(Template, input, StringComparison.Ordinal);
}
