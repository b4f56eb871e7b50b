using System.Text;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;

namespace Serverless.Runs.Watching;

/// <summary>
/// The events by which one who follows a run is told of it: <c>step</c> for each step that has changed, and then one for the run. The id of an event names what has been
/// told with it, <c>running.c1.r1.p0</c>: how far the run is, and each of its steps, with its tries; <c>steps.c1.r1.p0</c> where only steps have been told so far. So whoever
/// comes back with an id gets what follows it, and nothing twice.
/// </summary>
internal sealed class RunEvents
{
    private const char Separator = '.';

    // The run, as it is with these steps, has not been told.
    private const string OnlySteps = "steps";

    // The run is queued, and has been told to wait.
    private const string Waiting = "waiting";

    private readonly string[] _told;

    /// <summary>Begins to tell.</summary>
    /// <param name="run">The run.</param>
    /// <param name="lastId">The id of the last event that came; one that is none counts for nothing.</param>
    public RunEvents(Run run, string lastId)
    {
        var parts = lastId.Split(Separator);
        _told = parts.Length == run.App.Steps.Count + 1 ? parts : [OnlySteps, .. run.App.Steps.Select(_ => CodeOf(StepState.Pending, isOver: false))];
    }

    /// <summary>Whether all there is to tell of a run has been told.</summary>
    public bool HaveTold(Run run) => _told.SequenceEqual(PlaceOf(run));

    /// <summary>What is new of a run.</summary>
    /// <param name="run">The run as it is.</param>
    /// <returns>The events; empty when all has been told.</returns>
    public string News(Run run) => HaveTold(run) ? "" : Tell(run, NameOf(run.Status));

    /// <summary>Tells of a run what is new, and then how it is.</summary>
    /// <param name="run">The run as it is.</param>
    /// <param name="name">The name of the last event.</param>
    public string Tell(Run run, string name)
    {
        var events = new StringBuilder();
        var place = PlaceOf(run);
        foreach (var (index, step) in run.App.Steps.Index())
        {
            if (_told[index + 1] != place[index + 1])
            {
                (_told[0], _told[index + 1]) = (OnlySteps, place[index + 1]);
                Append("step", JsonResponse.Body(StepAnswer.Of(run, step), RunJson.Default.StepAnswer));
            }
        }

        _told[0] = place[0];
        Append(name, JsonResponse.Body(RunAnswer.Of(run), RunJson.Default.RunAnswer));
        return events.ToString();

        void Append(string type, ReadOnlyMemory<byte> data) =>
            events.Append($"id: {string.Join(Separator, _told)}\nevent: {type}\ndata: {Encoding.UTF8.GetString(data.Span)}\n\n");
    }

    private static string[] PlaceOf(Run run) =>
        [RunWait.Of(run) is null ? RunWords.Of(run.Status) : Waiting, .. run.App.Steps.Select(step => CodeOf(run.Steps[step.Id], run.IsTerminal))];

    // No two begin alike, but for what is cancelled.
    private static string CodeOf(StepState state, bool isOver) =>
        $"{(isOver && !state.IsFinal ? 'x' : RunWords.Of(state.Status)[0])}{state.Attempt}";

    private static string NameOf(RunStatus status) => status switch
    {
        RunStatus.Completed => "complete",
        RunStatus.Failed or RunStatus.Cancelled => "error",
        _ => "progress",
    };
}
