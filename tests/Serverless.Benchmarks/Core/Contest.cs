namespace Serverless.Benchmarks.Core;

/// <summary>Measures things in turn, so that whatever else the machine does meets all of them.</summary>
internal static class Contest
{
    /// <summary>Lets each contender have its turn, as often as asked for, each time another one first. A first round only warms up.</summary>
    /// <param name="repetitions">How many turns count.</param>
    /// <param name="contenders">The contenders.</param>
    /// <returns>What each did, by turns.</returns>
    public static Task<IReadOnlyList<IReadOnlyList<T>>> RunAsync<T>(int repetitions, params IReadOnlyList<Func<Task<T>>> contenders) =>
        RunAsync(1, repetitions, contenders);

    /// <summary>Lets each contender have its turn, as often as asked for, each time another one first.</summary>
    /// <param name="warmUps">How many rounds go before, and do not count.</param>
    /// <param name="repetitions">How many turns count.</param>
    /// <param name="contenders">The contenders.</param>
    /// <returns>What each did, by turns.</returns>
    public static async Task<IReadOnlyList<IReadOnlyList<T>>> RunAsync<T>(int warmUps, int repetitions, params IReadOnlyList<Func<Task<T>>> contenders)
    {
        var results = contenders.Select(_ => new List<T>()).ToArray();
        for (var round = 0; round < warmUps + repetitions; round++)
        {
            for (var turn = 0; turn < contenders.Count; turn++)
            {
                var contender = (turn + round) % contenders.Count;
                var result = await contenders[contender]();
                if (round >= warmUps)
                {
                    results[contender].Add(result);
                }
            }
        }

        return results;
    }
}
