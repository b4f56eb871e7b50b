using System.Diagnostics;

namespace Serverless.Tests.Hosting;

/// <summary>Waits for what storage will show before long.</summary>
public static class Eventually
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Looks again and again until it is so: less often the longer it takes, for looks slow down what is waited for.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        var started = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            await Task.Delay(PauseAfter(Stopwatch.GetElapsedTime(started)), patience.Token);
        }
    }

    // A tenth of what has been waited, so that nobody waits a tenth longer than need be.
    private static TimeSpan PauseAfter(TimeSpan waited) => TimeSpan.FromTicks(Math.Clamp(waited.Ticks / 10, ShortestPause.Ticks, LongestPause.Ticks));
}
