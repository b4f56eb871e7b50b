using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>How far the data of something that was deleted has been removed.</summary>
internal sealed record ErasureAnswer(
    [property: Description("The id of the organization or the project that was deleted.")] string Id,
    [property: Description("`erasing`, or `erased`: there is nothing left, and nothing can come any more.")] string Status,
    [property: Description("How many rows of storage have been removed so far, at least.")] long RowsRemoved,
    [property: Description("When it was deleted: from then on nothing of it could be read or written.")] DateTime BeganAt,
    [property: Description("When it was erased; null before that.")] DateTime? EndedAt)
{
    public static ErasureAnswer Of(Erasure erasure) => new(
        erasure.Id, erasure.EndedAt is null ? "erasing" : TenantStatus.Erased, erasure.RemovedRows, erasure.BeganAt.UtcDateTime, erasure.EndedAt?.UtcDateTime);
}

/// <summary>
/// Deletes organizations and projects. What is deleted is gone for everybody by the time of the answer; its data is removed after that, by and by. Whoever
/// serves these operations says under which name, and to whom.
/// </summary>
public sealed class OrganizationErasures(AccountStore accounts, ProjectStore projects, Erasures erasures)
{
    private const string WhatFollows =
        "From the answer on nothing of it can be read or written, and its keys are unknown. Its data is removed by and by, which takes an hour at least; `GET` on the same path says how far that is. "
        + "It cannot be undone. To delete it twice is no error.";

    /// <summary>The answer about something that was deleted.</summary>
    internal static Answer<Answered<ErasureAnswer>> Progress { get; } =
        Answer.Json(202, "It was deleted: how far its data has been removed.", OrganizationJson.Default.AnsweredErasureAnswer) with
        {
            Example = """{"data":{"id":"prj_61a2c3026706da830a97","status":"erasing","rowsRemoved":1200,"beganAt":"2026-11-21T19:48:09.7885196Z","endedAt":null}}""",
        };

    /// <summary>Deletes an organization.</summary>
    internal static ApiOperation DeleteOrganization { get; } = new(nameof(DeleteOrganization), "Deletes an organization with all its data")
    {
        Description = "With its logs, events, apps, runs, projects and keys. Its members lose their sessions; whoever is a member of no other organization is erased too. " + WhatFollows,
        Answers = [Progress],
    };

    /// <summary>Deletes a project.</summary>
    internal static ApiOperation DeleteProject { get; } = new(nameof(DeleteProject), "Deletes a project with all its data")
    {
        Description = "With its events, and the keys that are bound to it. Logs whose label `project_id` has the same value are the organization's, and stay. " + WhatFollows,
        Path = [OrganizationRequest.Project],
        Answers = [Progress],
        Errors = [RequiredAccounts.NotFound("Project").Error],
    };

    /// <summary>Deletes an organization.</summary>
    public async Task DeleteOrganizationAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        if (!TenantIds.IsAccount(organization))
        {
            throw RequiredAccounts.NotFound(AccountKind.Organization);
        }

        if (await TryShowAsync(context, organization, cancellationToken))
        {
            return;
        }

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var erasure = await erasures.BeginAsync(organization);
        await accounts.EraseAsync(organization);
        await WriteAsync(context, erasure, cancellationToken);
    }

    /// <summary>Deletes a project of an organization.</summary>
    public async Task DeleteProjectAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        RequiredAccounts.RequireOwn(organization, project);
        if (await TryShowAsync(context, project, cancellationToken))
        {
            return;
        }

        await accounts.RequireOwnerOfAsync(organization, "Project", cancellationToken);
        _ = await projects.FindAsync(project, cancellationToken) ?? throw RequiredAccounts.NotFound("Project");
        var erasure = await erasures.BeginAsync(project);
        await projects.EraseAsync(project);
        await WriteAsync(context, erasure, cancellationToken);
    }

    /// <summary>Says how far the erasure of something is, if it was deleted.</summary>
    internal async Task<bool> TryShowAsync(HttpContext context, string id, CancellationToken cancellationToken)
    {
        if (await erasures.FindAsync(id, cancellationToken) is not { } erasure)
        {
            return false;
        }

        // The request that deleted it may have been cut short.
        await (TenantIds.OrganizationOf(id) is null ? accounts.EraseAsync(id) : projects.EraseAsync(id));
        await WriteAsync(context, erasure, cancellationToken);
        return true;
    }

    private static Task WriteAsync(HttpContext context, Erasure erasure, CancellationToken cancellationToken) =>
        Progress.WriteAsync(context, new(ErasureAnswer.Of(erasure)), cancellationToken);
}
