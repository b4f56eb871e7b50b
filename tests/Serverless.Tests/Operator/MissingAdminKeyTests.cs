using System.Net;

namespace Serverless.Tests.Operator;

/// <summary>Without an operator there is no operator surface.</summary>
public sealed class MissingAdminKeyTests
{
    private const string NothingHere = """{"error":"There is nothing at this path","code":"NOT_FOUND","retryable":false,"requestId":"test-1"}""";

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/admin)")]
    public async Task Without_a_key_there_is_nothing(string? setting)
    {
        await using var host = await OperatorClient.StartHostAsync(key: setting);
        var client = new OperatorClient(host.Client, key: setting is { Length: > 0 } ? setting : "anything");

        foreach (var (method, path) in new[]
        {
            ("GET", "organizations"), ("POST", "organizations"), ("DELETE", "organizations"), ("GET", "organizations/0123456789ab"), ("GET", "poison"), ("GET", "unknown"), ("GET", ""),
        })
        {
            (await client.SendAsync(method, path)).AssertIs(HttpStatusCode.NotFound, NothingHere);
        }
    }
}
