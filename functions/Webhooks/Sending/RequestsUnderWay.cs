namespace Serverless.Webhooks.Sending;

/// <summary>
/// The requests to receivers that are under way in this process. No endpoint, and no host name, has more than a few of them in a lane; in the fast one it has no further
/// while one of them lingers. So whoever hangs takes no place that others need.
/// </summary>
public sealed class RequestsUnderWay
{
    /// <summary>The most at once for an endpoint, and for a host name.</summary>
    public const int MaxAtOnce = 2;

    /// <summary>The most that linger at once, whoever they are for: what waits for them takes memory and sockets.</summary>
    public const int MaxLingering = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<(WebhookLane Lane, string Whose), Count> _counts = [];
    private int _lingering;

    /// <summary>Takes a place for a request.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="receiver">The receiver.</param>
    /// <param name="host">The host name of its address.</param>
    /// <returns>The place; null when there is none.</returns>
    internal Place? TryEnter(WebhookLane lane, string receiver, string host)
    {
        (WebhookLane, string)[] keys = [(lane, $"receiver {receiver}"), (lane, $"host {host}")];
        lock (_lock)
        {
            if (keys.Any(key => _counts.TryGetValue(key, out var count) && (count.Requests >= MaxAtOnce || (lane == WebhookLane.Fast && count.Lingering > 0))))
            {
                return null;
            }

            foreach (var key in keys)
            {
                _counts.TryAdd(key, new());
                _counts[key].Requests++;
            }
        }

        return new Place(this, keys);
    }

    private bool TryLinger(Place place)
    {
        lock (_lock)
        {
            if (place.HasLeft || _lingering >= MaxLingering)
            {
                return false;
            }

            _lingering++;
            place.Lingers = true;
            foreach (var key in place.Keys)
            {
                _counts[key].Lingering++;
            }

            return true;
        }
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            place.HasLeft = true;
            var lingering = place.Lingers ? 1 : 0;
            _lingering -= lingering;
            foreach (var key in place.Keys)
            {
                var count = _counts[key];
                count.Lingering -= lingering;
                if (--count.Requests == 0)
                {
                    _counts.Remove(key);
                }
            }
        }
    }

    /// <summary>The place of a request. It is given back when it is disposed of.</summary>
    internal sealed class Place(RequestsUnderWay requests, (WebhookLane, string)[] keys) : IDisposable
    {
        /// <summary>What it counts for.</summary>
        public (WebhookLane Lane, string Whose)[] Keys { get; } = keys;

        /// <summary>Whether its request lingers.</summary>
        public bool Lingers { get; set; }

        /// <summary>Whether it was given back.</summary>
        public bool HasLeft { get; set; }

        /// <summary>Notes that the request lingers: nobody waits in the lane for it any more.</summary>
        /// <returns>False when it is over, or too many do: then somebody has to wait.</returns>
        public bool TryLinger() => requests.TryLinger(this);

        /// <inheritdoc/>
        public void Dispose() => requests.Leave(this);
    }

    private sealed class Count
    {
        public int Requests { get; set; }

        public int Lingering { get; set; }
    }
}

/// <summary>A way that orders take.</summary>
internal enum WebhookLane
{
    /// <summary>Where all begin.</summary>
    Fast,

    /// <summary>Where whoever is slow, or has too much at once, delays nobody else.</summary>
    Slow,
}
