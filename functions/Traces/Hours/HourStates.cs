namespace Serverless.Traces.Hours;

/// <summary>
/// The states of hours that are at hand, as many as there is room for, and always the one that was used last, however large it is: else each batch of an
/// hour that is larger than the room would read it anew.
/// </summary>
/// <param name="room">How much room there is, by the number of ids.</param>
/// <param name="time">The clock.</param>
internal sealed class HourStates(int room, TimeProvider time)
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly LinkedList<(string Project, HourKey Hour, HourState State, long UsedAt)> _states = [];

    /// <summary>Takes a state out, for whoever is going to change it; null when it is not at hand.</summary>
    public HourState? Take(string project, HourKey hour)
    {
        lock (_gate)
        {
            for (var node = _states.First; node is not null; node = node.Next)
            {
                if (node.Value.Hour == hour && node.Value.Project == project)
                {
                    _states.Remove(node);
                    return node.Value.State;
                }
            }

            return null;
        }
    }

    /// <summary>Puts a state in. Those that were not used for the longest time make room for it.</summary>
    public void Put(string project, HourKey hour, HourState state)
    {
        lock (_gate)
        {
            _states.AddFirst((project, hour, state, time.GetTimestamp()));
            var left = room;
            for (var node = _states.First; node is not null;)
            {
                var next = node.Next;
                left -= node.Value.State.Size;
                if (node != _states.First && (left < 0 || time.GetElapsedTime(node.Value.UsedAt) > Kept))
                {
                    _states.Remove(node);
                }

                node = next;
            }
        }
    }
}
