using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Workspaces;

/// <summary>Who may use Lamina: whoever holds a key of an organization, which is a workspace here, and its members with their sessions.</summary>
public sealed class LaminaAdmission(AdmissionGate gate)
{
    /// <summary>The scope that lets a key define apps.</summary>
    public const string AdminScope = "admin";

    /// <summary>The header a key comes in; it may also come as a bearer token.</summary>
    public const string KeyHeader = "x-api-key";

    private const string BearerScheme = "Bearer ";

    /// <summary>The header that may name the workspace.</summary>
    public static TextField Workspace { get; } = new("x-workspace-id", "The id of the workspace. It may be left out, for the key or the session says it; another one is refused.");

    /// <summary>403: a key may not define anything.</summary>
    public static ApiException ScopeRequired() => Lamina.Forbidden($"This needs an API key with the scope \"{AdminScope}\"");

    /// <summary>403: a member may not define anything.</summary>
    public static ApiException RoleRequired() => Lamina.Forbidden($"This needs the role {Roles.Admin} or {Roles.Owner}");

    /// <summary>Proves the key or the session of a request.</summary>
    /// <returns>The workspace that is calling, with its key.</returns>
    /// <exception cref="ApiException">401, 403, or 500 when storage keeps silent about the key.</exception>
    public async Task<Caller> EnterAsync(HttpContext context)
    {
        var request = context.Request;
        var admittance = await AdmitAsync(context);
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
            throw Lamina.Forbidden($"The {(IsSession(caller) ? "session" : "API key")} belongs to another workspace");
        }

        return caller;
    }

    /// <summary>Proves the key or the session of a request, and that it may use an endpoint.</summary>
    /// <inheritdoc cref="EnterAsync(HttpContext)"/>
    public async Task<Caller> EnterAsync(HttpContext context, ApiOperation operation)
    {
        var caller = await EnterAsync(context);
        if (IsSession(caller))
        {
            return SessionAdmission.IsAllowed(caller, operation.Access) ? caller : throw RoleRequired();
        }

        return operation.Access != Access.Define || MayDefine(caller) ? caller : throw ScopeRequired();
    }

    /// <summary>Whether somebody may define apps and triggers.</summary>
    public static bool MayDefine(Caller caller) =>
        IsSession(caller) ? SessionAdmission.IsAllowed(caller, Access.Define) : caller.Key.HasScope(AdminScope);

    /// <summary>Asks storage whether a key or a session is right.</summary>
    /// <param name="admit">Asks.</param>
    /// <exception cref="ApiException">500: storage keeps silent.</exception>
    internal static async Task<Admittance> ProveAsync(Func<Task<Admittance>> admit)
    {
        try
        {
            return await admit();
        }
        catch (Exception failure) when (
            failure is RequestFailedException or AggregateException { InnerException: RequestFailedException } or OperationCanceledException)
        {
            throw Lamina.AuthenticationFailed(failure);
        }
    }

    // A session has been proven by now, when the request was counted.
    private async Task<Admittance> AdmitAsync(HttpContext context)
    {
        if (LaminaLimit.SessionOf(context) is { } session)
        {
            SessionCredential.Of(context.Request);
            return session;
        }

        var key = ApiKey.Parse(FindKey(context.Request), KeyPrefix.Lamina) ?? throw Lamina.InvalidKey();
        return await ProveAsync(() => gate.AdmitAsync(key, static _ => KeyUse.Charges));
    }

    private static bool IsSession(Caller caller) => caller.Key.Prefix == KeyPrefix.Session;

    private static string FindKey(HttpRequest request)
    {
        if (request.Headers[KeyHeader].ToString() is { Length: > 0 } key)
        {
            return key;
        }

        var authorization = request.Headers[HeaderNames.Authorization].ToString();
        if (authorization.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase) && authorization[BearerScheme.Length..].Trim() is { Length: > 0 } token)
        {
            return token;
        }

        // What comes by cookie alone has been looked at, and is not valid.
        throw SessionCredential.Find(request) is null ? Lamina.MissingKey() : Lamina.InvalidKey();
    }
}
