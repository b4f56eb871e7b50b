namespace Serverless.Tests.Hosting;

/// <summary>Waits for what storage will show before long.</summary>
public static class Eventually
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task TrueAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (!await isSo())
        {
            await Task.Delay(BetweenLooks, patience.Token);
        }
    }
}
