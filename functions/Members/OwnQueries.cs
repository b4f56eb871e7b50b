using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Organizations;
using Serverless.Tenancy;

namespace Serverless.Members;

/// <summary>The questions about logs that the organization keeps: saved by every member, changed by whoever saved them and by admins and owners.</summary>
public sealed class OwnQueries(MembersEndpoint endpoint, SavedQueryStore store, MembershipStore members, QuestionCheck check, TimeProvider time)
{
    private const string Root = MembersSurface.Root + "/queries";
    private const string One = Root + "/{query}";

    private static readonly TextField Id = new("query", "The id of the query.");
    private static readonly TextField Name = OrganizationRequest.Name with { Description = "Its name. No other query of the organization has it, in whatever case." };
    private static readonly TextField Question = new("query", "What it asks: what `GET /v1/logs?query=` takes.") { MinLength = 1, MaxLength = SavedQuery.MaxTextLength };

    private static readonly Answer<Answered<SavedQueryAnswer>> Shown = Answer.Json(200, "The query, as it is now.", MembersJson.Default.AnsweredSavedQueryAnswer) with
    {
        Example = """{"data":{"id":"5e2f90c1","name":"Slow checkouts","query":"metadata.ms:>500 environment:production","createdAt":"2026-11-21T19:48:09.7885196Z","createdBy":"ann@example.com"}}""",
    };

    private static readonly Answer<Answered<SavedQueryAnswer>> Saved = Shown with { Status = 201, Description = "The new query." };
    private static readonly Answer<Answered<IEnumerable<SavedQueryAnswer>>> Listed = Answer.Json(200, "All queries, by name.", MembersJson.Default.AnsweredIEnumerableSavedQueryAnswer);
    private static readonly Answer Removed = new(204, "It is deleted.");

    private static readonly ApiOperation ListOwnQueries = MembersSurface.Operation(
        new("", "Lists the saved queries of the organization") { Answers = [Listed] }, nameof(ListOwnQueries));

    private static readonly ApiOperation CreateOwnQuery = MembersSurface.Operation(
        new("", "Saves a query of logs for all members")
        {
            Description = $"At most {SavedQuery.MaxCount} are kept.",
            Body = OrganizationRequest.Body(Name with { IsRequired = true }, Question with { IsRequired = true }) with
            {
                Example = """{"name":"Slow checkouts","query":"metadata.ms:>500 environment:production"}""",
            },
            Answers = [Saved],
            Errors = [NameTaken().Error, TooMany().Error, Contended().Error],
        },
        nameof(CreateOwnQuery));

    private static readonly ApiOperation UpdateOwnQuery = MembersSurface.Operation(
        new("", "Gives a saved query another name, or has it ask something else")
        {
            Description = "What is left out stays as it is. Whoever saved it may do this, and admins and owners.",
            Path = [Id],
            Body = OrganizationRequest.Body(Name, Question) with { Example = """{"name":"Slow payments"}""" },
            Answers = [Shown],
            Errors = [NotFound().Error, OthersQuery().Error, NameTaken().Error, Contended().Error],
        },
        nameof(UpdateOwnQuery));

    private static readonly ApiOperation DeleteOwnQuery = MembersSurface.Operation(
        new("", "Deletes a saved query")
        {
            Description = "Whoever saved it may do this, and admins and owners.",
            Path = [Id],
            Answers = [Removed],
            Errors = [NotFound().Error, OthersQuery().Error, Contended().Error],
        },
        nameof(DeleteOwnQuery));

