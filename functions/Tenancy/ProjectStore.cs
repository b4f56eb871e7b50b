using Azure.Data.Tables;
using Serverless.Redaction;
using Serverless.Storage;

namespace Serverless.Tenancy;

/// <summary>A project of an organization.</summary>
/// <param name="Id">Its id, which names the organization too.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Status">A value of <see cref="TenantStatus"/>.</param>
/// <param name="ConfigurationVersion">1 at first; every change counts it up.</param>
/// <param name="CreatedAt">When it was made.</param>
public sealed record Project(string Id, string Name, string Status, int ConfigurationVersion, DateTimeOffset CreatedAt)
{
    /// <summary>How its clients are to behave, as <see cref="SdkConfiguration.ToText"/> writes it.</summary>
    public string ClientConfiguration { get; init; } = "";

    /// <summary>What is taken out of its records before they are stored, beside what the organization says.</summary>
    public RedactionRules Redaction { get; init; } = RedactionRules.None;

    /// <summary>Whether it takes anything in.</summary>
    public bool IsActive => Status == TenantStatus.Active;

    /// <summary>Reads the project of a row; null when there is none, or none any more.</summary>
    public static Project? Read(LedgerView view, string id)
    {
        var row = TenantRows.Project(id);
        var status = view.Get<string>(row, TenantColumns.Status) ?? "";
        return !view.Exists(row) || status == TenantStatus.Erased ? null : new(
            id,
            view.Get<string>(row, TenantColumns.Name) ?? "",
            status,
            view.Get(row, TenantColumns.ConfigurationVersion) as int? ?? 1,
            view.Get(row, TenantColumns.Created) as DateTimeOffset? ?? DateTimeOffset.UnixEpoch)
        {
            ClientConfiguration = view.Get<string>(row, TenantColumns.ClientConfiguration) ?? "",
            Redaction = RedactionRules.Parse(view.Get<string>(row, TenantColumns.Redaction)),
        };
    }

    /// <summary>Writes the project.</summary>
    public void Write(LedgerView view)
    {
        var row = TenantRows.Project(Id);
        view.Set(row, TenantColumns.Name, Name);
        view.Set(row, TenantColumns.Status, Status);
        view.Set(row, TenantColumns.ConfigurationVersion, ConfigurationVersion);
        view.Set(row, TenantColumns.Created, CreatedAt);
        view.Set(row, TenantColumns.ClientConfiguration, ClientConfiguration);
        if (!Redaction.IsEmpty || view.Get<string>(row, TenantColumns.Redaction) is not null)
        {
            view.Set(row, TenantColumns.Redaction, Redaction.ToText());
        }
    }
}

/// <summary>Makes projects and changes them.</summary>
public sealed class ProjectStore(Ledgers ledgers, TimeProvider time)
{
    private const string FirstRow = "project-";
    private const string EndOfRows = "project.";

    /// <summary>Makes a project.</summary>
    /// <returns>The project; null when there is no such organization.</returns>
    public async Task<Project?> CreateAsync(string organization, string name)
    {
        while (true)
        {
            var project = new Project(TenantIds.NewProject(organization), name, TenantStatus.Active, ConfigurationVersion: 1, time.GetUtcNow());
            var row = TenantRows.Project(project.Id);
            var isNew = await ledgers.Tenants.ApplyAsync(organization, [TenantRows.Account, row], view =>
            {
                if (Account.Read(view) is not { Kind: AccountKind.Organization })
                {
                    return new Verdict<bool?>(null);
                }

                if (view.Exists(row))
                {
                    return new(false);
                }

                view.Require(TenantRows.Account);
                project.Write(view);
                return new(true);
            });
            if (isNew is not false)
            {
                return isNew is null ? null : project;
            }
        }
    }

    /// <summary>The project of this id, as it is at this moment; null when there is none.</summary>
    public async Task<Project?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        TenantIds.OrganizationOf(id) is { } organization
        && await ledgers.Tenants.FindAsync(organization, TenantRows.Project(id), cancellationToken) is { } view
            ? Project.Read(view, id)
            : null;

    /// <summary>The projects of an organization, in the order of their ids.</summary>
    /// <param name="organization">Whose they are.</param>
    /// <param name="after">The id after which the page begins; null for the first.</param>
    /// <param name="limit">How many it takes, 1 to 200.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<TenantPage<Project>> ListAsync(string organization, string? after, int limit, CancellationToken cancellationToken)
    {
        var from = after is null ? FirstRow : TenantRows.Project(after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and RowKey gt {from} and RowKey lt {EndOfRows}");
        var projects = ledgers.Tenants.QueryAsync(filter, limit + 1, cancellationToken)
            .Select(row => Project.Read(row.View, row.Row[FirstRow.Length..]))
            .OfType<Project>();
        return TenantPage<Project>.TakeAsync(projects, limit, project => project.Id, cancellationToken);
    }

    /// <summary>Changes a project.</summary>
    /// <param name="id">Which.</param>
    /// <param name="name">Its new name; null leaves it.</param>
    /// <param name="status">Its new status; null leaves it.</param>
    /// <param name="configuration">How its clients are to behave from now on; null leaves it.</param>
    /// <returns>The project as it is now; null when there is none.</returns>
    public Task<Project?> UpdateAsync(string id, string? name, string? status, SdkConfiguration? configuration = null) => UpdateAsync(id, project => project with
    {
        Name = name ?? project.Name,
        Status = status ?? project.Status,
        ClientConfiguration = configuration?.ToText() ?? project.ClientConfiguration,
    });

    /// <summary>Changes a project.</summary>
    /// <param name="id">Which.</param>
    /// <param name="change">What it is to be. Pure.</param>
    /// <returns>The project as it is now; null when there is none.</returns>
    public async Task<Project?> UpdateAsync(string id, Func<Project, Project> change)
    {
        if (TenantIds.OrganizationOf(id) is not { } organization)
        {
            return null;
        }

        return await ledgers.Tenants.ApplyAsync(organization, [TenantRows.Account, TenantRows.Project(id)], view =>
        {
            if (Account.Read(view) is null || Project.Read(view, id) is not { } project)
            {
                return new Verdict<Project?>(null);
            }

            var changed = change(project);
            if (changed == project)
            {
                view.Require(TenantRows.Project(id));
                return new(project);
            }

            changed = changed with { ConfigurationVersion = project.ConfigurationVersion + 1 };
            changed.Write(view);
            return new(changed);
        });
    }

    /// <summary>Has a project be no more, for anybody: the keys that are bound to it are unknown from the very next request on, on every instance.</summary>
    /// <param name="id">Which; the id of a project.</param>
    internal Task EraseAsync(string id) => ledgers.Tenants.ApplyAsync(TenantIds.OrganizationOf(id)!, [TenantRows.Project(id)], view =>
    {
        if (Project.Read(view, id) is not null)
        {
            view.Set(TenantRows.Project(id), TenantColumns.Status, TenantStatus.Erased);
        }

        return new Verdict<bool>(true);
    });
}
