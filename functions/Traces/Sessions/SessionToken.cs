using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Sessions;

/// <summary>The token of a session, as it comes in <c>Authorization: Bearer lqs_…</c>.</summary>
internal static class SessionToken
{
    private const string Scheme = "Bearer";

    /// <summary>The token of a request. That it looks like one proves nothing.</summary>
    /// <exception cref="ApiException">401: there is none.</exception>
    public static ApiKey Of(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization.ToString(), out var sent)
        && sent.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
        && ApiKey.Parse(sent.Parameter, KeyPrefix.Session) is { } token
            ? token
            : throw LumiqTrace.NotAuthenticated();
}
