namespace Serverless.Local.Functions;

/// <summary>Waits that end early without an exception.</summary>
internal static class Waiting
{
    /// <summary>Waits; false when the wait was cut short.</summary>
    public static async Task<bool> TryDelay(this TimeProvider time, TimeSpan delay, CancellationToken cancellationToken)
    {
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !cancellationToken.IsCancellationRequested;
    }
}
