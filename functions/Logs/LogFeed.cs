using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>What has come in lately. However many follow an organization here, about one look a second serves them all.</summary>
public sealed class LogFeed(ChunkFinder finder, TimeProvider time)
{
    /// <summary>Entries that are older than this by their own time are not news.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    /// <summary>How old a look may be, and how often it pays to ask.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Look> _looks = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    /// <summary>Begins to follow an organization.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="since">Since when what is asked for was stored, by the table's clock.</param>
    /// <returns>What it asks through, and leaves when it is disposed.</returns>
    internal Follower Follow(string organization, DateTimeOffset since)
    {
        lock (_gate)
        {
            if (!_looks.TryGetValue(organization, out var look))
            {
                look = _looks[organization] = new(organization);
            }

            var follower = new Follower(this, look) { Since = since };
            look.Followers.Add(follower);
            return follower;
        }
    }

    private void Leave(Follower follower, Look look)
    {
        lock (_gate)
        {
            look.Followers.Remove(follower);
            if (look.Followers.Count == 0)
            {
                _looks.Remove(look.Organization);
            }
        }
    }

    private async Task<IReadOnlyList<Chunk>> LookAsync(Look look, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await look.Turn.WaitAsync(cancellationToken);
        try
        {
            if (look.Since > since || time.GetElapsedTime(look.LookedAt) >= Interval)
            {
                var all = EarliestOf(look);
                var query = new ChunkQuery(look.Organization, new TimeRange((time.GetUtcNow() - MaxAge).UtcTicks, DateTime.MaxValue.Ticks)) { StoredSince = all };
                look.Chunks = await finder.FindAsync(LogChunks.Schema, query, cancellationToken).ToListAsync(cancellationToken);
                (look.Since, look.LookedAt) = (all, time.GetTimestamp());
            }

            return look.Chunks;
        }
        finally
        {
            look.Turn.Release();
        }
    }

    // Whoever is furthest behind decides: the look is for all.
    private DateTimeOffset EarliestOf(Look look)
    {
        lock (_gate)
        {
            return look.Followers.Min(follower => follower.Since);
        }
    }

    /// <summary>Somebody who follows an organization.</summary>
    internal sealed class Follower(LogFeed feed, Look look) : IDisposable
    {
        /// <summary>Since when what it asks for was stored, by the table's clock.</summary>
        public required DateTimeOffset Since { get; set; }

        /// <summary>The chunks that were stored since then, and some that were stored before.</summary>
        public Task<IReadOnlyList<Chunk>> LookAsync(CancellationToken cancellationToken) => feed.LookAsync(look, Since, cancellationToken);

        /// <inheritdoc/>
        public void Dispose() => feed.Leave(this, look);
    }

    /// <summary>The last look at an organization.</summary>
    internal sealed class Look(string organization)
    {
        /// <summary>Whose it is.</summary>
        public string Organization { get; } = organization;

        /// <summary>Lets one look at a time.</summary>
        public SemaphoreSlim Turn { get; } = new(1);

        /// <summary>Those who follow.</summary>
        public HashSet<Follower> Followers { get; } = [];

        /// <summary>Since when what it shows was stored.</summary>
        public DateTimeOffset Since { get; set; } = DateTimeOffset.MaxValue;

        /// <summary>When it was, by the clock's counter.</summary>
        public long LookedAt { get; set; }

        /// <summary>What it shows.</summary>
        public IReadOnlyList<Chunk> Chunks { get; set; } = [];
    }
}
