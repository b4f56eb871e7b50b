namespace Serverless.Tests.Hosting;

/// <summary>A clock that runs like the system's, or stands still, and can be moved forward: whatever waits for that time then goes on at once.</summary>
/// <param name="isStill">Whether it stands still until it is moved; whoever waits for something waits no longer than by the system's clock all the same.</param>
public sealed class AdjustableTime(bool isStill = false) : TimeProvider
{
    private readonly DateTimeOffset? _still = isStill ? System.GetUtcNow() : null;
    private readonly Lock _lock = new();
    private readonly HashSet<Timer> _timers = [];
    private TimeSpan _ahead;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How far the clock moves whenever somebody looks at it to measure how long something takes.</summary>
    public TimeSpan StepOfTimestamps { get; set; }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
        {
            return (_still ?? System.GetUtcNow()) + _ahead;
        }
    }

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        lock (_lock)
        {
            _ahead += StepOfTimestamps;
            return GetUtcNow().UtcTicks;
        }
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock.</summary>
    public void Advance(TimeSpan by)
    {
        Timer[] timers;
        lock (_lock)
        {
            _ahead += by;
            timers = [.. _timers];
        }

        foreach (var timer in timers)
        {
            timer.Reschedule();
        }
    }

    private sealed class Timer : ITimer
    {
        private readonly AdjustableTime _time;
        private readonly Action _callback;
        private readonly ITimer _inner;
        private DateTimeOffset _due;

        public Timer(AdjustableTime time, Action callback)
        {
            _time = time;
            _callback = callback;
            _inner = System.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public TimeSpan Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_time._lock)
            {
                Period = period;
                if (dueTime < TimeSpan.Zero)
                {
                    _time._timers.Remove(this);
                    return _inner.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                }

                _due = _time.GetUtcNow() + dueTime;
                _time._timers.Add(this);
            }

            Reschedule();
            return true;
        }

        public void Reschedule()
        {
            lock (_time._lock)
            {
                if (_time._timers.Contains(this))
                {
                    var left = _due - _time.GetUtcNow();
                    _inner.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
                }
            }
        }

        public void Dispose()
        {
            lock (_time._lock)
            {
                _time._timers.Remove(this);
            }

            _inner.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Fire()
        {
            if (Period > TimeSpan.Zero)
            {
                Change(Period, Period);
            }
            else
            {
                Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            _callback();
        }
    }
}
