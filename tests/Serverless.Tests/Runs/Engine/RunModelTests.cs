using FsCheck;
using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>
/// Any run of any app, or of a part of it, and its replays from any step on, advanced by several processes at once that work in any order, write or lose what they did,
/// and end in the middle of it; some are cancelled.
/// </summary>
[Trait("Category", "Fast")]
public sealed class RunModelTests
{
    private const int MaxSteps = 12;
    private const int Processes = 3;
    private const int Replays = 2;

    [Fact]
    public void Every_run_comes_to_its_end_in_order_and_nothing_that_was_stored_as_done_is_done_again() =>
        Prop.ForAll<(byte Kind, ushort Needs, byte Fate)[], int>((shape, seed) => new Simulation(shape, seed).Run())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private sealed class Simulation
    {
        private readonly Random _random;
        private readonly AppDefinition _app;
        private readonly RunPlanner _planner;
        private readonly Dictionary<string, int> _fates = [];
        private readonly Process?[] _processes = new Process?[Processes];
        private DateTimeOffset _now = Start;
        private (Run Run, int Version) _stored;

        public Simulation((byte Kind, ushort Needs, byte Fate)[] shape, int seed)
        {
            _random = new(seed);
            var whole = App([.. shape.Append(default).Take(MaxSteps).Select(Step)]);
            string[] chosen = [.. whole.Outputs.Select(output => output.Label).Where(_ => _random.Next(3) == 0)];
            _app = chosen.Length == 0 ? whole : AppPart.Of(whole, chosen);
            _planner = new(_app);
            _stored = (TestRuns.Run(_app), 0);
        }

        public void Run()
        {
            RunToItsEnd();
            for (var replay = 0; replay < Replays; replay++)
            {
                var end = _stored.Run;
                var from = _random.Next(4) == 0 ? null : _app.Steps[_random.Next(_app.Steps.Count)].Id;
                _stored = (RunReplay.Of(end, RunId.New(_now), isAnnounced: false, from), 0);
                RequireTakenOver(end, from);
                var takenOver = _stored.Run.Steps.Where(step => step.Value.IsTakenOver).ToList();

                RunToItsEnd();

                Assert.All(takenOver, step => Assert.Same(step.Value.Output, _stored.Run.Steps[step.Key].Output));
                Assert.All(takenOver, step => Assert.True(_stored.Run.Steps[step.Key].IsTakenOver));
            }
        }

        private void RunToItsEnd()
        {
            Array.Clear(_processes);
            for (var action = 0; action < 60 && !_stored.Run.IsTerminal; action++)
            {
                Act(_random.Next(Processes), mayBreak: true);
            }

            // From here on one process is left, and nothing happens to it.
            Array.Clear(_processes);
            for (var action = 0; !_stored.Run.IsTerminal; action++)
            {
                Assert.True(action < 2_000, $"The run does not end: {string.Join(", ", _stored.Run.Steps.Select(step => $"{step.Key} {step.Value}"))}");
                Act(0, mayBreak: false);
            }

            if (_stored.Run.Status != RunStatus.Cancelled)
            {
                RequireConsistentEnd();
            }
        }

        // Whatever does not rest on the step that is done anew; of a cancelled run, whatever is done.
        private void RequireTakenOver(Run end, string? from)
        {
            foreach (var (step, state) in _stored.Run.Steps)
            {
                var isAnew = from is null || end.Steps[step].Status != StepStatus.Completed || RestsOn(step, from);
                Assert.Equal(isAnew ? StepState.Pending : new(StepStatus.Completed) { Output = end.Steps[step].Output }, state);
            }

            bool RestsOn(string step, string other) =>
                step == other || StepGraph.DependenciesOf(_app.Steps.First(known => known.Id == step)).Any(need => RestsOn(need, other));
        }

        // A few are texts or delays; each needs some of those before it.
        private AppStep Step((byte Kind, ushort Needs, byte Fate) shape, int index)
        {
            var id = $"s{index}";
            _fates.Add(id, shape.Fate);
            string[] needs = [.. Enumerable.Range(0, index).Where(earlier => (shape.Needs >> earlier & 1) == 1).Select(earlier => $"s{earlier}")];
            return (shape.Kind % 4) switch
            {
                0 => Delay(id, 1 + (shape.Fate % 5), needs),
                1 => Text(id, "Text" + string.Concat(needs.Select(need => $"{{{{steps.{need}}}}}"))),
                _ => Post(id, "http://example.com", needs) with { Retries = shape.Fate % 3 },
            };
        }

        private void Act(int number, bool mayBreak)
        {
            if (mayBreak && _random.Next(150) == 0)
            {
                _stored = (RunTransition.Cancel(_stored.Run, _now), _stored.Version + 1);
                return;
            }

            var process = _processes[number] ??= new(RunTransition.Resume(_stored.Run), _stored.Version);
            process.Run = _planner.Plan(process.Run, _now).Run;
            switch (_random.Next(mayBreak ? 6 : 4))
            {
                case 0:
                    Begin(process);
                    break;
                case 1:
                    End(process);
                    break;
                case 2:
                    Write(process);
                    break;
                case 3:
                    _now += TimeSpan.FromSeconds(_random.NextDouble() * 2);
                    break;
                default:
                    // It ends, and somebody else takes over from what it has stored.
                    _processes[number] = null;
                    break;
            }
        }

        private void Begin(Process process)
        {
            foreach (var step in _planner.Plan(process.Run, _now).Ready)
            {
                Assert.NotEqual(StepStatus.Completed, process.Known.Steps[step.Id].Status);
                Assert.All(StepGraph.DependenciesOf(step), need => Assert.Equal(StepStatus.Completed, process.Run.Steps[need].Status));
                process.Run = RunTransition.Begin(process.Run, step.Id, _now);
                process.UnderWay.Add(step);
                Assert.InRange(process.Run.Steps[step.Id].Attempt, 1, step.Retries + 1);
            }
        }

        private void End(Process process)
        {
            if (process.UnderWay.Count > 0)
            {
                var step = process.UnderWay[_random.Next(process.UnderWay.Count)];
                process.UnderWay.Remove(step);
                process.Run = RunTransition.End(process.Run, step, ResultOf(step), _now, _random.NextDouble());
            }
        }

        private StepResult ResultOf(AppStep step) => (step, _fates[step.Id] % 5) switch
        {
            (HttpStep, 0) => new StepFailed("it is refused"),
            (HttpStep, 1 or 2) when _random.Next(2) == 0 => new StepFailed("it is busy") { MayPass = true, RetryAfter = TimeSpan.FromSeconds(_random.Next(3)) },
            _ => new StepCompleted($"{step.Id}: {_random.Next()}"),
        };

        private void Write(Process process)
        {
            if (process.Version != _stored.Version)
            {
                process.Run = RunTransition.Merge(_stored.Run, process.Run);
            }
            else if (!ReferenceEquals(process.Run, process.Known))
            {
                RequireNoWayBack(_stored.Run, process.Run);
                var document = RunDocument.Encode(process.Run);
                Assert.Equal(document, RunDocument.Encode(RunDocument.Decode(process.Run.Workspace, process.Run.Id, document)));
                _stored = (process.Run, _stored.Version + 1);
            }

            (process.Known, process.Version) = _stored;
        }

        private static void RequireNoWayBack(Run before, Run after)
        {
            Assert.False(before.IsTerminal);
            foreach (var (step, state) in before.Steps.Where(step => step.Value.IsFinal))
            {
                Assert.Equal(state, after.Steps[step]);
            }
        }

        private void RequireConsistentEnd()
        {
            var run = _stored.Run;
            Assert.All(run.Steps.Values, state => Assert.True(state.IsFinal));
            foreach (var step in _app.Steps)
            {
                var needs = StepGraph.DependenciesOf(step).Select(need => run.Steps[need].Status).ToArray();
                Assert.Equal(Array.TrueForAll(needs, need => need == StepStatus.Completed), run.Steps[step.Id].Status != StepStatus.Skipped);
            }

            var hasFailed = run.Steps.Values.Any(state => state.Status == StepStatus.Failed);
            Assert.Equal(hasFailed ? RunStatus.Failed : RunStatus.Completed, run.Status);
            Assert.Equal(hasFailed, run.ErrorMessage is not null);
            Assert.Equal(hasFailed, RunOutput.Of(run).Any(output => output.Status == OutputStatus.Error));
            Assert.DoesNotContain(RunOutput.Of(run), output => output.Status is OutputStatus.Pending or OutputStatus.Cancelled);
        }

        private sealed class Process(Run run, int version)
        {
            public Run Run { get; set; } = run;

            // What is stored, as far as it knows.
            public Run Known { get; set; } = run;

            public int Version { get; set; } = version;

            public List<AppStep> UnderWay { get; } = [];
        }
    }
}
