using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Figures;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/sessions</c> and <c>GET /v1/users</c>: what events are part of, and whom they were for, with their sums.</summary>
public sealed class ListSessions(SurfaceEndpoint endpoint, SessionGate gate, EventGroups groups, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(7);
    private static readonly string Times = $"Unless `start` and `end` say it, this is about the last {Usual.TotalDays} days. {EventGroups.InWords}";
    private static readonly WholeNumberField Limit = new("limit", "The most of them.", 1, 200) { Default = 50 };
    private static readonly Answer<SessionsAnswer> FoundSessions = Answer.Json(200, "The sessions.", EventGroupJson.Default.SessionsAnswer);
    private static readonly Answer<UsersAnswer> FoundUsers = Answer.Json(200, "The users.", EventGroupJson.Default.UsersAnswer);

    private static readonly ApiOperation OfSessions = new(nameof(ListSessions), "Lists the sessions that events are part of, the one seen last first")
    {
        Description = $"Events that name no session do not count. {Times}",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times, EventParameters.UserId, Limit],
        Answers = [FoundSessions],
        Errors = SessionGate.Errors,
    };

    private static readonly ApiOperation OfUsers = new("ListUsers", "Lists the users that events were for, the dearest first")
    {
        Description = $"Events that name no user do not count. {Times}",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times, Limit],
        Answers = [FoundUsers],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/sessions</c>: sessions, the one seen last first.</summary>
    [Function(nameof(ListSessions))]
    public Task ListSessionsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/sessions")] HttpRequest request) =>
        endpoint.ServeAsync(request, OfSessions, async (context, cancellationToken) =>
        {
            var (found, limit) = await ReadAsync(context, OfSessions, static measures => measures.SessionId, cancellationToken);
            var newest = found.Groups.OrderByDescending(group => group.LastSeen).ThenBy(group => group.Key, StringComparer.Ordinal).Take(limit);
            await FoundSessions.WriteAsync(context, new(newest.Select(ListedSession.Of), found.Groups.Count, found.CompleteSince), cancellationToken);
        });

    /// <summary><c>GET /v1/users</c>: users, the dearest first.</summary>
    [Function("ListUsers")]
    public Task ListUsersAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/users")] HttpRequest request) =>
        endpoint.ServeAsync(request, OfUsers, async (context, cancellationToken) =>
        {
            var (found, limit) = await ReadAsync(context, OfUsers, static measures => measures.UserId, cancellationToken);
            await FoundUsers.WriteAsync(context, new(found.DearestFirst().Take(limit).Select(ListedUser.Of), found.Groups.Count, found.CompleteSince), cancellationToken);
        });

    private async Task<(GroupedEvents Found, int Limit)> ReadAsync(
        HttpContext context, ApiOperation operation, Func<EventMeasures, string> keyOf, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var query = EventParameters.Open(context.Request);
        var filter = new EventFilter(EventParameters.ReadRange(query, time.GetUtcNow(), Usual))
        {
            UserId = operation.Query.Contains(EventParameters.UserId) ? query.Read(EventParameters.UserId) : null,
        };
        var limit = query.Number(Limit);
        query.Problems.Conclude();
        return (await groups.ReadAsync(project, filter, measures => keyOf(measures) is { Length: > 0 } key ? key : null, cancellationToken), limit);
    }
}

/// <summary>Sessions.</summary>
internal sealed record SessionsAnswer(
    [property: Description("The sessions, the one seen last first.")] IEnumerable<ListedSession> Sessions,
    [property: Description("How many there are in all.")] int Total,
    [property: Description("Since when all events are counted; null when that is all of the time asked for. Of what was before, only a part is.")] DateTime? CompleteSince);

/// <summary>Users.</summary>
internal sealed record UsersAnswer(
    [property: Description("The users, the dearest first.")] IEnumerable<ListedUser> Users,
    [property: Description("How many there are in all.")] int Total,
    [property: Description("Since when all events are counted; null when that is all of the time asked for. Of what was before, only a part is.")] DateTime? CompleteSince);

/// <summary>What a list says of a session.</summary>
internal sealed record ListedSession(
    [property: Description("The session.")] string SessionId,
    [property: Description("Whom it is for, by its newest event that says so; null when none does.")] string? UserId,
    [property: Description("How many requests it has.")] long Requests,
    [property: Description("How many traces these are of.")] int Traces,
    [property: Description("How many requests failed: `error`, `timeout` and `rate_limited`.")] long Errors,
    [property: Description("What they cost, in US dollars.")] decimal Cost,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("When its first event happened.")] DateTime FirstSeen,
    [property: Description("When its last event happened.")] DateTime LastSeen,
    [property: Description("The models by name, twenty at most.")] IEnumerable<string> Models,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of a group of events.</summary>
    public static ListedSession Of(EventGroup group) => new(
        group.Key!, group.User, group.Requests, group.Traces, group.Errors, FigureNumbers.Money(group.Cost), group.InputTokens, group.OutputTokens, group.FirstSeen, group.LastSeen, group.Models, group.UnpricedRequests);
}

/// <summary>What a list says of a user.</summary>
internal sealed record ListedUser(
    [property: Description("The user.")] string UserId,
    [property: Description("How many requests there were.")] long Requests,
    [property: Description("How many traces these are of.")] int Traces,
    [property: Description("How many requests failed: `error`, `timeout` and `rate_limited`.")] long Errors,
    [property: Description("What they cost, in US dollars.")] decimal Cost,
    [property: Description("The tokens sent.")] long InputTokens,
    [property: Description("The tokens received.")] long OutputTokens,
    [property: Description("When the first event happened.")] DateTime FirstSeen,
    [property: Description("When the last event happened.")] DateTime LastSeen,
    [property: Description("The models by name, twenty at most.")] IEnumerable<string> Models,
    [property: Description("How many of the requests cost what nobody knows: `cost` is without them.")] long UnpricedRequests)
{
    /// <summary>That of a group of events.</summary>
    public static ListedUser Of(EventGroup group) => new(
        group.Key!, group.Requests, group.Traces, group.Errors, FigureNumbers.Money(group.Cost), group.InputTokens, group.OutputTokens, group.FirstSeen, group.LastSeen, group.Models, group.UnpricedRequests);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SessionsAnswer))]
[JsonSerializable(typeof(UsersAnswer))]
internal sealed partial class EventGroupJson : JsonSerializerContext;
