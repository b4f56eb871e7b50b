using Microsoft.AspNetCore.Http;

namespace Serverless.Tests.Hosting;

/// <summary>Everything that can go wrong between an application and its storage, in an order that a seed settles.</summary>
/// <param name="seed">The seed.</param>
/// <param name="share">How many of the requests something happens to, from 0 to 1.</param>
public sealed class RandomFaults(int seed, double share)
{
    private static readonly int[] Statuses = [408, 409, 412, 429, 500, 503, 504];
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    /// <summary>How many requests something happened to.</summary>
    public int Count { get; private set; }

    /// <summary>What happens to the next request. Only writes are told of a conflict: nothing else can have one.</summary>
    public StorageFault Next(HttpRequest request)
    {
        lock (_lock)
        {
            if (_random.NextDouble() >= share)
            {
                return StorageFault.None;
            }

            Count++;
            var status = HttpMethods.IsGet(request.Method) ? 503 : Statuses[_random.Next(Statuses.Length)];
            return _random.Next(8) switch
            {
                0 => StorageFault.Refused(status),
                1 => StorageFault.Misreported(status),
                2 => StorageFault.ResponseLost,
                3 => StorageFault.Late(Delay()),
                4 => StorageFault.Duplicated,
                5 => StorageFault.Cut,
                6 => StorageFault.Dripping,
                _ => StorageFault.Held(Delay()),
            };
        }
    }

    private Task Delay() => Task.Delay(LongestDelay * _random.NextDouble());
}
