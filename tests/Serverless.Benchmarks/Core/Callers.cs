namespace Serverless.Benchmarks.Core;

/// <summary>Many callers at once.</summary>
internal static class Callers
{
    /// <summary>Has a piece of work done so many times, by so many callers; each begins the next when it has done one.</summary>
    /// <param name="callers">How many at a time.</param>
    /// <param name="count">How many in all.</param>
    /// <param name="work">The work, by number.</param>
    public static Task RunAsync(int callers, int count, Func<int, Task> work)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, Math.Min(callers, count)).Select(_ => Task.Run(async () =>
        {
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                await work(number);
            }
        })));
    }
}
