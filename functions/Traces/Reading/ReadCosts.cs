using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Traces.Figures;
using Serverless.Traces.Sessions;

namespace Serverless.Traces.Reading;

/// <summary><c>GET /v1/costs</c>: what a project costs.</summary>
public sealed class ReadCosts(SurfaceEndpoint endpoint, SessionGate gate, FiguresReader figures, EventGroups groups, TimeProvider time)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private const int MaxUsers = 20;

    private static readonly OptionField GroupBy = new("groupBy", "What the costs are told apart by, beside models.", ["user"]);
    private static readonly Answer<CostReport> Counted = Answer.Json(200, "The costs.", FigureJson.Default.CostReport);

    private static readonly ApiOperation Operation = new(nameof(ReadCosts), "Shows what a project costs")
    {
        Description = $"{EventParameters.ReportTime("last 30 days")} With `groupBy=user`: {EventGroups.InWords}",
        Credentials = SessionCredential.Both,
        Query = [SessionGate.ProjectId, .. EventParameters.Times, GroupBy],
        Answers = [Counted],
        Errors = SessionGate.Errors,
    };

    /// <summary><c>GET /v1/costs</c>: what a project costs.</summary>
    [Function(nameof(ReadCosts))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/costs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var project = (await gate.EnterAsync(context, cancellationToken)).Id;
        var now = time.GetUtcNow();
        var query = EventParameters.Open(context.Request);
        var isByUser = query.Read(GroupBy) is not null;
        query.Problems.Conclude();
        var range = EventParameters.ReadReportRange(context.Request, now, Usual, TimeSpan.TicksPerDay);
        var hours = await figures.ReadAsync(project, range, cancellationToken);
        var recentRange = RecentCost.Range(now);
        var isAtHand = range.Contains(recentRange.Times.From) && range.Contains(recentRange.Times.To);
        var recentHours = isAtHand ? [.. hours.In(recentRange)] : await figures.ReadAsync(project, recentRange.Times, cancellationToken);
        var recent = new RecentCost(recentHours, recentHours is [var first, ..] ? first.Hour : null, now);
        var byUser = isByUser ? await ReadUsersAsync(project, new(HourRange.Of(range).Times), cancellationToken) : null;
        await Counted.WriteAsync(context, CostReport.Of(hours, HourRange.Of(range), recent) with { ByUser = byUser }, cancellationToken);
    }

    private async Task<UserCosts> ReadUsersAsync(string project, EventFilter filter, CancellationToken cancellationToken)
    {
        var users = await groups.ReadAsync(project, filter, static measures => measures.UserId, cancellationToken);
        var dearest = users.DearestFirst().ToList();
        var others = dearest.Skip(MaxUsers).ToList();
        return new(
            dearest.Take(MaxUsers).Select(user =>
                new UserCost(user.Key, FigureNumbers.Money(user.Cost), user.Requests, user.InputTokens, user.OutputTokens, user.CachedTokens, user.UnpricedRequests)),
            new(
                others.Count,
                FigureNumbers.Money(others.Sum(user => user.Cost)),
                others.Sum(user => user.Requests),
                others.Sum(user => user.InputTokens),
                others.Sum(user => user.OutputTokens),
                others.Sum(user => user.CachedTokens),
                others.Sum(user => user.UnpricedRequests)),
            users.CompleteSince);
    }
}
