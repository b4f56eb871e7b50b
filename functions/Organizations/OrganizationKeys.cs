using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Organizations;

/// <summary>
/// The keys of an organization. A key's text is in the one answer that makes it, and nowhere else. Whoever serves these operations says under
/// which name, and to whom.
/// </summary>
public sealed class OrganizationKeys(AccountStore accounts, ProjectStore projects, KeyStore keys, TimeProvider time)
{
    private const long MaxRequestsPerMinute = 1_000_000;
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(30);

    private static readonly TextField Id = new("key", "The id of the key.");
    private static readonly OptionField Prefix = new("prefix", "How the keys begin, which is the surface they are for.", [KeyPrefix.LuminaLog, KeyPrefix.LumiqTrace, KeyPrefix.Lamina]);
    private static readonly OptionField NewPrefix = Prefix with { Description = "How the key begins, which is the surface it is for.", IsRequired = true, IgnoresCase = true };
    private static readonly TextField Name = OrganizationRequest.Name with { IsRequired = true };
    private static readonly WordsField Scopes =
        new("scopes", $"What the key may do, where its surface asks: `ingest` makes one that begins with `{KeyPrefix.LuminaLog}` send entries and open none, as is fit for a web page; `admin` lets one that begins with `{KeyPrefix.Lamina}` define apps.");
    private static readonly TextField Project =
        OrganizationRequest.Name with { Name = "project", Description = $"The project of the organization that the key is bound to. A key that begins with `{KeyPrefix.LumiqTrace}` needs one." };

    private static readonly WholeNumberField RequestsPerMinute =
        new("requestsPerMinute", "The requests a minute of the key itself, where there is to be such a limit.", 1, MaxRequestsPerMinute);

    private static readonly TimeField ExpiresAt = new("expiresAt", "When the key ends; never unless it is said. It has to be in the future.")
    {
        InWords = "an ISO 8601 time in the future, such as 2030-01-26T14:30:00Z",
    };

    private static readonly Answer<Answered<KeyAnswer>> Created = Answer.Json(201, "The new key, whose text is shown this once.", OrganizationJson.Default.AnsweredKeyAnswer) with
    {
        Example =
            """{"data":{"id":"1483af67","prefix":"ll_","name":"CI","status":"active","scopes":[],"project":null,"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z","replacedBy":null,"createdAt":"2026-11-21T19:48:12.9242558Z","key":"ll_61a2c30267061483af674d1c5b0ed7a1f29c0d6e2b8a7f1e"}}""",
    };

    private static readonly Answer<Answered<KeyAnswer>> Revoked = Answer.Json(200, "The key that has ended.", OrganizationJson.Default.AnsweredKeyAnswer);

    /// <summary>Makes a key.</summary>
    internal static ApiOperation Create { get; } = new("CreateKey", "Makes a key")
    {
        Description = "Its text is in this answer, and never again: only a hash of it is stored.",
        Body = OrganizationRequest.Body(NewPrefix, Name, Scopes, Project, RequestsPerMinute, ExpiresAt) with
        {
            Example = """{"prefix":"ll_","name":"CI","scopes":[],"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z"}""",
        },
        Answers = [Created],
    };

    /// <summary>Lists keys.</summary>
    internal static ApiOperation List { get; } = new("ListKeys", "Lists the keys of an organization") { Query = [Prefix, Paging.Limit, Paging.Cursor] };

    /// <summary>Ends a key.</summary>
    internal static ApiOperation Revoke { get; } = new("RevokeKey", "Ends a key")
    {
        Description = "At once, and for good. To end it twice is no error.",
        Path = [Id],
        Answers = [Revoked],
        Errors = [NotFound().Error],
    };

    /// <summary>Makes a new key in place of one.</summary>
    internal static ApiOperation Rotate { get; } = new("RotateKey", "Makes a new key in place of one that is valid")
    {
        Description = "The new key has the rights and the end of the old one, which works on for as long as the grace says, and names its successor in `replacedBy`. "
            + "A key can be rotated once.",
        Path = [Id],
        Answers = [Created],
        Errors = [NotFound().Error],
    };

    /// <summary>How long a key works on that another one takes the place of.</summary>
    /// <param name="usual">How long that is unless it is said.</param>
    internal static WholeNumberField Grace(TimeSpan usual) =>
        new("graceSeconds", "For how long the old key works on, in seconds.", 0, (long)MaxGrace.TotalSeconds) { Default = (long)usual.TotalSeconds };

    /// <summary>The body that says so.</summary>
    internal static Body RotationBody(WholeNumberField grace) =>
        OrganizationRequest.Body(grace) with { IsRequired = false, Example = """{"graceSeconds":3600}""" };

