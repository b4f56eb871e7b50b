using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Query;

/// <summary>How fast records are found and counted.</summary>
internal static class QueryBenchmark
{
    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new("query", "How long questions about a day of records take, over HTTP.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say) => new(
        [await LogQueries.AnswerAsync(say), await EventQueries.AnswerAsync(say)],
        [
            $"The designs are compared at {Number.Whole(LogQueries.Compared)} entries, since an emulator takes too long to load more entities; "
            + $"beside it stands what Serverless takes for {Number.Whole(LogQueries.Large)}.",
            "Records were loaded past HTTP and queue, by the product's own code, in chunks of 1,000, as batches of that size leave them. Nothing is compacted.",
            "**plain design**: each entry an entity, newest first; the trace is a column that the table filters by, words and counts need every entity.",
            "Answers are looked at: the needle and nothing else, full pages, counts that add up to all.",
        ]);
}
