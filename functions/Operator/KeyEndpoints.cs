using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The keys of an organization. A key's text is in the one answer that makes it, and nowhere else.</summary>
public sealed class KeyEndpoints(SurfaceEndpoint endpoint, AccountStore accounts, ProjectStore projects, KeyStore keys, TimeProvider time)
{
    private const string Root = OperatorSurface.Root + "organizations/{organization}/keys";
    private const string One = Root + "/{key}";
    private const long MaxRequestsPerMinute = 1_000_000;
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(30);

    private static readonly TextField Id = new("key", "The id of the key.");
    private static readonly OptionField Prefix = new("prefix", "How the keys begin, which is the surface they are for.", [KeyPrefix.LuminaLog, KeyPrefix.LumiqTrace, KeyPrefix.Lamina]);
    private static readonly OptionField NewPrefix = Prefix with { Description = "How the key begins, which is the surface it is for.", IsRequired = true, IgnoresCase = true };
    private static readonly TextField Name = OperatorRequest.Name with { IsRequired = true };
    private static readonly WordsField Scopes = new("scopes", "What the key may do, where its surface asks.");
    private static readonly TextField Project =
        OperatorRequest.Name with { Name = "project", Description = $"The project of the organization that the key is bound to. A key that begins with `{KeyPrefix.LumiqTrace}` needs one." };

    private static readonly WholeNumberField RequestsPerMinute =
        new("requestsPerMinute", "The requests a minute of the key itself, where there is to be such a limit.", 1, MaxRequestsPerMinute);

    private static readonly TimeField ExpiresAt = new("expiresAt", "When the key ends; never unless it is said. It has to be in the future.")
    {
        InWords = "an ISO 8601 time in the future, such as 2030-01-26T14:30:00Z",
    };

    private static readonly WholeNumberField Grace = new("graceSeconds", "For how long the old key works on, in seconds.", 0, (long)MaxGrace.TotalSeconds) { Default = 0 };

    private static readonly Answer<Answered<KeyAnswer>> Created = Answer.Json(201, "The new key, whose text is shown this once.", OperatorJson.Default.AnsweredKeyAnswer) with
    {
        Example = JsonNode.Parse(
            """{"data":{"id":"1483af67","prefix":"ll_","name":"CI","status":"active","scopes":[],"project":null,"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z","replacedBy":null,"createdAt":"2026-11-21T19:48:12.9242558Z","key":"ll_61a2c30267061483af674d1c5b0ed7a1f29c0d6e2b8a7f1e"}}"""),
    };

    private static readonly Answer<Answered<KeyAnswer>> Revoked = Answer.Json(200, "The key that has ended.", OperatorJson.Default.AnsweredKeyAnswer);
    private static readonly Answer<Page<KeyAnswer>> Listed = Answer.Json(200, "A page of keys.", OperatorJson.Default.PageKeyAnswer);

    private static readonly ApiOperation CreateKey = new(nameof(CreateKey), "Makes a key")
    {
        Description = "Its text is in this answer, and never again: only a hash of it is stored.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Body = OperatorRequest.Body(NewPrefix, Name, Scopes, Project, RequestsPerMinute, ExpiresAt) with
        {
            Example = JsonNode.Parse("""{"prefix":"ll_","name":"CI","scopes":[],"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z"}"""),
        },
        Answers = [Created],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation ListKeys = new(nameof(ListKeys), "Lists the keys of an organization")
    {
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization],
        Query = [Prefix, Paging.Limit, Paging.Cursor],
        Answers = [Listed],
        Errors = [RequiredAccounts.NotFound(AccountKind.Organization).Error],
    };

    private static readonly ApiOperation RevokeKey = new(nameof(RevokeKey), "Ends a key")
    {
        Description = "At once, and for good. To end it twice is no error.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Answers = [Revoked],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation RotateKey = new(nameof(RotateKey), "Makes a new key in place of one that is valid")
    {
        Description = "The new key has the rights and the end of the old one, which works on for as long as the grace says, and names its successor in `replacedBy`. "
            + "A key can be rotated once.",
        Credentials = [OperatorSurface.Key],
        Path = [OperatorRequest.Organization, Id],
        Body = OperatorRequest.Body(Grace) with { IsRequired = false, Example = JsonNode.Parse("""{"graceSeconds":3600}""") },
        Answers = [Created],
        Errors = [NotFound().Error],
    };

    /// <summary><c>POST organizations/{organization}/keys</c>.</summary>
    [Function(nameof(CreateKey))]
    public Task CreateKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, CreateKey, (context, cancellationToken) => CreateAsync(context, organization, cancellationToken));

