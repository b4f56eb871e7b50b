using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// Upkeep's way through a table, from one partition to the next. A run takes a bounded time; the next one goes on with the partition after the last, in
/// whatever process.
/// </summary>
/// <param name="table">The table.</param>
/// <param name="columns">What is read of the first row of a partition, beside its keys.</param>
/// <param name="time">The clock.</param>
internal sealed class PartitionWalk(TableClient table, IEnumerable<string> columns, TimeProvider time)
{
    // A third of what the Functions host allows, and half of the time between two runs.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    // What a run that is killed repeats, at the most.
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(30);

    /// <summary>Goes on, at most for five minutes.</summary>
    /// <param name="begin">What comes before the first partition.</param>
    /// <param name="keep">Looks after a partition, whose first row it is given.</param>
    /// <param name="cancellationToken">Ends the run between two transactions.</param>
    /// <returns>The partition at which it ran out of time; null when it came to the end of the table.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="Azure.RequestFailedException">The table cannot be read.</exception>
    public async Task<string?> RunAsync(
        Func<CancellationToken, Task> begin, Func<TableEntity, CancellationToken, Task> keep, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(LongestRun, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var cursor = new UpkeepCursor(table);
        var last = await cursor.ReadAsync(cancellationToken);
        var notedAt = time.GetTimestamp();
        try
        {
            await begin(either.Token);
            await foreach (var first in FirstRowsAfterAsync(last, either.Token))
            {
                // A partition that takes all the time there is must not keep the others from theirs.
                last = first.PartitionKey;
                await keep(first, either.Token);
                if (time.GetElapsedTime(notedAt) >= BetweenNotes)
                {
                    await cursor.MoveAsync(last, either.Token);
                    notedAt = time.GetTimestamp();
                }
            }

            last = UpkeepCursor.Partition;
            return null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return last;
        }
        finally
        {
            await cursor.MoveAsync(last, CancellationToken.None);
        }
    }

    // Asks for the first row of the next partition, over and over: one transaction for each.
    private async IAsyncEnumerable<TableEntity> FirstRowsAfterAsync(string last, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await table
                .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey gt {last}"), maxPerPage: 1, columns, cancellationToken)
                .FirstOrDefaultAsync(cancellationToken);
            if (next is null)
            {
                yield break;
            }

            last = next.PartitionKey;
            yield return next;
        }
    }
}
