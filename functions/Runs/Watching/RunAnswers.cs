using System.ComponentModel;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Concurrency;
using Serverless.Workspaces;

namespace Serverless.Runs.Watching;

/// <summary>What is said of a run wherever it is spoken of.</summary>
internal abstract record ReplayAnswer
{
    /// <summary>The run that it replays; null when it replays none.</summary>
    [Description("The id of the run that it replays; absent when it replays none.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ReplayOf { get; init; }
}

/// <summary>The same, of one that may be on its way.</summary>
internal abstract record UnderWayAnswer : ReplayAnswer
{
    /// <summary>What it waits for; null when it does not wait.</summary>
    [Description("What a `queued` run waits for since it was told to, because its app says `concurrency`; absent when it has begun, or nobody has told it to wait.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitsForAnswer? WaitsFor { get; init; }
}

/// <summary>What a run waits for.</summary>
internal sealed record WaitsForAnswer(
    [property: Description("Fewer than so many have to be under way before it begins.")] int Limit,
    [property: Description("Of those for which the `key` of its app comes to this, of which the first 200 characters are shown; null for all runs of the app.")] string? Key)
{
    /// <summary>What is said of what a run waits for; null for nothing.</summary>
    public static WaitsForAnswer? Of(RunWait? wait) => wait is null ? null : new(wait.Limit, wait.Key);
}

/// <summary>What whoever starts a run is told.</summary>
internal sealed record AcceptedRun(
    [property: Description("Its id.")] string RunId,
    [property: Description("The id of its app.")] string WorkflowId,
    [property: Description("The name of its app.")] string WorkflowName,
    [property: Description("How far it is: `queued`.")] string Status,
    [property: Description("Where its end is reported to; null for nowhere.")] string? WebhookUrl,
    [property: Description("Its outputs, in the order of its app.")] IEnumerable<OutputAnswer> Outputs) : ReplayAnswer
{
    /// <summary>What is said of a run that was just accepted.</summary>
    public static AcceptedRun Of(Run run) =>
        new(run.Id.Text, run.App.AppId, run.App.Name, RunWords.Of(run.Status), run.WebhookUrl, RunOutput.Of(run).Select(OutputAnswer.Of)) { ReplayOf = run.ReplayOf?.Text };
}

/// <summary>A run with its outputs.</summary>
internal sealed record RunAnswer(
    [property: Description("Its id.")] string RunId,
    [property: Description("The id of its app.")] string WorkflowId,
    [property: Description("How far it is: `queued`, `running`, `completed`, `failed` or `cancelled`.")] string Status,
    [property: Description("Its outputs, in the order of its app.")] IEnumerable<OutputAnswer> Outputs,
    [property: Description("Why it failed; null unless it did.")] string? ErrorMessage,
    [property: Description("When it began, in UTC, to the millisecond; null before that.")] string? StartedAt,
    [property: Description("When it came to its end; null before that.")] string? CompletedAt,
    [property: Description("When it was accepted.")] string CreatedAt,
    [property: Description("How many of its outputs are there.")] ProgressAnswer Progress) : UnderWayAnswer
{
    /// <summary>What is said of a run.</summary>
    public static RunAnswer Of(Run run)
    {
        var outputs = RunOutput.Of(run);
        return new(
            run.Id.Text,
            run.App.AppId,
            RunWords.Of(run.Status),
            outputs.Select(OutputAnswer.Of),
            run.ErrorMessage,
            RunTime.Format(run.StartedAt),
            RunTime.Format(run.CompletedAt),
            RunTime.Format(run.CreatedAt),
            ProgressAnswer.Of(outputs))
        {
            ReplayOf = run.ReplayOf?.Text,
            WaitsFor = WaitsForAnswer.Of(RunWait.Of(run)),
        };
    }
}

/// <summary>An output of a run.</summary>
internal sealed record OutputAnswer(
    [property: Description("Its id within the app.")] string Id,
    [property: Description("What it is called.")] string Label,
    [property: Description("What it is: `text`, `json` or `url`; `pending` as long as there is no value.")] string Type,
    [property: Description("Its value; null until there is one. A `json` whose step did not give JSON is the text it gave."), Shape(Lamina.ValueShape)] RawJson Value,
    [property: Description("How far it is: `pending`, `completed`, `error` or `cancelled`.")] string Status,
    [property: Description("Why there is no value; null unless that is sure.")] string? Error)
{
    private const string NotThere = "pending";
    private const string JsonOutput = "json";

    /// <summary>What is said of an output.</summary>
    public static OutputAnswer Of(RunOutput output)
    {
        var (definition, status, value, error) = output;
        return new(definition.Id, definition.Label, value is null ? NotThere : definition.Type, ValueOf(definition.Type, value), RunWords.Of(status), error);
    }

    // What should be JSON and is not stands there as the text it is.
    private static RawJson ValueOf(string type, string? value) =>
        new(value is not null && type == JsonOutput && TryParse(value) is { } json ? JsonResponse.Body(json, RunJson.Default.JsonElement) : JsonResponse.Body(value, RunJson.Default.String!));

    private static JsonElement? TryParse(string text)
    {
        try
        {
            return JsonElement.Parse(JsonText.Mended(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>How many outputs of a run are there.</summary>
internal sealed record ProgressAnswer(
    [property: Description("All of them.")] int TotalOutputs,
    [property: Description("Those that are there.")] int CompletedOutputs,
    [property: Description("Those that failed.")] int FailedOutputs,
    [property: Description("How many of a hundred are there, rounded down.")] int PercentComplete)
{
    /// <summary>The progress of outputs.</summary>
    public static ProgressAnswer Of(IReadOnlyList<RunOutput> outputs)
    {
        var completed = outputs.Count(output => output.Status == OutputStatus.Completed);
        return new(outputs.Count, completed, outputs.Count(output => output.Status == OutputStatus.Error), completed * 100 / outputs.Count);
    }
}

/// <summary>A run, and whether it is not over yet.</summary>
internal sealed record WaitAnswer(
    [property: Description("The run.")] RunAnswer Data,
    [property: Description("Whether the time was up before the run came to its end.")] bool Timeout);

/// <summary>What a list says of a run.</summary>
internal sealed record ListedRun(
    [property: Description("Its id.")] string RunId,
    [property: Description("The id of its app.")] string WorkflowId,
    [property: Description("How far it is: `queued`, `running`, `completed`, `failed` or `cancelled`.")] string Status,
    [property: Description("What started it: `api_app` for a request, `trigger` for a trigger, `replay` for whoever wanted a run once more.")] string Source,
    [property: Description("Why it failed; null unless it did.")] string? ErrorMessage,
    [property: Description("When it began, in UTC, to the millisecond; null before that.")] string? StartedAt,
    [property: Description("When it came to its end; null before that.")] string? CompletedAt,
    [property: Description("When it was accepted.")] string CreatedAt) : UnderWayAnswer
{
    /// <summary>What is said of a run.</summary>
    public static ListedRun Of(RunSummary run) => new(
        run.Id.Text,
        run.AppId,
        RunWords.Of(run.Status),
        run.Source,
        run.ErrorMessage,
        RunTime.Format(run.StartedAt),
        RunTime.Format(run.CompletedAt),
        RunTime.Format(run.Id.CreatedAt))
    {
        ReplayOf = run.ReplayOf?.Text,
        WaitsFor = WaitsForAnswer.Of(run.WaitsFor),
    };
}

/// <summary>A page of runs.</summary>
internal sealed record RunPage(
    [property: Description("The runs, the newest first.")] IEnumerable<ListedRun> Data,
    [property: Description("Which of them these are.")] RunPagination Pagination);

/// <summary>What a page is a part of.</summary>
internal sealed record RunPagination(
    [property: Description("How many match in all. In the moment that runs come to their end it may be off by a few.")] int Total,
    [property: Description("The most on a page.")] int Limit,
    [property: Description("How many were passed over.")] int Offset,
    [property: Description("The `cursor` of the next page; null on the last.")] string? NextCursor)
{
    /// <summary>False when there are more than were counted; null when the total is exact.</summary>
    [Description("False when there are more than `total`, for no more than 10,000 runs were looked at to count them; else it is absent.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? TotalIsExact { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Answered<AcceptedRun>))]
[JsonSerializable(typeof(Answered<RunAnswer>))]
[JsonSerializable(typeof(Answered<IEnumerable<StepAnswer>>))]
[JsonSerializable(typeof(WaitAnswer))]
[JsonSerializable(typeof(RunPage))]
[JsonSerializable(typeof(Answered<IEnumerable<ListedRun>>))]
[JsonSerializable(typeof(ListedRun))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(StepAnswer))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
internal sealed partial class RunJson : JsonSerializerContext;