    /// <summary><c>GET /v1/organization/queries</c>.</summary>
    [Function(nameof(ListOwnQueries))]
    public Task ListOwnQueriesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = Root)] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOwnQueries, async (context, organization, cancellationToken) =>
            await Listed.WriteAsync(context, new((await store.ListAsync(organization, cancellationToken)).Select(SavedQueryAnswer.Of)), cancellationToken));

    /// <summary><c>POST /v1/organization/queries</c>: saves a query.</summary>
    [Function(nameof(CreateOwnQuery))]
    public Task CreateOwnQueryAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = Root)] HttpRequest request) =>
        endpoint.ServeSessionAsync(request, CreateOwnQuery, CreateAsync);

    /// <summary><c>PUT /v1/organization/queries/{query}</c>: changes its name, or what it asks.</summary>
    [Function(nameof(UpdateOwnQuery))]
    public Task UpdateOwnQueryAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = One)] HttpRequest request, string query) =>
        endpoint.ServeSessionAsync(request, UpdateOwnQuery, (context, member, cancellationToken) => UpdateAsync(context, member, query, cancellationToken));

    /// <summary><c>DELETE /v1/organization/queries/{query}</c>.</summary>
    [Function(nameof(DeleteOwnQuery))]
    public Task DeleteOwnQueryAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = One)] HttpRequest request, string query) =>
        endpoint.ServeSessionAsync(request, DeleteOwnQuery, (context, member, cancellationToken) => DeleteAsync(context, member, query, cancellationToken));

    private async Task CreateAsync(HttpContext context, Caller member, CancellationToken cancellationToken)
    {
        var (name, question) = await ReadAsync(context, CreateOwnQuery, isNew: true, cancellationToken);
        var creator = await members.FindAsync(member.Account.Id, member.Key.User, cancellationToken) ?? throw MembersSurface.NotAuthenticated();
        var saved = new SavedQuery(SavedQuery.NewId(), name!, question!, time.GetUtcNow(), creator.Email, creator.UserId);
        await ChangeAsync(
            member,
            all =>
            {
                if (all.Contains(saved))
                {
                    // It was stored, and the answer to that was lost.
                    return null;
                }

                RequireFree(all, saved);
                return all.Count < SavedQuery.MaxCount ? new(saved) : throw TooMany();
            },
            cancellationToken);
        await Saved.WriteAsync(context, new(SavedQueryAnswer.Of(saved)), cancellationToken);
    }

    private async Task UpdateAsync(HttpContext context, Caller member, string id, CancellationToken cancellationToken)
    {
        var (name, question) = await ReadAsync(context, UpdateOwnQuery, isNew: false, cancellationToken);
        SavedQuery? changed = null;
        await ChangeAsync(
            member,
            all =>
            {
                var current = RequireOwn(all, id, member);
                changed = current with { Name = name ?? current.Name, Text = question ?? current.Text };
                RequireFree(all, changed);
                return changed == current ? null : new(changed);
            },
            cancellationToken);
        await Shown.WriteAsync(context, new(SavedQueryAnswer.Of(changed!)), cancellationToken);
    }

    private async Task DeleteAsync(HttpContext context, Caller member, string id, CancellationToken cancellationToken)
    {
        var wasThere = false;
        await ChangeAsync(
            member,
            all =>
            {
                if (wasThere && !all.Any(query => query.Id == id))
                {
                    // It was deleted, and the answer to that was lost.
                    return null;
                }

                var query = RequireOwn(all, id, member);
                wasThere = true;
                return new(query, IsRemoval: true);
            },
            cancellationToken);
        Removed.Write(context);
    }

    private async Task<(string? Name, string? Question)> ReadAsync(HttpContext context, ApiOperation operation, bool isNew, CancellationToken cancellationToken)
    {
        var body = await OrganizationRequest.ReadBodyAsync(context, operation, cancellationToken);
        var (name, question) = (body.Read(Name with { IsRequired = isNew }), body.Read(Question with { IsRequired = isNew }));
        if (question is not null && check(question) is { } problem)
        {
            body.Complain(Question, "invalid_format", problem);
        }

        body.Conclude(operation);
        return (name, question);
    }

    private async Task ChangeAsync(Caller member, Func<IReadOnlyList<SavedQuery>, SavedQueryChange?> decide, CancellationToken cancellationToken)
    {
        if (!await store.TryChangeAsync(member.Account.Id, decide, cancellationToken))
        {
            throw Contended();
        }
    }

    private static SavedQuery RequireOwn(IReadOnlyList<SavedQuery> all, string id, Caller member)
    {
        var query = all.FirstOrDefault(query => query.Id == id) ?? throw NotFound();
        return query.UserId == member.Key.User || SessionAdmission.IsAllowed(member, Access.Define) ? query : throw OthersQuery();
    }

    private static void RequireFree(IReadOnlyList<SavedQuery> all, SavedQuery named)
    {
        if (all.Any(query => query.Id != named.Id && query.Name.Equals(named.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw NameTaken();
        }
    }

    private static ApiException NotFound() => RequiredAccounts.NotFound("Query");

    private static ApiException OthersQuery() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", $"Somebody else saved this query: to change it needs the role {Roles.Admin} or {Roles.Owner}"));

    private static ApiException NameTaken() => Conflict("There is a query of this name already");

    private static ApiException TooMany() => Conflict($"There are {SavedQuery.MaxCount} queries already: delete one first");

    private static ApiException Conflict(string message) => new(new(StatusCodes.Status409Conflict, "CONFLICT", message));

    private static ApiException Contended() => new(new(
        StatusCodes.Status503ServiceUnavailable, "RESOURCE_UNAVAILABLE", "The queries are being changed by many requests, please try again")
    { Retryable = true, RetryAfter = TimeSpan.FromSeconds(1) });
}
