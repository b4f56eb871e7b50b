using Microsoft.Extensions.Caching.Memory;

namespace Serverless.Runs.Engine;

/// <summary>
/// Hands runs that are being inserted by this process to whoever begins them in it: they need not be read, and their message may be faster
/// than the insertion.
/// </summary>
public sealed class RunHandover : IDisposable
{
    private const long MaxBytes = 64 * 1024 * 1024;

    // After that it is likely that somebody else has begun the run.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _offers = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>Offers a run.</summary>
    /// <param name="id">The run.</param>
    /// <param name="bytes">What it takes.</param>
    /// <param name="insertion">Brings it once it is stored; null if it was not, or by somebody else.</param>
    internal void Offer(RunId id, int bytes, Task<StoredRun?> insertion)
    {
        using var offer = _offers.CreateEntry(id);
        offer.Value = insertion;
        offer.Size = bytes;
        offer.AbsoluteExpirationRelativeToNow = Lifetime;
    }

    /// <summary>Takes a run, once.</summary>
    /// <returns>The run as it was inserted; null when it has to be looked for.</returns>
    internal async Task<StoredRun?> TakeAsync(RunId id)
    {
        if (!_offers.TryGetValue(id, out Task<StoredRun?>? insertion))
        {
            return null;
        }

        _offers.Remove(id);
        return await insertion!;
    }

    /// <inheritdoc/>
    public void Dispose() => _offers.Dispose();
}
