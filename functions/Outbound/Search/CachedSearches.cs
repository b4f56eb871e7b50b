using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Outbound.Search;

/// <summary>An earlier answer.</summary>
/// <param name="Results">The pages it named.</param>
/// <param name="IsFresh">Whether it is as good as a new one; if not, it is still better than none.</param>
public sealed record CachedSearch(IReadOnlyList<SearchResult> Results, bool IsFresh);

/// <summary>
/// Keeps the answers of the provider for a while. It only spares questions: when its table cannot be reached, everything is asked anew.
/// </summary>
public sealed partial class CachedSearches(
    TableServiceClient tables, IOptions<SearchOptions> options, UnreadableRows unreadable, TimeProvider time, ILogger<CachedSearches> logger)
{
    private const string StoredAt = "StoredAt";
    private const string Answer = "Answer";

    // What one column takes.
    private const int MaxBytes = 64 * 1024;

    // What takes longer than this spares nobody anything.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // For how long an answer is better than none.
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(1);

    private readonly TableClient _table = tables.GetTableClient(TableNames.Searches);
    private readonly ExpirySweep _expiry = new(tables.GetTableClient(TableNames.Searches), time);
    private readonly SearchOptions _options = options.Value;

    /// <summary>The answer to a question that was asked within the last day; null when there is none.</summary>
    public async Task<CachedSearch?> FindAsync(string query, int count, CancellationToken cancellationToken)
    {
        if (_options.CacheFor == TimeSpan.Zero)
        {
            return null;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (partition, row) = KeyOf(query, count);
            var found = await _table.GetEntityIfExistsAsync<TableEntity>(partition, row, ["PartitionKey", "RowKey", StoredAt, Answer], either.Token);
            return found.HasValue ? await unreadable.TryAsync(TableNames.Searches, found.Value!, Read) : null;
        }
        catch (Exception failure) when (IsStorage(failure) && !cancellationToken.IsCancellationRequested)
        {
            Log.NotRead(logger, failure);
            return null;
        }
    }

    /// <summary>Keeps an answer.</summary>
    public async Task KeepAsync(string query, int count, IReadOnlyList<SearchResult> results)
    {
        if (_options.CacheFor == TimeSpan.Zero || ResultCodec.Compress(results) is not { Length: <= MaxBytes } answer)
        {
            return;
        }

        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            var (partition, row) = KeyOf(query, count);
            var entity = new TableEntity(partition, row) { [StoredAt] = time.GetUtcNow(), [Answer] = answer };
            await _table.UpsertEntityAsync(entity, TableUpdateMode.Replace, patience.Token);
        }
        catch (Exception failure) when (IsStorage(failure))
        {
            Log.NotKept(logger, failure);
        }
    }

    /// <summary>Removes what is too old to be of use, once a day. Interrupted, or out of time, it goes on the next time.</summary>
    /// <returns>How many answers were removed.</returns>
    public Task<int> RemoveExpiredAsync(CancellationToken cancellationToken) =>
        _expiry.RunAsync(TableClient.CreateQueryFilter($"StoredAt lt {time.GetUtcNow() - Lifetime}"), cancellationToken);

    private CachedSearch? Read(TableEntity row)
    {
        var age = time.GetUtcNow() - (row.GetDateTimeOffset(StoredAt) ?? DateTimeOffset.MinValue);
        return age < Lifetime && row.GetBinary(Answer) is { } answer ? new(ResultCodec.Decompress(answer), age < _options.CacheFor) : null;
    }

    // Questions that providers understand alike are the same: white space does not matter, nor does case, but for operators.
    private (string Partition, string Row) KeyOf(string query, int count)
    {
        var words = query.Split(' ').Select(word => word is "AND" or "OR" or "NOT" ? word : word.ToLowerInvariant());
        var text = $"{_options.Id} {count.ToString(CultureInfo.InvariantCulture)} {string.Join(' ', words)}";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
        return (hash[..2], hash);
    }

    private static bool IsStorage(Exception failure) => failure is RequestFailedException or AggregateException or OperationCanceledException or IOException;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The kept answers of searches cannot be read")]
        public static partial void NotRead(ILogger logger, Exception failure);

        [LoggerMessage(2, LogLevel.Warning, "The answer of a search was not kept")]
        public static partial void NotKept(ILogger logger, Exception failure);
    }
}
