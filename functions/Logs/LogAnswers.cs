using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;

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
    [property: Description("How many entries were not valid; absent when all were."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Rejected,
    [property: Description("What is wrong with them, the first 100 problems."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LogProblem>? Errors,
    [property: Description("Entries that were accepted, and yet not as they were meant, such as those of tomorrow."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyList<LogProblem>? Warnings);

/// <summary>A page of entries.</summary>
internal sealed record LogPage(
    [property: Description("The entries, the newest first."), Shape(LogShapes.Entry)] IEnumerable<RawJson> Logs,
    [property: Description("Where the next page begins; null when this is the last.")] string? NextCursor);

/// <summary>Counts over time.</summary>
internal sealed record LogStatsAnswer(
    [property: Description("How long a step is, as in the parameter.")] string Interval,
    [property: Description("All entries.")] long Total,
    [property: Description("Every step, the oldest first, also those without entries.")] IEnumerable<LogBucket> Buckets);

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
internal sealed partial class LogJson : JsonSerializerContext;
