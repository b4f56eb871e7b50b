using System.ComponentModel;
using System.Text;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using Serverless.Texts;

namespace Serverless.Runs.Watching;

/// <summary>A step of a run.</summary>
internal sealed record StepAnswer(
    [property: Description("Its id within the app.")] string Id,
    [property: Description("What it does: `text`, `http`, `llm`, `search` or `delay`.")] string Kind,
    [property: Description("How far it is: `pending`, `running`, `waiting` for another try or the end of a delay, `completed`, `failed`, `skipped` for a step it needs failed, or `cancelled` with its run.")] string Status,
    [property: Description("The steps it waits for, by their ids.")] IEnumerable<string> DependsOn,
    [property: Description("When all of them were done, in UTC, to the millisecond; where there are none, when the run began. Null before that.")] string? ReadyAt,
    [property: Description("When its first try began; null before that.")] string? StartedAt,
    [property: Description("When it was done, or failed for good; null before that.")] string? CompletedAt,
    [property: Description("What it waits for, while it is `waiting`; else null.")] string? DueAt,
    [property: Description("Whether its result was taken over from the run that this one replays. Then it has no tries.")] bool IsTakenOver,
    [property: Description("Its tries, the first one first. One that its process died over is not among them.")] IEnumerable<TryAnswer> Tries,
    [property: Description("What it works on, in JSON, as far as it is known: `***` stands for the values of headers, and for those after the `?` of an address. Null before it is ready.")] CutText? Input,
    [property: Description("Its result; null until there is one.")] CutText? Result,
    [property: Description("Why it failed, or was skipped; null unless it was.")] string? Error)
{
    private const string Cancelled = "cancelled";

    /// <summary>How far a step of a run is, in a word.</summary>
    public static string StatusOf(Run run, StepState state) => run.IsTerminal && !state.IsFinal ? Cancelled : RunWords.Of(state.Status);

    /// <summary>What is said of the steps of a run, in the order of its app.</summary>
    public static IEnumerable<StepAnswer> Of(Run run) => run.App.Steps.Select(step => Of(run, step));

    /// <summary>What is said of a step.</summary>
    public static StepAnswer Of(Run run, AppStep step)
    {
        var state = run.Steps[step.Id];
        StepTry[] tries = [.. state.Tries];
        return new(
            step.Id,
            step.Kind,
            StatusOf(run, state),
            StepGraph.DependenciesOf(step),
            RunTime.Format(BecameReady(run, step)),
            RunTime.Format(tries is [{ Number: 1 } first, ..] ? first.BeganAt : null),
            RunTime.Format(state.IsFinal ? state.LastTry?.EndedAt : null),
            RunTime.Format(run.IsTerminal ? null : state.DueAt),
            state.IsTakenOver,
            tries.Select(each => TryAnswer.Of(run, each)),
            CutText.Of(StepInput.Of(run, step)),
            CutText.Of(state.Output),
            state.Error);
    }

    // What was taken over was there before the run began. Runs of earlier versions have no times.
    private static DateTimeOffset? BecameReady(Run run, AppStep step)
    {
        StepState[] needs = [.. StepGraph.DependenciesOf(step).Select(need => run.Steps[need]).Where(state => !state.IsTakenOver)];
        return run.Steps[step.Id].IsTakenOver || Array.Exists(needs, need => need is not { Status: StepStatus.Completed, LastTry.EndedAt: not null })
            ? null
            : needs.Select(need => need.LastTry!.EndedAt).Append(run.StartedAt).Max();
    }
}

/// <summary>A try of a step.</summary>
internal sealed record TryAnswer(
    [property: Description("Which try, from 1.")] int Number,
    [property: Description("When it began.")] string StartedAt,
    [property: Description("When it ended; null while it is under way.")] string? CompletedAt,
    [property: Description("What came of it: `running`, `completed`, `failed`, or `cancelled` with its run.")] string Status,
    [property: Description("Why it failed; null unless it did.")] string? Error)
{
    /// <summary>What is said of a try.</summary>
    public static TryAnswer Of(Run run, StepTry each) => new(
        each.Number,
        RunTime.Format(each.BeganAt),
        RunTime.Format(each.EndedAt),
        each switch
        {
            { Error: not null } => RunWords.Of(StepStatus.Failed),
            { EndedAt: not null } => RunWords.Of(StepStatus.Completed),
            _ => StepAnswer.StatusOf(run, new(StepStatus.Running)),
        },
        each.Error);
}

/// <summary>A text of which no more than the beginning is shown.</summary>
internal sealed record CutText(
    [property: Description("The text, or its beginning: at most 4 KB.")] string Text,
    [property: Description("How many bytes of UTF-8 the whole text has.")] int Bytes,
    [property: Description("Whether there is more than is shown.")] bool IsCut)
{
    private const int MaxBytes = 4 * 1024;

    /// <summary>A text as it is shown; null for none.</summary>
    public static CutText? Of(string? text) =>
        text is not null && Characters.BeginningOfBytes(text, MaxBytes) is var shown ? new(shown, Encoding.UTF8.GetByteCount(text), shown.Length < text.Length) : null;
}
