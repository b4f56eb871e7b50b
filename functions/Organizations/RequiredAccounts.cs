using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>Finds the accounts that requests are about.</summary>
internal static class RequiredAccounts
{
    /// <summary>404: there is no such organization, key or whatever else the path names.</summary>
    public static ApiException NotFound(string what) => new(new(StatusCodes.Status404NotFound, "NOT_FOUND", $"{what} not found"));

    /// <summary>404: there is no such account.</summary>
    public static ApiException NotFound(AccountKind kind) => NotFound(kind.ToString());

    /// <summary>Makes sure that a project of a path is one of the organization, as its id says.</summary>
    /// <exception cref="ApiException">404: it is not.</exception>
    public static void RequireOwn(string organization, string project)
    {
        if (TenantIds.OrganizationOf(project) != organization)
        {
            throw NotFound("Project");
        }
    }

    /// <summary>The organization of a path.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public static Task<Account> RequireOrganizationAsync(this AccountStore accounts, string id, CancellationToken cancellationToken) =>
        accounts.RequireAsync(id, AccountKind.Organization, cancellationToken);

    /// <summary>Makes sure that there is the organization of a path that names something of it: else that is not there either.</summary>
    /// <exception cref="ApiException">404: there is none.</exception>
    public static async Task RequireOwnerOfAsync(this AccountStore accounts, string id, string what, CancellationToken cancellationToken)
    {
        if (!TenantIds.IsAccount(id) || await accounts.FindAsync(id, cancellationToken) is null)
        {
            throw NotFound(what);
        }
    }

    /// <summary>The account of a path.</summary>
    /// <exception cref="ApiException">404: there is none of this kind.</exception>
    public static async Task<Account> RequireAsync(this AccountStore accounts, string id, AccountKind kind, CancellationToken cancellationToken) =>
        TenantIds.IsAccount(id) && await accounts.FindAsync(id, cancellationToken) is { } account && account.Kind == kind
            ? account
            : throw NotFound(kind);
}
