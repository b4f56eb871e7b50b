using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Storage;
using Serverless.Workspaces;

namespace Serverless.Alerts;

/// <summary>Alerts: to be defined, looked at, and removed.</summary>
public sealed class AlertEndpoints(LaminaEndpoint endpoint, AlertReader reader, AlertStore store, AlertHistory history, AlertAnnouncements announcements, TimeProvider time)
{
    /// <summary>The most alerts of a workspace.</summary>
    internal const int MaxCount = 100;

    // Each round one of those who write at once gets through.
    private const int MaxRounds = 50;

    private static readonly Answer<Answered<AlertAnswer>> Made = Answer.Json(201, "The alert is new.", AlertJson.Default.AnsweredAlertAnswer);
    private static readonly Answer<Answered<AlertAnswer>> Changed = Answer.Json(200, "The alert was there, and is changed.", AlertJson.Default.AnsweredAlertAnswer);
    private static readonly Answer<Answered<AlertAnswer>> Shown = Answer.Json(200, "The alert, and how it stands.", AlertJson.Default.AnsweredAlertAnswer);
    private static readonly Answer<Page<AlertAnswer>> Listed = Answer.Json(200, "A page of alerts, and how they stand.", AlertJson.Default.PageAlertAnswer);
    private static readonly Answer<Page<AlertChangeAnswer>> Told = Answer.Json(200, "A page of changes, the newest first.", AlertJson.Default.PageAlertChangeAnswer);
    private static readonly Answer Deleted = new(204, "It is removed.");

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListAlerts", "Lists the alerts of the workspace") with
    {
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Listed],
    };

    private static readonly ApiOperation PutOperation = Lamina.Operation("PutAlert", "Defines an alert, or replaces it") with
    {
        Description =
            $"""
            Every five minutes the window that has just ended is judged, two minutes after its end, by the timestamps of what it holds; of every five minutes, what is stored by then counts, and nothing
            that comes later. A window of nothing has a count, a cost and tokens of 0. A rate or a latency of no requests is no value, and so neither above nor below anything. What could not be judged in
            time is made up for, window by window, as far as the last hour goes.

            An alert that is replaced stands as it stood, until the next window is judged. A workspace has at most {MaxCount}.
            """,
        Access = Access.Define,
        Path = [AlertIds.InPath],
        Body = AlertReader.Body with { Example = """{"name":"Errors in production","query":"level:error environment:production","window":"15m","threshold":20}""" },
        Answers = [Changed, Made],
        Errors = [TooMany().Error],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetAlert", "Shows an alert, and how it stands") with
    {
        Path = [AlertIds.InPath],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation DeleteOperation = Lamina.Operation("DeleteAlert", "Removes an alert") with
    {
        Description = "If it is firing, nobody is told that it has been resolved.",
        Access = Access.Define,
        Path = [AlertIds.InPath],
        Answers = [Deleted],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation HistoryOperation = Lamina.Operation("ReadAlertHistory", "Shows when an alert fired and was resolved") with
    {
        Description = $"Changes are kept for {ChangeRow.KeptDays} days. Those of an alert that was removed show again in one that is made under its id.",
        Path = [AlertIds.InPath],
        Query = [Paging.Limit, Paging.Cursor],
        Answers = [Told],
        Errors = [NotFound().Error],
    };

    /// <summary><c>GET /v1/alerts</c>: the alerts of the workspace, by id.</summary>
    [Function("ListAlerts")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/alerts")] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOperation, async (context, caller, cancellationToken) =>
        {
            var (limit, after) = ReadPage(request, AlertIds.IsAlert);
            var page = await store.ListAsync(caller.Account.Id, after, limit, cancellationToken);
            await Listed.WriteAsync(context, Paging.Show(page, limit, AlertAnswer.Of), cancellationToken);
        });

    /// <summary><c>PUT /v1/alerts/{alertId}</c>: defines an alert.</summary>
    [Function("PutAlert")]
    public Task PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/alerts/{alertId}")] HttpRequest request, string alertId) =>
        endpoint.ServeAsync(request, PutOperation, async (context, caller, cancellationToken) =>
        {
            var rule = await reader.ReadAsync(request, caller.Account.Id, alertId, cancellationToken);
            var (alert, isNew) = await PutAsync(rule, cancellationToken);
            await (isNew ? Made : Changed).WriteAsync(context, new(AlertAnswer.Of(alert)), cancellationToken);
        });

    /// <summary><c>GET /v1/alerts/{alertId}</c>: an alert, and how it stands.</summary>
    [Function("GetAlert")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/alerts/{alertId}")] HttpRequest request, string alertId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var alert = await RequireAsync(caller.Account.Id, alertId, cancellationToken);
            await Shown.WriteAsync(context, new(AlertAnswer.Of(alert)), cancellationToken);
        });

    /// <summary><c>DELETE /v1/alerts/{alertId}</c>: removes an alert.</summary>
    [Function("DeleteAlert")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/alerts/{alertId}")] HttpRequest request, string alertId) =>
        endpoint.ServeAsync(request, DeleteOperation, async (context, caller, cancellationToken) =>
        {
            await DeleteAsync(caller.Account.Id, alertId, cancellationToken);
            Deleted.Write(context);
        });

    /// <summary><c>GET /v1/alerts/{alertId}/history</c>: when it fired and was resolved.</summary>
    [Function("ReadAlertHistory")]
    public Task ReadHistoryAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/alerts/{alertId}/history")] HttpRequest request, string alertId) =>
        endpoint.ServeAsync(request, HistoryOperation, async (context, caller, cancellationToken) =>
        {
            var (limit, after) = ReadPage(request, AlertIds.IsChange);
            await RequireAsync(caller.Account.Id, alertId, cancellationToken);
            var page = await history.ListAsync(caller.Account.Id, alertId, after, limit, cancellationToken);
            await Told.WriteAsync(context, Paging.Show(page, limit, static change => change), cancellationToken);
        });

    private static (int Limit, string? After) ReadPage(HttpRequest request, Predicate<string> isId)
    {
        var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
        var page = (query.Number(Paging.Limit), Paging.ReadCursor(query, isId));
        query.Problems.Conclude();
        return page;
    }

    private async Task<StoredAlert> RequireAsync(string workspace, string id, CancellationToken cancellationToken) =>
        (AlertIds.IsAlert(id) ? await store.FindAsync(workspace, id, cancellationToken) : null) ?? throw NotFound();

    // Of several who write at once the last one stands, as if they had come one after another; what evaluations have found out meanwhile stays.
    private async Task<(StoredAlert Alert, bool IsNew)> PutAsync(AlertRule rule, CancellationToken cancellationToken)
    {
        var isNew = false;
        for (var round = 0; round < MaxRounds; round++)
        {
            // It may also have been made here, and the answer to that was lost.
            var stored = await store.FindAsync(rule.Workspace, rule.Id, cancellationToken);
            isNew = stored is null || (isNew && stored.Rule == rule);
            var alert = stored?.Redefined(rule, time.GetUtcNow()) ?? StoredAlert.New(rule, time.GetUtcNow());
            if (stored is null ? await TryAddAsync(alert, cancellationToken) : await store.TryWriteAsync(alert, [], cancellationToken) is not null)
            {
                return (alert, isNew);
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
        }

        throw Contended();
    }

    private async Task<bool> TryAddAsync(StoredAlert alert, CancellationToken cancellationToken)
    {
        var (count, guard) = await store.CountAsync(alert.Rule.Workspace, cancellationToken);
        return count < MaxCount ? await store.TryAddAsync(alert, guard, cancellationToken) : throw TooMany();
    }

    private async Task DeleteAsync(string workspace, string id, CancellationToken cancellationToken)
    {
        var alert = await RequireAsync(workspace, id, cancellationToken);
        for (var round = 0; round < MaxRounds; round++)
        {
            // What an evaluation has found out and could not tell is told first: nobody else will.
            await announcements.SendAsync(alert, cancellationToken);
            if (await store.TryRemoveAsync(alert, cancellationToken))
            {
                return;
            }

            await Task.Delay(StorageRetry.Pause(round), time, cancellationToken);
            if (await store.FindAsync(workspace, id, cancellationToken) is not { } changed)
            {
                // It was removed, here or by somebody else, and the answer to that was lost.
                return;
            }

            alert = changed;
        }

        throw Contended();
    }

    private static ApiException NotFound() => Lamina.NotFound("Alert");

    private static ApiException TooMany() => new(new(StatusCodes.Status409Conflict, "CONFLICT", $"There are {MaxCount} alerts already: delete one first"));

    private static ApiException Contended() => Lamina.Unavailable("The alert is being changed by many requests, please try again");
}
