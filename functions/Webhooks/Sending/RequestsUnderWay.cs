namespace Serverless.Webhooks.Sending;

/// <summary>
/// The requests to receivers that are under way in this process. No endpoint, and no host name, has more than a few of them in a lane; in the fast one it has no further
/// while one of them lingers. So whoever hangs takes no place that others need. Orders that find no place take turns: they come again one after another, as fast as the
/// receiver answers.
/// </summary>
/// <param name="time">Says how long requests take.</param>
public sealed class RequestsUnderWay(TimeProvider time)
{
    /// <summary>The most at once for an endpoint, and for a host name.</summary>
    public const int MaxAtOnce = 2;

    /// <summary>The most that linger at once, whoever they are for: what waits for them takes memory and sockets.</summary>
    public const int MaxLingering = 256;

    /// <summary>The last turn there is: who comes later is not given one.</summary>
    public static readonly TimeSpan LastTurn = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(WebhookLane Lane, string Whose), Receiver> _receivers = [];
    private readonly long _start = time.GetTimestamp();
    private TaskCompletionSource _left = NewSignal();
    private int _lingering;

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <summary>Takes a place for a request.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="endpoint">The receiver.</param>
    /// <param name="host">The host name of its address.</param>
    /// <returns>The place; null when there is none.</returns>
    internal Place? TryEnter(WebhookLane lane, string endpoint, string host)
    {
        var keys = Keys(lane, endpoint, host);
        lock (_lock)
        {
            return TryEnter(keys);
        }
    }

    /// <summary>Takes a place for a request in the slow lane. Where requests are answered at once, one that is free in a moment is waited for.</summary>
    /// <param name="endpoint">The receiver.</param>
    /// <param name="host">The host name of its address.</param>
    /// <param name="moment">How long that is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The place; null when there is none.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal async Task<Place?> EnterAsync(string endpoint, string host, TimeSpan moment, CancellationToken cancellationToken)
    {
        var keys = Keys(WebhookLane.Slow, endpoint, host);
        var end = Now + moment;
        while (true)
        {
            Task left;
            var patience = end - Now;
            lock (_lock)
            {
                if (TryEnter(keys) is { } place)
                {
                    return place;
                }

                if (patience <= TimeSpan.Zero || keys.Any(key => _receivers.TryGetValue(key, out var receiver) && receiver.HasLingering))
                {
                    return null;
                }

                left = _left.Task;
            }

            await left.WaitAsync(patience, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Says when an order that found no place in the slow lane is to come again.</summary>
    /// <param name="endpoint">The receiver.</param>
    /// <param name="host">The host name of its address.</param>
    /// <returns>In how long; null when <see cref="LastTurn"/> is over before those who wait already have had theirs.</returns>
    internal TimeSpan? TakeTurn(string endpoint, string host)
    {
        lock (_lock)
        {
            foreach (var (idle, _) in _receivers.Where(each => each.Value.Places.Count == 0 && each.Value.Turn <= Now).ToList())
            {
                _receivers.Remove(idle);
            }

            List<Receiver> full = [.. Keys(WebhookLane.Slow, endpoint, host).Select(key => _receivers.GetValueOrDefault(key)).OfType<Receiver>()];
            var turn = full.Select(receiver => receiver.NextTurn(Now)).DefaultIfEmpty(Now).Max();
            if (turn - Now > LastTurn)
            {
                return null;
            }

            full.ForEach(receiver => receiver.Turn = turn);
            return turn - Now;
        }
    }

    private static (WebhookLane, string)[] Keys(WebhookLane lane, string endpoint, string host) => [(lane, $"receiver {endpoint}"), (lane, $"host {host}")];

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Place? TryEnter((WebhookLane Lane, string Whose)[] keys)
    {
        if (keys.Any(key => _receivers.TryGetValue(key, out var receiver) && (receiver.Places.Count >= MaxAtOnce || (key.Lane == WebhookLane.Fast && receiver.HasLingering))))
        {
            return null;
        }

        var place = new Place(this, keys, Now);
        foreach (var key in keys)
        {
            if (!_receivers.TryGetValue(key, out var receiver))
            {
                _receivers.Add(key, receiver = new());
            }

            receiver.Places.Add(place);
        }

        return place;
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
            return true;
        }
    }

    private void Leave(Place place)
    {
        TaskCompletionSource left;
        lock (_lock)
        {
            place.HasLeft = true;
            _lingering -= place.Lingers ? 1 : 0;
            foreach (var key in place.Keys)
            {
                var receiver = _receivers[key];
                receiver.Places.Remove(place);
                receiver.Took = Now - place.Since;
                if (receiver.Places.Count == 0 && receiver.Turn <= Now)
                {
                    _receivers.Remove(key);
                }
            }

            (left, _left) = (_left, NewSignal());
        }

        left.SetResult();
    }

    /// <summary>The place of a request. It is given back when it is disposed of.</summary>
    internal sealed class Place(RequestsUnderWay requests, (WebhookLane, string)[] keys, TimeSpan since) : IDisposable
    {
        /// <summary>What it counts for.</summary>
        public (WebhookLane Lane, string Whose)[] Keys { get; } = keys;

        /// <summary>Since when it is taken.</summary>
        public TimeSpan Since { get; } = since;

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

    // An endpoint or a host name, as long as there is a request to it under way or an order waits for its turn.
    private sealed class Receiver
    {
        public List<Place> Places { get; } = [];

        // How long the last request took that is over.
        public TimeSpan Took { get; set; }

        // The last turn that was given.
        public TimeSpan Turn { get; set; }

        public bool HasLingering => Places.Exists(place => place.Lingers);

        // One that does not answer takes at least as long as it has taken so far.
        public TimeSpan NextTurn(TimeSpan now)
        {
            var pace = Places.Select(place => now - place.Since).Append(Took).Max();
            return (Turn > now ? Turn : now) + (pace / MaxAtOnce);
        }
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
