using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Logs;

/// <summary>Finds out which organization is calling.</summary>
public sealed class LogAuthentication(KeyStore keys)
{
    /// <summary>The organization whose key stands in the header; null when there is no such header.</summary>
    /// <exception cref="ApiException">401: there is a header, but its key is not valid.</exception>
    public async Task<string?> FindCallerAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var sent = request.Headers[LuminaLog.KeyHeader];
        return sent.Count == 0 ? null : await AuthenticateAsync(sent.ToString(), cancellationToken);
    }

    /// <summary>The organization whose key stands in the header.</summary>
    /// <exception cref="ApiException">401: no key, or not a valid one.</exception>
    public async Task<string> RequireCallerAsync(HttpRequest request, CancellationToken cancellationToken) =>
        await FindCallerAsync(request, cancellationToken) ?? throw LuminaLog.InvalidApiKey();

    /// <summary>The organization that a key belongs to.</summary>
    /// <exception cref="ApiException">401: no key, or not a valid one.</exception>
    public async Task<string> AuthenticateAsync(string? text, CancellationToken cancellationToken) =>
        ApiKey.Parse(text, LuminaLog.KeyPrefix) is { } key && await keys.VerifyAsync(key, cancellationToken)
            ? key.Organization
            : throw LuminaLog.InvalidApiKey();
}
