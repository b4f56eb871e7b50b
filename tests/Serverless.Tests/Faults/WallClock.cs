namespace Serverless.Tests.Faults;

/// <summary>A clock that is set: what it shows jumps, while timers and the measuring of intervals go on as on a real machine.</summary>
internal sealed class WallClock : TimeProvider
{
    private long _ahead;

    /// <summary>How far it is ahead of the true time; negative when it is behind.</summary>
    public TimeSpan Ahead => new(Volatile.Read(ref _ahead));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;

    /// <summary>Sets it forwards, or backwards.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _ahead, by.Ticks);

    /// <summary>Sets it right.</summary>
    public void Correct() => Volatile.Write(ref _ahead, 0);
}
