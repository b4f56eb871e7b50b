using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>The projects of an organization. Whoever serves these operations says under which name, and to whom.</summary>
public sealed class OrganizationProjects(AccountStore accounts, ProjectStore projects, OrganizationErasures erasures)
{
    private static readonly TextField NewName = OrganizationRequest.Name with { IsRequired = true };

    private static readonly SdkConfigurationField Configuration =
        new("sdkConfig", "How the clients of the project are to behave, which they learn when `cv` rises. What is given takes the place of all that was; an empty object leaves nothing.");

    private static readonly Answer<Answered<ProjectAnswer>> Shown = Answer.Json(200, "The project.", OrganizationJson.Default.AnsweredProjectAnswer) with
    {
        Example = """{"data":{"id":"prj_61a2c3026706da830a97","name":"Chat","status":"active","cv":1,"createdAt":"2026-11-21T19:48:09.7885196Z"}}""",
    };

    private static readonly Answer<Answered<ProjectAnswer>> Created = Shown with { Status = 201, Description = "The new project." };
    private static readonly Answer<Page<ProjectAnswer>> Listed = Answer.Json(200, "A page of projects.", OrganizationJson.Default.PageProjectAnswer);

    /// <summary>Makes a project.</summary>
    internal static ApiOperation Create { get; } = new("CreateProject", "Makes a project")
    {
        Body = OrganizationRequest.Body(NewName) with { Example = """{"name":"Chat"}""" },
        Answers = [Created],
    };

    /// <summary>Lists projects.</summary>
    internal static ApiOperation List { get; } = new("ListProjects", "Lists the projects of an organization")
    {
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    /// <summary>Shows a project.</summary>
    internal static ApiOperation Show { get; } = new("GetProject", "Shows a project")
    {
        Path = [OrganizationRequest.Project],
        Answers = [Shown, OrganizationErasures.Progress],
        Errors = [NotFound().Error],
    };

    /// <summary>Changes a project.</summary>
    internal static ApiOperation Update { get; } = new("UpdateProject", "Changes the name or the status of a project, or how its clients behave")
    {
        Path = [OrganizationRequest.Project],
        Body = OrganizationRequest.Body(OrganizationRequest.Name, OrganizationRequest.Status, Configuration) with
        {
            Example = """{"name":"Chat 2","sdkConfig":{"sample_rate":0.2,"pii_redact_keys":["ssn"],"model_override":{"gpt-4o":"gpt-4o-mini"}}}""",
        },
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    /// <summary>Makes a project of an organization.</summary>
    public async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, Create, cancellationToken);
        var name = body.Read(NewName);
        body.Conclude(Create);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var project = await projects.CreateAsync(organization, name!) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await WriteAsync(context, Created, project, cancellationToken);
    }

    /// <summary>Lists the projects of an organization.</summary>
    public async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, id => TenantIds.OrganizationOf(id) == organization);
        query.Conclude(List);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await projects.ListAsync(organization, after, limit, cancellationToken);
        await Listed.WriteAsync(context, Paging.Show(page, limit, ProjectAnswer.Of), cancellationToken);
    }

    /// <summary>Shows a project of an organization; of one that was deleted, how far that is.</summary>
    public async Task ShowAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        RequiredAccounts.RequireOwn(organization, project);
        await accounts.RequireOwnerOfAsync(organization, "Project", cancellationToken);
        if (await projects.FindAsync(project, cancellationToken) is { } found)
        {
            await WriteAsync(context, Shown, found, cancellationToken);
        }
        else if (!await erasures.TryShowAsync(context, project, cancellationToken))
        {
            throw NotFound();
        }
    }

    /// <summary>Changes a project of an organization.</summary>
    public async Task UpdateAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, Update, cancellationToken);
        var name = body.Read(OrganizationRequest.Name);
        var status = body.Read(OrganizationRequest.Status);
        var configuration = body.Read(Configuration);
        body.Conclude(Update);

        RequiredAccounts.RequireOwn(organization, project);
        var updated = await projects.UpdateAsync(project, name, status, configuration) ?? throw NotFound();
        await WriteAsync(context, Shown, updated, cancellationToken);
    }

    private static ApiException NotFound() => RequiredAccounts.NotFound("Project");

    private static Task WriteAsync(HttpContext context, Answer<Answered<ProjectAnswer>> answer, Project project, CancellationToken cancellationToken) =>
        answer.WriteAsync(context, new(ProjectAnswer.Of(project)), cancellationToken);
}
