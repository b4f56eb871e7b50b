using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Live;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>What has come in lately.</summary>
public sealed class LogFeed(ChunkFinder finder, TimeProvider time)
{
    /// <summary>Entries that are older than this by their own time are not news.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(10);

    private readonly SharedLooks<DateTimeOffset, LogLook> _looks = new(
        (organization, earliest, _, cancellationToken) => LookAsync(finder, organization, earliest, time.GetUtcNow(), cancellationToken),
        static (look, since) => look.Since <= since,
        time);

    /// <summary>How many organizations are followed.</summary>
    internal int Followed => _looks.Count;

    /// <summary>Begins to follow an organization.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="since">Since when what is asked for was stored, by the table's clock.</param>
    internal SharedLooks<DateTimeOffset, LogLook>.Follower Follow(string organization, DateTimeOffset since) => _looks.Follow(organization, since);

    private static async Task<LogLook> LookAsync(ChunkFinder finder, string organization, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var query = new ChunkQuery(organization, new TimeRange((now - MaxAge).UtcTicks, DateTime.MaxValue.Ticks)) { StoredSince = since };
        return new(since, await finder.FindAsync(LogChunks.Schema, query, cancellationToken).ToListAsync(cancellationToken));
    }
}

/// <summary>A look at what has come in.</summary>
/// <param name="Since">Since when what it shows was stored.</param>
/// <param name="Chunks">The chunks that were stored since then.</param>
internal sealed record LogLook(DateTimeOffset Since, IReadOnlyList<Chunk> Chunks);
