using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Index;
using Serverless.Json;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>An error of LuminaLog.</summary>
internal sealed record LogError(
    [property: Description("What went wrong, in a sentence.")] string Error,
    [property: Description("What went wrong, for a program.")] string Code,
    [property: Description("The id of the request, as in the header X-Request-Id."), JsonPropertyName("requestId")] string RequestId,
    [property: Description("What is wrong with the request, the first 100 problems; on validation errors only."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<LogProblem>? Details);

/// <summary>Something that is wrong with a request, or worth a warning.</summary>
internal sealed record LogProblem(
    [property: Description("The entry of the batch it is about, from zero; null when it is about the whole request.")] int? Index,
    [property: Description("The field or the parameter; null when it is none in particular.")] string? Field,
    [property: Description("The rule that was broken, for a program.")] string Code,
    [property: Description("The rule in words.")] string Message)
{
    /// <summary>The most problems that one answer lists.</summary>
    public const int MaxShown = 100;

    /// <summary>The first of some problems.</summary>
    public static IReadOnlyList<LogProblem> Of(IReadOnlyList<ErrorDetail> details) =>
        [.. details.Take(MaxShown).Select(detail => new LogProblem(detail.Index, detail.Field, detail.Code, detail.Message))];
}

/// <summary>What becomes of a batch.</summary>
internal sealed record BatchAnswer(
    [property: Description("Always the same sentence.")] string Message,
    [property: Description("How many entries were accepted.")] int Processed,
    [property: Description("What the quota is charged: the bytes of the accepted entries, as sent.")] long BytesUsed,
    [property: Description("The id of the key that was used. The vendor's clients expect it.")] string DebugUserId,
    [property: Description("How many entries were not valid; absent when all were."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rejected,
    [property: Description("What is wrong with them, the first 100 problems."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LogProblem>? Errors,
    [property: Description("Entries that were accepted, and yet not as they were meant, such as those of tomorrow."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<LogProblem>? Warnings);

/// <summary>A page of entries.</summary>
internal sealed record LogPage(
    [property: Description("The entries, the newest first."), Shape(LogShapes.Entry)] IEnumerable<RawJson> Logs,
    [property: Description("Where the next page begins; null when this is the last.")] string? NextCursor)
{
    /// <summary>What it took; null unless it was asked for.</summary>
    [Description("What it took to find them; absent unless `explain` is true."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LogExplanation? Explain { get; init; }
}

/// <summary>What it takes to answer a question about entries.</summary>
internal sealed record LogExplanation(
    [property: Description("Whether terms of the question were looked for in filters and indexes. Otherwise everything of its time, level and labels was opened.")] bool UsesIndex,
    [property: Description("How many chunks were looked at that came in lately, or cannot be compacted.")] int Chunks,
    [property: Description("How many segments were looked at, each with what was compacted of an hour.")] int Segments,
    [property: Description("How many rows of indexes were read.")] int IndexRows,
    [property: Description("How many chunks, and blocks of segments, were passed over because of their terms.")] int Skipped,
    [property: Description("How many were opened.")] int Opened)
{
    /// <summary>Of a question that was answered.</summary>
    public static LogExplanation Of(ChunkQuery query)
    {
        var cost = query.Cost;
        return new(query.Terms != TermQuestion.Anything, cost.Chunks, cost.Segments, cost.IndexRows, cost.Skipped, cost.Opened);
    }
}

/// <summary>The fields of entries.</summary>
internal sealed record LogFieldsAnswer(
    [property: Description("How many entries were looked at.")] int Entries,
    [property: Description("Whether there are others that were not.")] bool IsSample,
    [property: Description("The fields, those that most entries have first.")] IEnumerable<LogFieldAnswer> Fields);

/// <summary>A field of entries.</summary>
internal sealed record LogFieldAnswer(
    [property: Description("Its name, as questions have it.")] string Name,
    [property: Description("How many of the entries have it.")] int Count,
    [property: Description("Its ten most frequent values.")] IEnumerable<LogValueAnswer> Values);

/// <summary>A value of a field.</summary>
internal sealed record LogValueAnswer(
    [property: Description("The value, cut at 256 characters.")] string Value,
    [property: Description("How many of the entries have it.")] int Count);

/// <summary>What happened around an entry.</summary>
internal sealed record LogContextAnswer(
    [property: Description("The entries after it, the newest first."), Shape(LogShapes.Entry)] IEnumerable<RawJson> After,
    [property: Description("The entry."), Shape(LogShapes.Entry)] RawJson Entry,
    [property: Description("The entries before it, the newest first."), Shape(LogShapes.Entry)] IEnumerable<RawJson> Before);

/// <summary>Counts over time.</summary>
internal sealed record LogStatsAnswer(
    [property: Description("How long a step is, as in the parameter.")] string Interval,
    [property: Description("All entries.")] long Total,
    [property: Description("Every step, the oldest first, also those without entries.")] IEnumerable<LogBucket> Buckets)
{
    /// <summary>How far back the counts have come; null when they are complete.</summary>
    [Description("The time from which on everything was counted; absent when that is all of it."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Reached { get; init; }

    /// <summary>Where to go on; null when there is nothing left.</summary>
    [Description("Goes on with what was before that; absent when nothing was."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NextCursor { get; init; }

    /// <summary>The most frequent values; null unless they were asked for.</summary>
    [Description("The entries by the values of the field that was asked for: the ten most frequent ones. Absent unless `group_by` is given."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IEnumerable<LogGroup>? Groups { get; init; }

    /// <summary>All other values together; null when there are none.</summary>
    [Description("The entries of all other values together; absent when there are none."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LogGroup? Rest { get; init; }
}

/// <summary>Entries that have a value.</summary>
internal sealed record LogGroup(
    [property: Description("The value; null for entries without the field, and for other values together.")] string? Value,
    [property: Description("Its entries.")] long Total,
    [property: Description("Its entries in each step, the oldest first.")] IReadOnlyList<int> Counts);

/// <summary>A step of time.</summary>
internal sealed record LogBucket(
    [property: Description("When it begins.")] DateTime Time,
    [property: Description("Its entries.")] long Total,
    [property: Description("Its entries by level.")] LevelCounts Levels);

/// <summary>Entries by level.</summary>
internal sealed record LevelCounts(int Debug, int Info, int Warn, int Error, int Fatal, int Panic)
{
    /// <summary>Of counts at the places that levels have in <see cref="LogLevels.Names"/>.</summary>
    public static LevelCounts Of(IReadOnlyList<int> counts) => new(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LogError))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(LogPage))]
[JsonSerializable(typeof(LogStatsAnswer))]
[JsonSerializable(typeof(LogFieldsAnswer))]
[JsonSerializable(typeof(LogContextAnswer))]
internal sealed partial class LogJson : JsonSerializerContext;
