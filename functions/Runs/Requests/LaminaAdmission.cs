using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Runs.Requests;

/// <summary>Who may use Lamina: whoever holds a key of an organization, which is a workspace here.</summary>
public sealed class LaminaAdmission(AdmissionGate gate)
{
    /// <summary>The scope that lets a key define apps.</summary>
    public const string AdminScope = "admin";

    /// <summary>The header a key comes in; it may also come as a bearer token.</summary>
    public const string KeyHeader = "x-api-key";

    private const string BearerScheme = "Bearer ";

    /// <summary>The header that may name the workspace.</summary>
    public static TextField Workspace { get; } = new("x-workspace-id", "The id of the workspace. It may be left out, for the key says it; another one is refused.");

    /// <summary>Proves the key of a request.</summary>
    /// <returns>The workspace that is calling, with its key.</returns>
    /// <exception cref="ApiException">401, 403, or 500 when storage keeps silent about the key.</exception>
    public async Task<Caller> EnterAsync(HttpContext context)
    {
        var request = context.Request;
        var admittance = await ProveAsync(ApiKey.Parse(FindKey(request), KeyPrefix.Lamina) ?? throw Lamina.InvalidKey());
        var caller = admittance.Caller ?? throw Lamina.InvalidKey();
        if (caller.Account.Kind != AccountKind.Organization)
        {
            throw Lamina.InvalidContext();
        }

        if (!admittance.IsAdmitted)
        {
            throw Lamina.Forbidden("The workspace is suspended");
        }

        if (request.Headers[Workspace.Name].ToString() is { Length: > 0 } workspace && workspace != caller.Account.Id)
        {
            throw Lamina.Forbidden("The API key belongs to another workspace");
        }

        return caller;
    }

    /// <summary>Proves the key of a request, and that it may use an endpoint.</summary>
    /// <inheritdoc cref="EnterAsync(HttpContext)"/>
    public async Task<Caller> EnterAsync(HttpContext context, ApiOperation operation)
    {
        var caller = await EnterAsync(context);
        if (operation.Access == Access.Define && !caller.Key.Scopes.Split(' ').Contains(AdminScope))
        {
            throw Lamina.Forbidden($"This needs an API key with the scope \"{AdminScope}\"");
        }

        return caller;
    }

    private static string FindKey(HttpRequest request)
    {
        if (request.Headers[KeyHeader].ToString() is { Length: > 0 } key)
        {
            return key;
        }

        var authorization = request.Headers[HeaderNames.Authorization].ToString();
        return authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase)
            && authorization[BearerScheme.Length..].Trim() is { Length: > 0 } token
                ? token
                : throw Lamina.MissingKey();
    }

    private async Task<Admittance> ProveAsync(ApiKey key)
    {
        try
        {
            return await gate.AdmitAsync(key, static _ => []);
        }
        catch (Exception failure) when (
            failure is RequestFailedException or AggregateException { InnerException: RequestFailedException } or OperationCanceledException)
        {
            throw Lamina.AuthenticationFailed(failure);
        }
    }
}
