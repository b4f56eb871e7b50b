using System.Security.Cryptography;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>The keys of all organizations, each a row of its organization's partition in the tenants table.</summary>
public sealed class KeyStore(TableServiceClient tables, TimeProvider time)
{
    private const string HashColumn = "Hash";
    private const string CreatedColumn = "Created";

    private readonly TableClient _tenants = tables.GetTableClient(TableNames.Tenants);

    /// <summary>Whether the key exists and its secret is right. One storage transaction; the comparison takes constant time.</summary>
    public async Task<bool> VerifyAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var row = await _tenants.GetEntityIfExistsAsync<TableEntity>(key.Organization, RowKey(key), [HashColumn], cancellationToken);
        return row.HasValue
            && row.Value!.GetBinary(HashColumn) is { } hash
            && CryptographicOperations.FixedTimeEquals(hash, key.Hash());
    }

    /// <summary>Stores a new key, by its hash alone.</summary>
    public async Task AddAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var row = new TableEntity(key.Organization, RowKey(key))
        {
            [HashColumn] = key.Hash(),
            [CreatedColumn] = time.GetUtcNow(),
        };
        await _tenants.AddEntityAsync(row, cancellationToken);
    }

    private static string RowKey(ApiKey key) => $"key-{key.Id}";
}
