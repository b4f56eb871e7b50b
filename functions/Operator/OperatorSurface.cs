using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The operator's paths, below <c>/v1/admin</c>. Without a key they do not exist.</summary>
public sealed class OperatorSurface(AdminKey key) : LaminaEnvelope("/v1/admin")
{
    /// <summary>How all its routes begin.</summary>
    internal const string Root = "v1/admin/";

    /// <inheritdoc/>
    public override string Name => "Operator";

    /// <inheritdoc/>
    public override string Description => "What the operator does: organizations, projects, members, keys and agents, queues, and what could not be processed or read.";

    /// <summary>The operator's key.</summary>
    public static Credential Key { get; } = new("AdminKey", AdminKey.Header, "The operator's key: the setting `AdminKey`.");

    /// <summary>The organization of a path.</summary>
    internal static TextField Organization { get; } = new("organization", "The id of the organization.");

    /// <summary>404: there is no such queue or whatever else the path names.</summary>
    public static ApiException NotFound(string what) => RequiredAccounts.NotFound(what);

    /// <summary>Declares what is done about an organization that the path names. Where the path names something of it, that is what may not be there.</summary>
    internal static ApiOperation OfOrganization(ApiOperation operation) => operation with
    {
        Credentials = [Key],
        Path = [Organization, .. operation.Path],
        Errors = operation.Errors.Count > 0 ? operation.Errors : [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    /// <inheritdoc/>
    public override async Task AdmitAsync(HttpContext context, ApiOperation operation)
    {
        // Some answers hold a key, and all of them are for one pair of eyes.
        context.Response.Headers.CacheControl = "no-store";
        await key.RequireAsync(context);
    }

    /// <inheritdoc/>
    public override IEnumerable<ApiError> ErrorsOf(ApiOperation operation) =>
    [
        .. base.ErrorsOf(operation), .. AdminKey.Errors, .. operation.Body is null && operation.Query.Count == 0 ? (ApiError[])[] : [RequestErrors.Invalid("The request is not valid").Error],
    ];

    /// <inheritdoc/>
    public override Task EnterAsync(HttpContext context) => key.IsSet ? Task.CompletedTask : throw RequestErrors.NotFound();
}
