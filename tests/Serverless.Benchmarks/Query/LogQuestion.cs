using System.Text.Json;

namespace Serverless.Benchmarks.Query;

/// <summary>A question about a day of log entries, which both designs understand.</summary>
/// <param name="Name">What it asks.</param>
/// <param name="Path">How it is asked.</param>
/// <param name="Expected">What <paramref name="Found"/> has to say.</param>
/// <param name="Found">Counts what the answer is judged by.</param>
internal sealed record LogQuestion(string Name, Func<LogDay, string> Path, Func<LogDay, long> Expected, Func<JsonElement, long> Found)
{
    private const int PageSize = 100;
    private const int EntriesOfTrace = 5;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LogQuestion> All { get; } =
    [
        new("a needle by its trace", day => $"/v1/logs?{day.Range}&trace_id={day.NeedleTrace}", _ => EntriesOfTrace, Entries),
        new("a needle by words of its message", day => $"/v1/logs?{day.Range}&q={Uri.EscapeDataString("disk full")}", _ => 1, Entries),
        new("the newest 100", day => $"/v1/logs?{day.Range}&limit={PageSize}", _ => PageSize, Entries),
        new("counts by level and hour", day => $"/v1/logs/stats?{day.Range}&interval=1h", day => day.Entries, answer => answer.GetProperty("total").GetInt64()),
    ];

    private static long Entries(JsonElement answer) => answer.GetProperty("logs").GetArrayLength();
}
