using Serverless.Runs.Engine;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Being told of what is stored.</summary>
public sealed class RunSignalsTests
{
    [Fact]
    public void All_who_watch_a_run_are_told_until_they_stop()
    {
        var signals = new RunSignals();
        var (run, other) = (Run(App(Text("a", "A"))), Run(App(Text("a", "A"))));
        var (first, second) = (new List<Run>(), new List<Run>());

        signals.Publish(run);
        using (var one = signals.Subscribe(run.Id, first.Add))
        {
            using var two = signals.Subscribe(run.Id, second.Add);
            signals.Publish(run);
            signals.Publish(other);
            one.Dispose();
            signals.Publish(run);
        }

        signals.Publish(run);

        Assert.Equal([run], first);
        Assert.Equal([run, run], second);
    }
}
