using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Runs.Webhooks;

/// <summary>
/// The one key that all instances sign webhooks with: that of the setting <c>Webhooks__SigningKey</c>, else one that the first
/// instance which needs it makes and keeps in table storage.
/// </summary>
public sealed class SigningKeyStore
{
    private const string Key = "Webhooks:SigningKey";
    private const string Setting = "Webhooks__SigningKey";
    private const string Partition = "signing";
    private const string Row = "ed25519";
    private const string Seed = "Seed";

    private readonly TableServiceClient _tables;
    private SigningKey? _key;

    /// <summary>Reads the setting.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="tables">Where the key is kept that no setting names.</param>
    /// <exception cref="OptionsValidationException">The setting is not a seed in base64.</exception>
    public SigningKeyStore(IConfiguration configuration, TableServiceClient tables)
    {
        _tables = tables;
        if (configuration[Key] is { Length: > 0 } text)
        {
            _key = new(Decode(text));
        }
    }

    /// <summary>The key.</summary>
    /// <exception cref="RequestFailedException">Storage could not be reached.</exception>
    public async ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken) => _key ??= new(await LoadSeedAsync(cancellationToken));

    // The text is not repeated: it may be the key but for one letter.
    private static byte[] Decode(string text)
    {
        var seed = new byte[SigningKey.SeedBytes];
        return Convert.TryFromBase64String(text, seed, out var length) && length == seed.Length
            ? seed
            : throw new OptionsValidationException(
                Setting, typeof(SigningKeyStore), [$"{Setting}: must be the base64 of a seed of {SigningKey.SeedBytes} bytes."]);
    }

    private async Task<byte[]> LoadSeedAsync(CancellationToken cancellationToken)
    {
        var table = _tables.GetTableClient(TableNames.Apps);
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
