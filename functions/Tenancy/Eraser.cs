using Azure.Data.Tables;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// Removes the data of what was deleted: every row of every partition that begins with its id, whatever it is, in every table that keeps data of tenants. What is
/// gone is the place where the next run goes on; two at once do no harm. What was on its way when it was deleted may still
/// write for a while: so there is a second look, an hour after there was nothing left.
/// </summary>
public sealed partial class Eraser(
    TableServiceClient tables, Erasures erasures, AccountDirectory directory, AccountStore accounts, ProjectStore projects, FormerMembers members, TimeProvider time, ILogger<Eraser> logger)
{
    /// <summary>How long what was on its way may write: a message waits ten minutes without being looked at twice, and a function takes fifteen.</summary>
    internal static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    // Half of what the Functions host allows, and of the time between two runs.
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    // What a run that is killed has not counted, at the most.
    private const int RowsAtOnce = 1000;

    // Runs come first: they go on for as long as they are there.
    private static readonly IReadOnlyList<string> Tables =
        [TableNames.Runs, .. TableNames.All.Except([TableNames.Runs, TableNames.Clients, TableNames.Searches], StringComparer.Ordinal)];

    /// <summary>Does what is due, at most for five minutes.</summary>
    /// <param name="cancellationToken">Ends it between two transactions; the next run goes on.</param>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var pending = await erasures.FindPendingAsync(cancellationToken).ToListAsync(cancellationToken);
        for (var index = 0; index < pending.Count; index++)
        {
            // One that takes all the time there is must not keep the others from theirs.
            var left = (LongestRun - time.GetElapsedTime(started)) / (pending.Count - index);
            await TryEraseAsync(pending[index], left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        }
    }

    private async Task TryEraseAsync(Erasure erasure, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await EraseAsync(erasure, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.OutOfTime(logger, erasure.Id);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            // The others shall not suffer for it.
            Log.Failed(logger, failure, erasure.Id);
        }
    }

    private async Task EraseAsync(Erasure erasure, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < erasure.ClearedAt + Settling)
        {
            return;
        }

        var organization = TenantIds.OrganizationOf(erasure.Id);
        if (organization is null)
        {
            await EraseOrganizationAsync(erasure.Id, cancellationToken);
        }
        else
        {
            await EraseProjectAsync(erasure.Id, organization, cancellationToken);
        }

        if (erasure.ClearedAt is null)
        {
            await erasures.ClearAsync(erasure.Id);
            return;
        }

        await erasures.EndAsync(erasure.Id);
        Log.Erased(logger, erasure.Id);
    }

    private async Task EraseOrganizationAsync(string organization, CancellationToken cancellationToken)
    {
        // Whoever was asked to delete it may have died before this.
        await accounts.EraseAsync(organization);
        await members.ForgetAsync(organization, cancellationToken);
        foreach (var table in Tables)
        {
            await RemovePartitionsAsync(organization, table, organization, cancellationToken);
            await RemovePartitionsAsync(organization, table, TenantIds.ProjectsOf(organization), cancellationToken);
        }

        await directory.RemoveAsync(AccountKind.Organization, organization, cancellationToken);
    }

    private async Task EraseProjectAsync(string project, string organization, CancellationToken cancellationToken)
    {
        await projects.EraseAsync(project);
        foreach (var table in Tables)
        {
            await RemovePartitionsAsync(project, table, project, cancellationToken);
        }

        var (keys, row) = (RowKeyRange.StartingWith(TenantRows.Key("")), TenantRows.Project(project));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {organization} and ((RowKey ge {keys.From} and RowKey lt {keys.To} and Project eq {project}) or RowKey eq {row})");
        await RemoveAsync(project, TableNames.Tenants, filter, cancellationToken);
    }

    // With those that were set aside because they cannot be read.
    private async Task RemovePartitionsAsync(string id, string table, string prefix, CancellationToken cancellationToken)
    {
        var keys = RowKeyRange.StartingWith(prefix);
        await RemoveAsync(id, table, TableClient.CreateQueryFilter($"PartitionKey ge {keys.From} and PartitionKey lt {keys.To}"), cancellationToken);
        await RemoveAsync(
            id, table, TableClient.CreateQueryFilter($"PartitionKey eq {RowsAside.Partition} and RowKey ge {keys.From} and RowKey lt {keys.To}"), cancellationToken);
    }

    private async Task RemoveAsync(string id, string name, string filter, CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(name);
        while (true)
        {
            var rows = await table.QueryAsync<TableEntity>(filter, RowsAtOnce, RowDeletion.Columns, cancellationToken).Take(RowsAtOnce).ToListAsync(cancellationToken);
            if (rows.Count > 0)
            {
                var removed = await table.DeleteAsync(rows.ToAsyncEnumerable(), cancellationToken);
                await erasures.CountAsync(id, removed);
            }

            if (rows.Count < RowsAtOnce)
            {
                return;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "All data of {Tenant} is erased")]
        public static partial void Erased(ILogger logger, string tenant);

        [LoggerMessage(2, LogLevel.Information, "Erasing the data of {Tenant} takes longer; the next run goes on")]
        public static partial void OutOfTime(ILogger logger, string tenant);

        [LoggerMessage(3, LogLevel.Error, "Erasing the data of {Tenant} failed; the next run tries again")]
        public static partial void Failed(ILogger logger, Exception failure, string tenant);
    }
}
