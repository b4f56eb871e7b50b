using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Settings;

namespace Serverless.Operator;

/// <summary>The operator's settings.</summary>
public sealed class OperatorOptions
{
    /// <summary>The operator's key; without one there is no operator's surface.</summary>
    public string? AdminKey { get; set; }
}

/// <summary>The operator's key: the setting <c>AdminKey</c>. While there is none, the operator's paths do not exist.</summary>
public sealed class AdminKey
{
    /// <summary>The name of the setting.</summary>
    public const string Setting = "AdminKey";

    /// <summary>The header it comes in.</summary>
    public const string Header = "x-admin-key";

    private readonly byte[]? _hash;

    /// <summary>Reads the setting.</summary>
    public AdminKey(IOptions<OperatorOptions> options)
    {
        if (options.Value.AdminKey is { Length: > 0 } key && !VaultReference.IsUnresolved(key))
        {
            _hash = HashOf(key);
        }
    }

    /// <summary>Whether there is a key.</summary>
    public bool IsSet => _hash is not null;

    /// <summary>Lets the operator pass.</summary>
    /// <exception cref="ApiException">401: the key is missing, or another one.</exception>
    public void Require(HttpRequest request)
    {
        var sent = request.Headers[Header].ToString();
        if (sent.Length == 0)
        {
            throw new ApiException(new(StatusCodes.Status401Unauthorized, "AUTH_MISSING_KEY", "Missing admin key"));
        }

        if (_hash is null || !CryptographicOperations.FixedTimeEquals(HashOf(sent), _hash))
        {
            throw new ApiException(new(StatusCodes.Status401Unauthorized, "AUTH_INVALID_KEY", "Invalid admin key"));
        }
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
