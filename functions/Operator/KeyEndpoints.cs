using Microsoft.AspNetCore.Http;
using Serverless.Tenancy;

namespace Serverless.Operator;

/// <summary>The keys of an organization. A key's text is in the one answer that makes it, and nowhere else.</summary>
public sealed class KeyEndpoints(AccountStore accounts, ProjectStore projects, KeyStore keys, TimeProvider time)
{
    private const long MaxRequestsPerMinute = 1_000_000;
    private static readonly TimeSpan MaxGrace = TimeSpan.FromDays(30);
    private static readonly IReadOnlyList<string> Prefixes = [KeyPrefix.LuminaLog, KeyPrefix.LumiqTrace, KeyPrefix.Lamina];

    /// <summary><c>POST organizations/{organization}/keys</c>.</summary>
    public async Task CreateAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var prefix = body.RequiredOption("prefix", Prefixes);
        var options = new KeyOptions
        {
            Name = body.RequiredText("name", OrganizationEndpoints.MaxNameLength),
            Scopes = string.Join(' ', body.Words("scopes")),
            Project = await ReadProjectAsync(body, prefix, organization, cancellationToken),
            RequestsPerMinute = body.Number("requestsPerMinute", 1, MaxRequestsPerMinute),
            ExpiresAt = body.Time("expiresAt", after: time.GetUtcNow()),
        };
        body.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var key = await keys.CreateAsync(organization, prefix, options);
        await WriteNewAsync(context, key!, cancellationToken);
    }

    /// <summary><c>GET organizations/{organization}/keys</c>.</summary>
    public async Task ListAsync(HttpContext context, string organization, CancellationToken cancellationToken)
    {
        var query = new OperatorQuery(context.Request);
        var prefix = query.Option("prefix", Prefixes);
        var limit = query.Limit();
        var after = query.Cursor(TenantIds.IsKey);
        query.Conclude();

        await accounts.RequireOrganizationAsync(organization, cancellationToken);
        var page = await keys.ListAsync(organization, prefix, after, limit, cancellationToken);
        var now = time.GetUtcNow();
        await context.WritePageAsync(page, key => KeyAnswer.Of(key, now), OperatorJson.Default.KeyAnswer, limit, cancellationToken);
    }

    /// <summary><c>DELETE organizations/{organization}/keys/{key}</c>: ends the key, at once. Ending it twice is no error.</summary>
    public async Task RevokeAsync(HttpContext context, string organization, string key, CancellationToken cancellationToken)
    {
        var found = await RequireAsync(organization, key, cancellationToken);
        await keys.RevokeAsync(organization, key);
        await WriteAsync(context, found with { Status = TenantStatus.Revoked }, cancellationToken);
    }

    /// <summary><c>POST organizations/{organization}/keys/{key}/rotate</c>: a new key in place of one that is still valid.</summary>
    public async Task RotateAsync(HttpContext context, string organization, string key, CancellationToken cancellationToken)
    {
        var body = await OperatorBody.ReadAsync(context, cancellationToken);
        var grace = TimeSpan.FromSeconds(body.Number("graceSeconds", 0, (long)MaxGrace.TotalSeconds) ?? 0);
        body.Conclude();

        await RequireAsync(organization, key, cancellationToken);
        var replacement = await keys.RotateAsync(organization, key, grace) ?? throw OperatorResponse.NotFound("Valid key");
        await WriteNewAsync(context, replacement, cancellationToken);
    }

    private async Task<string> ReadProjectAsync(OperatorBody body, string prefix, string organization, CancellationToken cancellationToken)
    {
        var project = body.Text("project", OrganizationEndpoints.MaxNameLength);
        if (project is null)
        {
            if (prefix == KeyPrefix.LumiqTrace && !body.IsGiven("project"))
            {
                body.Problems.Missing("project");
            }

            return "";
        }

        if (TenantIds.OrganizationOf(project) != organization || await projects.FindAsync(project, cancellationToken) is null)
        {
            body.Problems.Value("project", "a project of the organization");
        }

        return project;
    }

    // Sessions are rows of the same kind, but they belong to users.
    private async Task<KeyRecord> RequireAsync(string organization, string id, CancellationToken cancellationToken) =>
        TenantIds.IsAccount(organization)
        && TenantIds.IsKey(id)
        && await keys.FindAsync(organization, id, cancellationToken) is { } key
        && Prefixes.Contains(key.Prefix)
            ? key
            : throw OperatorResponse.NotFound("Key");

    private async Task WriteNewAsync(HttpContext context, ApiKey key, CancellationToken cancellationToken)
    {
        var record = await keys.FindAsync(key.Account, key.Id, cancellationToken);
        await context.WriteDataAsync(
            KeyAnswer.Of(record!, time.GetUtcNow(), key), OperatorJson.Default.KeyAnswer, cancellationToken, StatusCodes.Status201Created);
    }

    private Task WriteAsync(HttpContext context, KeyRecord key, CancellationToken cancellationToken) =>
        context.WriteDataAsync(KeyAnswer.Of(key, time.GetUtcNow()), OperatorJson.Default.KeyAnswer, cancellationToken);
}
