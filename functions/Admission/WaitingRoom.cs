namespace Serverless.Admission;

/// <summary>
/// Where requests over a rate wait until there is a permit for them, rather than being refused: on each instance a bounded number at a time, each of them for a
/// bounded time.
/// </summary>
/// <param name="time">The clock.</param>
public sealed class WaitingRoom(TimeProvider time)
{
    /// <summary>How many wait at the same time.</summary>
    public const int Seats = 64;

    /// <summary>How long a request waits in all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private int _taken;

    /// <summary>How many are waiting.</summary>
    public int Taken => Volatile.Read(ref _taken);

    /// <summary>The turn of one request, which has not waited yet.</summary>
    /// <param name="gone">Says that its caller has left.</param>
    public Turn Enter(CancellationToken gone) => new(this, gone);

    /// <summary>Waits.</summary>
    /// <returns>Whether it did: not if all seats are taken.</returns>
    /// <exception cref="OperationCanceledException">The caller left.</exception>
    internal async Task<bool> WaitAsync(TimeSpan wait, CancellationToken gone)
    {
        if (Interlocked.Increment(ref _taken) > Seats)
        {
            Interlocked.Decrement(ref _taken);
            return false;
        }

        try
        {
            await Task.Delay(wait, time, gone);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _taken);
        }
    }
}
