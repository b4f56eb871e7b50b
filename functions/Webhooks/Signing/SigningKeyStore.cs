using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Webhooks.Signing;

/// <summary>
/// The one key that all instances sign webhooks with: that of the setting <c>Webhooks__SigningKey</c>, else one that the first
/// instance which needs it makes and keeps in table storage.
/// </summary>
public sealed class SigningKeyStore(IOptions<SigningKeyOptions> options, TableServiceClient tables)
{
    private const string Partition = "signing";
    private const string Row = "ed25519";
    private const string Seed = "Seed";

    private SigningKey? _key = options.Value.Seed is { } seed ? new(seed) : null;

    /// <summary>The key that signed before, which receivers may still need; null for none.</summary>
    public SigningKey? Previous { get; } = options.Value.PreviousSeed is { } previous ? new(previous) : null;

    /// <summary>The key.</summary>
    /// <exception cref="RequestFailedException">Storage could not be reached.</exception>
    public async ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken) => _key ??= new(await LoadSeedAsync(cancellationToken));

    private async Task<byte[]> LoadSeedAsync(CancellationToken cancellationToken)
    {
        var table = tables.GetTableClient(TableNames.Apps);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
        if (found.HasValue)
        {
            return found.Value!.GetBinary(Seed)!;
        }

        var seed = RandomNumberGenerator.GetBytes(SigningKey.SeedBytes);
        try
        {
            await table.AddEntityAsync(new TableEntity(Partition, Row) { [Seed] = seed }, cancellationToken);
            return seed;
        }
        catch (RequestFailedException taken) when (taken.Status == StatusCodes.Status409Conflict)
        {
            // Another instance was first; or we were, and the answer was lost.
            var winner = await table.GetEntityAsync<TableEntity>(Partition, Row, cancellationToken: cancellationToken);
            return winner.Value.GetBinary(Seed)!;
        }
    }
}