    /// <summary>Makes a key of an organization.</summary>
    public async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, Create, cancellationToken);
        var prefix = body.Read(NewPrefix);
        var options = new KeyOptions
        {
            Name = body.Read(Name) ?? "",
            Scopes = string.Join(' ', body.Read(Scopes) ?? []),
            Project = await ReadProjectAsync(body, prefix, organization, cancellationToken),
            RequestsPerMinute = body.Read(RequestsPerMinute),
            ExpiresAt = ReadExpiry(body),
        };
        body.Conclude(Create);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var key = await keys.CreateAsync(organization, prefix!, options) ?? throw RequiredAccounts.NotFound(AccountKind.Organization);
        await WriteNewAsync(context, key, cancellationToken);
    }

    /// <summary>Lists the keys of an organization.</summary>
    /// <typeparam name="T">What a key is shown as.</typeparam>
    internal async Task ListAsync<T>(
        HttpContext context, string organization, Answer<Page<T>> answer, Func<KeyRecord, DateTimeOffset, T> show, CancellationToken cancellationToken)
    {
        var query = OrganizationRequest.ReadQuery(context);
        var prefix = query.Read(Prefix);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsKey);
        query.Conclude(List);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await keys.ListAsync(organization, prefix, after, limit, cancellationToken);
        var now = time.GetUtcNow();
        await answer.WriteAsync(context, Paging.Show(page, limit, key => show(key, now)), cancellationToken);
    }

    /// <summary>Ends a key of an organization.</summary>
    public async Task RevokeAsync(HttpContext context, string organization, string key, CancellationToken cancellationToken)
    {
        var found = await RequireAsync(organization, key, cancellationToken);
        await keys.RevokeAsync(organization, key);
        await Revoked.WriteAsync(context, new(KeyAnswer.Of(found with { Status = TenantStatus.Revoked }, time.GetUtcNow())), cancellationToken);
    }

    /// <summary>Makes a new key in place of one of an organization.</summary>
    /// <param name="context">The request.</param>
    /// <param name="organization">Whose key it is.</param>
    /// <param name="key">The key.</param>
    /// <param name="operation">What was declared, with <see cref="RotationBody"/>.</param>
    /// <param name="grace">The one field of its body.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task RotateAsync(
        HttpContext context, string organization, string key, ApiOperation operation, WholeNumberField grace, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, operation, cancellationToken);
        var worksOn = TimeSpan.FromSeconds(body.Number(grace));
        body.Conclude(operation);

        await RequireAsync(organization, key, cancellationToken);
        var replacement = await keys.RotateAsync(organization, key, worksOn) ?? throw RequiredAccounts.NotFound("Valid key");
        await WriteNewAsync(context, replacement, cancellationToken);
    }

    private async Task<string> ReadProjectAsync(RequestReader body, string? prefix, string organization, CancellationToken cancellationToken)
    {
        var project = body.Read(Project);
        if (project is null)
        {
            if (prefix == KeyPrefix.LumiqTrace && !body.IsGiven(Project))
            {
                body.Problems.Missing(Project.Name);
            }

            return "";
        }

        if (TenantIds.OrganizationOf(project) != organization || await projects.FindAsync(project, cancellationToken) is null)
        {
            body.Problems.Value(Project.Name, "a project of the organization");
        }

        return project;
    }

    private DateTimeOffset? ReadExpiry(RequestReader body)
    {
        var expiresAt = body.Read(ExpiresAt);
        if (expiresAt <= time.GetUtcNow())
        {
            body.Problems.Value(ExpiresAt.Name, ExpiresAt.InWords);
        }

        return expiresAt;
    }

    // Sessions are rows of the same kind, but they belong to users.
    private async Task<KeyRecord> RequireAsync(string organization, string id, CancellationToken cancellationToken) =>
        TenantIds.IsAccount(organization)
        && TenantIds.IsKey(id)
        && await accounts.FindAsync(organization, cancellationToken) is not null
        && await keys.FindAsync(organization, id, cancellationToken) is { } key
        && Prefix.Options.Contains(key.Prefix)
            ? key
            : throw NotFound();

    private static ApiException NotFound() => RequiredAccounts.NotFound("Key");

    private async Task WriteNewAsync(HttpContext context, ApiKey key, CancellationToken cancellationToken)
    {
        var record = await keys.FindAsync(key.Account, key.Id, cancellationToken);
        await Created.WriteAsync(context, new(KeyAnswer.Of(record!, time.GetUtcNow(), key)), cancellationToken);
    }
}
