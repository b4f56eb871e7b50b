using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>The address a caller reached us at: what answers that link to us begin with.</summary>
public static class BaseAddress
{
    /// <summary>The scheme, the host and the port of a request that <see cref="TransportSecurity"/> has accepted.</summary>
    public static string Of(HttpRequest request) => $"{request.Scheme}://{request.Host}";
}
