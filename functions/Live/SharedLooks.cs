namespace Serverless.Live;

/// <summary>Looks at what is watched.</summary>
/// <typeparam name="TPlace">How far somebody who watches has come.</typeparam>
/// <typeparam name="TLook">What a look brings.</typeparam>
/// <param name="subject">What is watched.</param>
/// <param name="earliest">The place of whoever is furthest behind: the look is for all.</param>
/// <param name="last">The look before; null when this is the first.</param>
/// <param name="cancellationToken">Gives up.</param>
public delegate Task<TLook> LookAtAsync<TPlace, TLook>(string subject, TPlace earliest, TLook? last, CancellationToken cancellationToken)
    where TLook : class;

/// <summary>
/// Looks at what is watched in turns, for all on this instance who watch the same: however many they are, there is one look in two seconds, and each of them gets it.
/// What nobody watches any more is forgotten.
/// </summary>
/// <typeparam name="TPlace">How far somebody who watches has come.</typeparam>
/// <typeparam name="TLook">What a look brings.</typeparam>
/// <param name="look">Looks.</param>
/// <param name="reaches">Whether a look reaches back to a place. One that does not is done anew at once for whoever is there.</param>
/// <param name="time">The clock.</param>
public sealed class SharedLooks<TPlace, TLook>(LookAtAsync<TPlace, TLook> look, Func<TLook, TPlace, bool> reaches, TimeProvider time)
    where TLook : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, Subject> _subjects = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>How many things are watched.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _subjects.Count;
            }
        }
    }

    /// <summary>Begins to watch something.</summary>
    /// <param name="name">What.</param>
    /// <param name="place">From where on.</param>
    /// <returns>Whoever watches, until it is disposed.</returns>
    public Follower Follow(string name, TPlace place)
    {
        lock (_gate)
        {
            if (!_subjects.TryGetValue(name, out var subject))
            {
                subject = _subjects[name] = new(name);
            }

            var follower = new Follower(this, subject) { Place = place };
            subject.Followers.Add(follower);
            return follower;
        }
    }

    private void Leave(Follower follower, Subject subject)
    {
        lock (_gate)
        {
            subject.Followers.Remove(follower);
            if (subject.Followers.Count == 0)
            {
                _subjects.Remove(subject.Name);
            }
        }
    }

    private async Task<TLook> NextAsync(Follower follower, Subject subject, TLook? known, CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan left;
            await subject.Turn.WaitAsync(cancellationToken);
            try
            {
                left = Interval - time.GetElapsedTime(subject.LookedAt);
                if (subject.Last is not { } last || left <= TimeSpan.Zero || !reaches(last, follower.Place))
                {
                    subject.Last = last = await look(subject.Name, EarliestOf(subject), subject.Last, cancellationToken);
                    subject.LookedAt = time.GetTimestamp();
                }

                if (!ReferenceEquals(last, known))
                {
                    return last;
                }
            }
            finally
            {
                subject.Turn.Release();
            }

            await Task.Delay(left, time, cancellationToken);
        }
    }

    private TPlace EarliestOf(Subject subject)
    {
        lock (_gate)
        {
            return subject.Followers.Min(follower => follower.Place)!;
        }
    }

    /// <summary>Somebody who watches something.</summary>
    public sealed class Follower : IDisposable
    {
        private readonly SharedLooks<TPlace, TLook> _looks;
        private readonly Subject _subject;
        private TLook? _known;

        internal Follower(SharedLooks<TPlace, TLook> looks, Subject subject) => (_looks, _subject) = (looks, subject);

        /// <summary>How far it has come.</summary>
        public required TPlace Place { get; set; }

        /// <summary>The next look: at first at once, and then when it is time.</summary>
        public async Task<TLook> NextAsync(CancellationToken cancellationToken) => _known = await _looks.NextAsync(this, _subject, _known, cancellationToken);

        /// <inheritdoc/>
        public void Dispose() => _looks.Leave(this, _subject);
    }

    /// <summary>Something that is watched.</summary>
    internal sealed class Subject(string name)
    {
        /// <summary>What it is.</summary>
        public string Name { get; } = name;

        /// <summary>Lets one look at a time.</summary>
        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Those who watch it.</summary>
        public HashSet<Follower> Followers { get; } = [];

        /// <summary>The last look; null before the first.</summary>
        public TLook? Last { get; set; }

        /// <summary>When that was over, by the clock's counter.</summary>
        public long LookedAt { get; set; }
    }
}
