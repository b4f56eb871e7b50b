namespace Serverless.Benchmarks.Core;

/// <summary>A question about the product, and how it is answered with figures.</summary>
/// <param name="Name">How it is asked for on the command line.</param>
/// <param name="Question">What it asks.</param>
/// <param name="AnswerAsync">Measures. Says what it is at, and throws <see cref="WrongResultException"/> when what was measured did not do its work.</param>
internal sealed record Benchmark(string Name, string Question, Func<Action<string>, Task<Answer>> AnswerAsync);

/// <summary>What a benchmark found.</summary>
/// <param name="Tables">The figures.</param>
/// <param name="Notes">What has to be known to read them, a sentence or a few each.</param>
internal sealed record Answer(IReadOnlyList<Table> Tables, IReadOnlyList<string> Notes);

/// <summary>What was measured did not do its work: there is no figure then.</summary>
internal sealed class WrongResultException(string message) : Exception(message)
{
    /// <summary>Makes sure that all that was sent has arrived.</summary>
    public static void ThrowUnlessEqual(string what, long expected, long actual)
    {
        if (expected != actual)
        {
            throw new WrongResultException($"{what}: {Number.Whole(expected)} expected, {Number.Whole(actual)} found");
        }
    }
}
