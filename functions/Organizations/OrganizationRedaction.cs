using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Redaction;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>
/// What is taken out of the records of an organization or a project before they are stored. It is kept in the rows that every request is admitted by, so that it
/// costs none a look at storage, and a change holds from the very next on.
/// </summary>
public sealed class OrganizationRedaction(AccountStore accounts, ProjectStore projects)
{
    private const string Words =
        "Applied to messages, metadata and errors of log entries, and to error texts and tags of events, before anything is stored: what was taken out is nowhere, "
        + "and found by no question. The values of `keys` are taken out at any depth of `metadata`, `error.context` and `tags`. "
        + "Ids and labels stay as they are, and so does an entry with `\"privacy_mode\": true`. What was stored before stays too.";

    private static readonly FlagField Emails = new("emails", "Whether e-mail addresses are taken out.");
    private static readonly FlagField Cards = new("cards", "Whether numbers of payment cards are taken out.");
    private static readonly FlagField Addresses = new("addresses", "Whether IPv4 and IPv6 addresses are taken out.");

    private static readonly TextsField Keys = new(
        "keys", "Names whose values are taken out, in whatever case.", OrganizationRequest.Text("key", "A name.", RedactionRules.MaxKeyLength))
    {
        MaxCount = RedactionRules.MaxKeys,
        Example = new JsonArray("password", "ssn"),
    };

    private static readonly Body Rules = OrganizationRequest.Body(Emails, Cards, Addresses, Keys) with
    {
        Example = """{"emails":true,"cards":true,"addresses":false,"keys":["password","ssn"]}""",
    };

    private static readonly Answer<Answered<RedactionAnswer>> Shown = Answer.Json(200, "What is taken out.", OrganizationJson.Default.AnsweredRedactionAnswer) with
    {
        Example = """{"data":{"emails":true,"cards":true,"addresses":false,"keys":["password","ssn"]}}""",
    };

    private static readonly Answer<Answered<ProjectRedactionAnswer>> ShownOfProject =
        Answer.Json(200, "What is taken out.", OrganizationJson.Default.AnsweredProjectRedactionAnswer) with
        {
            Example =
                """
                {"data":{"emails":false,"cards":false,"addresses":true,"keys":[],
                 "effective":{"emails":true,"cards":true,"addresses":true,"keys":["password","ssn"]}}}
                """,
        };

    /// <summary>Shows what is taken out for an organization.</summary>
    internal static ApiOperation Show { get; } = new("GetRedaction", "Shows what is taken out of an organization's records before they are stored")
    {
        Description = "Its logs, and the events of all its projects. Nothing, unless it was set.",
        Answers = [Shown],
    };

    /// <summary>Says what is taken out for an organization.</summary>
    internal static ApiOperation Set { get; } = new("SetRedaction", "Says what is taken out of an organization's records before they are stored")
    {
        Description = $"What is not given is not taken out. {Words}",
        Body = Rules,
        Answers = [Shown],
    };

    /// <summary>Shows what is taken out for a project.</summary>
    internal static ApiOperation ShowOfProject { get; } = new("GetProjectRedaction", "Shows what is taken out of a project's events before they are stored")
    {
        Description = "What the project says adds to what its organization does.",
        Path = [OrganizationRequest.Project],
        Answers = [ShownOfProject],
        Errors = [ProjectNotFound().Error],
    };

    /// <summary>Says what is taken out for a project.</summary>
    internal static ApiOperation SetOfProject { get; } = new("SetProjectRedaction", "Says what is taken out of a project's events before they are stored")
    {
        Description = $"Beside what its organization does. What is not given is not taken out. {Words}",
        Path = [OrganizationRequest.Project],
        Body = Rules,
        Answers = [ShownOfProject],
        Errors = [ProjectNotFound().Error],
    };

    /// <summary>Shows the rules of an organization.</summary>
    public async Task ShowAsync(HttpContext context, string organization, CancellationToken cancellationToken) =>
        await WriteAsync(context, await accounts.RequireOrganizationAsync(organization, cancellationToken), cancellationToken);

    /// <summary>Sets the rules of an organization.</summary>
    public async Task SetAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var rules = await ReadAsync(context, Set, cancellationToken);
        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var changes = new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Redaction] = rules.IsEmpty ? "" : rules.ToText() };
        var updated = await accounts.UpdateAsync(organization, changes, AccountKind.Organization) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await WriteAsync(context, updated, cancellationToken);
    }

    /// <summary>Shows the rules of a project.</summary>
    public async Task ShowOfProjectAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        RequiredAccounts.RequireOwn(organization, project);
        await WriteAsync(context, organization, await projects.FindAsync(project, cancellationToken), cancellationToken);
    }

    /// <summary>Sets the rules of a project.</summary>
    public async Task SetOfProjectAsync(HttpContext context, string organization, string project, CancellationToken cancellationToken)
    {
        var rules = await ReadAsync(context, SetOfProject, cancellationToken);
        RequiredAccounts.RequireOwn(organization, project);
        await WriteAsync(context, organization, await projects.UpdateAsync(project, found => found with { Redaction = rules }), cancellationToken);
    }

    private static async Task<RedactionRules> ReadAsync(HttpContext context, ApiOperation operation, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, operation, cancellationToken);
        var emails = body.Read(Emails) ?? false;
        var cards = body.Read(Cards) ?? false;
        var addresses = body.Read(Addresses) ?? false;
        var keys = body.Read(Keys) ?? [];
        body.Conclude(operation);
        return new(emails, cards, addresses, [.. keys.Select(key => key.Value).Distinct(StringComparer.OrdinalIgnoreCase)]);
    }

    private async Task WriteAsync(HttpContext context, string organization, Project? project, CancellationToken cancellationToken)
    {
        var account = await accounts.FindAsync(organization, cancellationToken);
        if (account is null || project is null)
        {
            throw ProjectNotFound();
        }

        await ShownOfProject.WriteAsync(context, new(ProjectRedactionAnswer.Of(project.Redaction, account.Redaction)), cancellationToken);
    }

    private static Task WriteAsync(HttpContext context, Account organization, CancellationToken cancellationToken) =>
        Shown.WriteAsync(context, new(RedactionAnswer.Of(organization.Redaction)), cancellationToken);

    private static ApiException ProjectNotFound() => RequiredAccounts.NotFound("Project");
}