    /// <summary><c>GET organizations/{organization}/keys</c>.</summary>
    [Function(nameof(ListKeys))]
    public Task ListKeysAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request, string organization) =>
        endpoint.ServeAsync(request, ListKeys, (context, cancellationToken) => ListAsync(context, organization, cancellationToken));

    /// <summary><c>DELETE organizations/{organization}/keys/{key}</c>: ends the key, at once. Ending it twice is no error.</summary>
    [Function(nameof(RevokeKey))]
    public Task RevokeKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string organization, string key) =>
        endpoint.ServeAsync(request, RevokeKey, (context, cancellationToken) => RevokeAsync(context, organization, key, cancellationToken));

    /// <summary><c>POST organizations/{organization}/keys/{key}/rotate</c>: a new key in place of one that is still valid.</summary>
    [Function(nameof(RotateKey))]
    public Task RotateKeyAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = One + "/rotate")] HttpRequest request, string organization, string key) =>
        endpoint.ServeAsync(request, RotateKey, (context, cancellationToken) => RotateAsync(context, organization, key, cancellationToken));

    private async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, CreateKey, cancellationToken);
        var prefix = body.Read(NewPrefix);
        var options = new KeyOptions
        {
            Name = body.Read(Name) ?? "",
            Scopes = string.Join(' ', body.Read(Scopes) ?? []),
            Project = await ReadProjectAsync(body, prefix, organization, cancellationToken),
            RequestsPerMinute = body.Read(RequestsPerMinute),
            ExpiresAt = ReadExpiry(body),
        };
        body.Conclude(CreateKey);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var key = await keys.CreateAsync(organization, prefix!, options);
        await WriteNewAsync(context, key!, cancellationToken);
    }

    private async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = OperatorRequest.ReadQuery(context);
        var prefix = query.Read(Prefix);
        var limit = query.Number(Paging.Limit);
        var after = Paging.ReadCursor(query, TenantIds.IsKey);
        query.Conclude(ListKeys);

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await keys.ListAsync(organization, prefix, after, limit, cancellationToken);
        var now = time.GetUtcNow();
        await Listed.WriteAsync(context, Paging.Show(page, limit, key => KeyAnswer.Of(key, now)), cancellationToken);
    }

    private async Task RevokeAsync(HttpContext context, string organization, string key, CancellationToken cancellationToken)
    {
        var found = await RequireAsync(organization, key, cancellationToken);
        await keys.RevokeAsync(organization, key);
        await Revoked.WriteAsync(context, new(KeyAnswer.Of(found with { Status = TenantStatus.Revoked }, time.GetUtcNow())), cancellationToken);
    }

    private async Task RotateAsync(HttpContext context, string organization, string key, CancellationToken cancellationToken)
    {
        var body = await OperatorRequest.ReadBodyAsync(context, RotateKey, cancellationToken);
        var grace = TimeSpan.FromSeconds(body.Number(Grace));
        body.Conclude(RotateKey);

        await RequireAsync(organization, key, cancellationToken);
        var replacement = await keys.RotateAsync(organization, key, grace) ?? throw OperatorSurface.NotFound("Valid key");
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
        && await keys.FindAsync(organization, id, cancellationToken) is { } key
        && Prefix.Options.Contains(key.Prefix)
            ? key
            : throw NotFound();

    private static ApiException NotFound() => OperatorSurface.NotFound("Key");

    private async Task WriteNewAsync(HttpContext context, ApiKey key, CancellationToken cancellationToken)
    {
        var record = await keys.FindAsync(key.Account, key.Id, cancellationToken);
        await Created.WriteAsync(context, new(KeyAnswer.Of(record!, time.GetUtcNow(), key)), cancellationToken);
    }
}
