using Azure.Data.Tables;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Outbound.Search;

/// <summary>Whether the provider may be asked.</summary>
/// <param name="MayPass">Whether it may.</param>
/// <param name="IsProbe">Whether this is the one question that tells if it is back.</param>
/// <param name="RetryAfter">If not, for how long not.</param>
public readonly record struct BreakerDecision(bool MayPass, bool IsProbe, TimeSpan RetryAfter);

/// <summary>
/// Leaves the provider alone for a minute once it has failed five times in a row, then lets one question through, and closes when that
/// is answered. Failures are counted by each instance; that it is open stands in a row for all of them, and who takes the one question
/// is settled by that row. While all is well it costs no transaction: an instance looks at the row when it starts to search, and
/// after a failure.
/// </summary>
public sealed class SearchBreaker(TableServiceClient tables, IOptions<SearchOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>For how long the provider is left alone.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromMinutes(1);

    private const string Partition = "breaker";
    private const string OpenUntil = "OpenUntil";
    private const int FailuresInARow = 5;

    // A little longer than the question can take: whoever was killed over it keeps nobody waiting for long.
    private static readonly TimeSpan ProbeFor = SearchUpstream.Patience + TimeSpan.FromSeconds(5);

    // What is open for longer than this was opened by a clock that is wrong.
    private static readonly TimeSpan LongestOpen = OpenFor + TimeSpan.FromSeconds(10);
    private static readonly DateTimeOffset Closed = DateTimeOffset.UnixEpoch;

    private readonly Ledger _ledger = new(tables.GetTableClient(TableNames.Searches), time);
    private readonly string _row = options.Value.Id;
    private int _failures;

    // How often there was reason to look at the row, and up to which of them it was found closed.
    private int _doubts = 1;
    private int _settled;

    /// <summary>Asks for leave to ask the provider. Whoever gets it says how it went.</summary>
    public async Task<BreakerDecision> EnterAsync()
    {
        var doubts = Volatile.Read(ref _doubts);
        if (doubts == Volatile.Read(ref _settled))
        {
            return new(true, false, TimeSpan.Zero);
        }

        var decision = await _ledger.ApplyAsync(Partition, [_row], Decide);
        if (decision is { MayPass: true, IsProbe: false })
        {
            Volatile.Write(ref _settled, doubts);
        }

        return decision;
    }

    /// <summary>The provider answered.</summary>
    public async Task SucceedAsync(BreakerDecision decision)
    {
        Volatile.Write(ref _failures, 0);
        if (decision.IsProbe)
        {
            await SetAsync(Closed);
        }
    }

    /// <summary>The provider failed.</summary>
    public async Task FailAsync(BreakerDecision decision)
    {
        Interlocked.Increment(ref _doubts);
        if (decision.IsProbe)
        {
            await SetAsync(time.GetUtcNow() + OpenFor);
        }
        else if (Interlocked.Increment(ref _failures) == FailuresInARow)
        {
            Volatile.Write(ref _failures, 0);

            // Others who were still waiting for the provider do not prolong it.
            await SetAsync(time.GetUtcNow() + OpenFor, unlessOpen: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ledger.Dispose();

    private Verdict<BreakerDecision> Decide(LedgerView view)
    {
        var now = time.GetUtcNow();
        if (IsClosed(view))
        {
            return new(new(true, false, TimeSpan.Zero));
        }

        if (Left(view, now) is { } left)
        {
            return new(new(false, false, left));
        }

        view.Set(_row, OpenUntil, now + ProbeFor);
        return new(new(true, true, TimeSpan.Zero));
    }

    private async Task SetAsync(DateTimeOffset openUntil, bool unlessOpen = false) => await _ledger.ApplyAsync(Partition, [_row], view =>
    {
        if (!unlessOpen || Left(view, time.GetUtcNow()) is null)
        {
            view.Set(_row, OpenUntil, openUntil);
        }

        return new Verdict<bool>(true);
    });

    private bool IsClosed(LedgerView view) => view.Get(_row, OpenUntil) is not DateTimeOffset openUntil || openUntil == Closed;

    // For how long it is still open; null when that is over.
    private TimeSpan? Left(LedgerView view, DateTimeOffset now) =>
        view.Get(_row, OpenUntil) is DateTimeOffset openUntil && openUntil > now && openUntil - now <= LongestOpen ? openUntil - now : null;
}
