namespace Serverless.Tests.Faults;

/// <summary>Waits for what takes as long as the faults before it: what a killed process held comes back after its lease, message by message.</summary>
internal static class Patiently
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks again and again until it is so.</summary>
    public static async Task UntilAsync(Func<Task<bool>> isSo, Func<string>? otherwise = null)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await isSo())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, otherwise?.Invoke() ?? $"It is not so after {Patience}.");
            await Task.Delay(BetweenLooks);
        }
    }
}
