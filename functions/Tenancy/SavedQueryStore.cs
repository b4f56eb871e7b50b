using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>Says what is wrong with a question about logs, and where; null when it can be asked.</summary>
public delegate string? QuestionCheck(string question);

/// <summary>A question about logs that the members of an organization keep under a name.</summary>
/// <param name="Id">Its id: 8 hexadecimal digits.</param>
/// <param name="Name">Its name: no other one of the organization has it, in whatever case.</param>
/// <param name="Text">The question.</param>
/// <param name="CreatedAt">When it was saved first.</param>
/// <param name="CreatedBy">The e-mail address of whoever saved it.</param>
/// <param name="UserId">The id of the same.</param>
public sealed record SavedQuery(string Id, string Name, string Text, DateTimeOffset CreatedAt, string CreatedBy, string UserId)
{
    /// <summary>The most that an organization keeps.</summary>
    public const int MaxCount = 200;

    /// <summary>The longest question, in characters.</summary>
    public const int MaxTextLength = 2000;

    private const int IdLength = 8;

    /// <summary>Makes an id.</summary>
    public static string NewId() => RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
}

/// <summary>What is to become of a saved query.</summary>
/// <param name="Query">The query, as it is to be, or as it is.</param>
/// <param name="IsRemoval">Whether it is to be removed; else it is stored, in place of the one that has its id.</param>
internal sealed record SavedQueryChange(SavedQuery Query, bool IsRemoval = false);

/// <summary>
/// Keeps the saved queries of organizations, a row each in a partition of the organization's own. All that are there fit into one page of storage. A change rests on all of
/// them: beside them is a row whose version changes with each, so that of several changes at once each sees what the ones before it have done.
/// </summary>
public sealed class SavedQueryStore(TableServiceClient tables, UnreadableRows unreadable, TimeProvider time)
{
    private const string RowPrefix = "query-";
    private const string VersionRow = "version";

    // Each round one of those who change something at once gets through.
    private const int MaxRounds = 50;

    private readonly TableClient _table = tables.GetTableClient(TableNames.Tenants);

    /// <summary>All of an organization, by name. One transaction.</summary>
    public async Task<IReadOnlyList<SavedQuery>> ListAsync(string organization, CancellationToken cancellationToken) =>
        (await ReadAsync(organization, cancellationToken)).Queries;

    /// <summary>Changes those of an organization. Two transactions, unless others do the same at the same time.</summary>
    /// <param name="organization">Whose they are.</param>
    /// <param name="decide">Says what is to be done, of all that are there. It is asked again when they have changed meanwhile; null leaves all as it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Whether it is done; not when others were faster again and again.</returns>
    internal async Task<bool> TryChangeAsync(string organization, Func<IReadOnlyList<SavedQuery>, SavedQueryChange?> decide, CancellationToken cancellationToken)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var (queries, version) = await ReadAsync(organization, cancellationToken);
            if (decide(queries) is not { } change || await TryCommitAsync(organization, change, version, cancellationToken))
            {
                return true;
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
        }

        return false;
    }

    private async Task<(IReadOnlyList<SavedQuery> Queries, ETag? Version)> ReadAsync(string organization, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TenantRows.QueriesOf(organization)}");
        var rows = await _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).ToListAsync(cancellationToken);
        var queries = unreadable.ReadAsync(TableNames.Tenants, rows.Where(row => row.RowKey != VersionRow).ToAsyncEnumerable(), Read);
        return (
            await queries.OrderBy(query => query.Name, StringComparer.OrdinalIgnoreCase).ToListAsync(cancellationToken),
            rows.Find(row => row.RowKey == VersionRow)?.ETag);
    }

    private Task<bool> TryCommitAsync(string organization, SavedQueryChange change, ETag? version, CancellationToken cancellationToken)
    {
        var partition = TenantRows.QueriesOf(organization);
        var guard = new TableEntity(partition, VersionRow);
        return _table.TrySubmitAsync(
            [
                version is { } expected ? new(TableTransactionActionType.UpdateReplace, guard, expected) : new(TableTransactionActionType.Add, guard),
                change.IsRemoval
                    ? new(TableTransactionActionType.Delete, new TableEntity(partition, RowPrefix + change.Query.Id), ETag.All)
                    : new(TableTransactionActionType.UpsertReplace, Write(partition, change.Query)),
            ],
            cancellationToken);
    }

    private static TableEntity Write(string partition, SavedQuery query) => new(partition, RowPrefix + query.Id)
    {
        [TenantColumns.Name] = query.Name,
        [TenantColumns.Question] = query.Text,
        [TenantColumns.Created] = query.CreatedAt,
        [TenantColumns.Email] = query.CreatedBy,
        [TenantColumns.User] = query.UserId,
    };

    private static SavedQuery Read(TableEntity row) => new(
        row.RowKey[RowPrefix.Length..],
        row.GetString(TenantColumns.Name) ?? throw new FormatException("The saved query has no name."),
        row.GetString(TenantColumns.Question) ?? throw new FormatException("The saved query asks nothing."),
        row.GetDateTimeOffset(TenantColumns.Created) ?? throw new FormatException("The saved query was never made."),
        row.GetString(TenantColumns.Email) ?? "",
        row.GetString(TenantColumns.User) ?? "");
}
