using System.Globalization;
using System.Text;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Admission;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Tenancy;

/// <summary>An organization with rows of every kind, in every table that has some of it, whatever they mean.</summary>
/// <param name="Id">The organization.</param>
/// <param name="Project">A project of it.</param>
/// <param name="Email">An owner, who is a member of nothing else.</param>
internal sealed record StoredTenant(string Id, string Project, string Email)
{
    /// <summary>Makes one.</summary>
    /// <param name="host">The application.</param>
    /// <param name="rowsPerPartition">How many rows there are in each partition of data.</param>
    public static async Task<StoredTenant> CreateAsync(ServerlessHost host, int rowsPerPartition = 3)
    {
        var services = host.Services;
        var organization = (await services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", "Scale")).Id;
        var project = (await services.GetRequiredService<ProjectStore>().CreateAsync(organization, "Test"))!.Id;
        var email = $"{Guid.NewGuid():N}@example.com";
        var user = (await services.GetRequiredService<UserStore>().CreateAsync(email, "correct horse battery"))!;
        await services.GetRequiredService<MembershipStore>().SetAsync(organization, user, Roles.Owner);
        await services.GetRequiredService<KeyStore>().CreateAsync(organization, KeyPrefix.LumiqTrace, new KeyOptions { Project = project });
        await services.GetRequiredService<KeyStore>().CreateAsync(organization, KeyPrefix.LuminaLog, new KeyOptions());
        await services.GetRequiredService<IdempotencyStore>().ClaimAsync(organization, "key", "id", Encoding.UTF8.GetBytes("hash"));
        await services.GetRequiredService<SavedQueryStore>().TryChangeAsync(
            organization, _ => new(new SavedQuery(SavedQuery.NewId(), "Errors", "level:error", DateTimeOffset.UnixEpoch, email, user.Id)), CancellationToken.None);
        foreach (var (table, partition) in (IEnumerable<(string, string)>)
        [
            (TableNames.Logs, organization), (TableNames.Logs, $"{organization}-more"), (TableNames.Traces, project), (TableNames.Traces, $"{project}-more"),
            (TableNames.Apps, organization), (TableNames.Runs, organization), (TableNames.Alerts, organization),
        ])
        {
            await AddRowsAsync(host.Account, table, partition, number => number.ToString("D6", CultureInfo.InvariantCulture), rowsPerPartition);
        }

        await AddRowsAsync(host.Account, TableNames.Logs, RowsAside.Partition, number => $"{organization}~{number}", 1);
        await AddRowsAsync(host.Account, TableNames.Traces, RowsAside.Partition, number => $"{project}~{number}", 1);
        return new(organization, project, email);
    }

    /// <summary>Writes rows, each with a column.</summary>
    public static async Task AddRowsAsync(StorageAccount account, string table, string partition, Func<int, string> row, int count, Action<TableEntity>? fill = null)
    {
        var client = new TableServiceClient(account.Direct.ConnectionString).GetTableClient(table);
        foreach (var some in Enumerable.Range(0, count).Chunk(100))
        {
            await client.SubmitTransactionAsync(some.Select(number =>
            {
                var entity = new TableEntity(partition, row(number)) { ["Content"] = "x" };
                fill?.Invoke(entity);
                return new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity);
            }));
        }
    }

    /// <summary>All rows that bear an id in their keys, as <c>table/partition/row</c>; what is kept of its erasure excepted.</summary>
    public static async Task<IReadOnlyList<string>> RowsOfAsync(StorageAccount account, string id)
    {
        var tables = new TableServiceClient(account.Direct.ConnectionString);
        var found = new List<string>();
        foreach (var name in TableNames.All)
        {
            found.AddRange(await tables.GetTableClient(name).QueryAsync<TableEntity>(select: ["PartitionKey", "RowKey"])
                .Where(row => row.PartitionKey != "-erasures" && $"{row.PartitionKey}/{row.RowKey}".Contains(id, StringComparison.Ordinal))
                .Select(row => $"{name}/{row.PartitionKey}/{row.RowKey}")
                .ToListAsync());
        }

        return found;
    }
}
