using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>
/// The people of an organization that is being erased. Each loses the membership, and whoever is a member nowhere after that is erased as well: an address and a
/// password are nobody's but theirs. The rows of the members are still there: they tell who it is, however often this is done.
/// </summary>
public sealed class FormerMembers(Ledgers ledgers, UserStore users)
{
    private const int RowsPerPage = 1000;

    /// <summary>Has the users know nothing of the organization any more.</summary>
    /// <param name="organization">The organization. Nobody can become a member of it any more.</param>
    /// <param name="cancellationToken">Ends it between two users.</param>
    public async Task ForgetAsync(string organization, CancellationToken cancellationToken)
    {
        var rows = RowKeyRange.StartingWith(TenantRows.Member(""));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and RowKey ge {rows.From} and RowKey lt {rows.To}");
        await foreach (var (row, view) in ledgers.Tenants.QueryAsync(filter, RowsPerPage, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (view.Get<string>(row, TenantColumns.Email) is { } email)
            {
                await users.SetMembershipAsync(email, organization, role: null);
                await users.RemoveUnlessMemberAsync(email, cancellationToken);
            }
        }
    }
}
