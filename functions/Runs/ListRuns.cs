using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;

namespace Serverless.Runs;

/// <summary><c>GET /v1/runs</c>: a page of the workspace's runs, the newest first, with how many there are in all.</summary>
public sealed class ListRuns(LaminaEndpoint endpoint, RunStore store)
{
    private static readonly OptionField Status = new("status", "How far they are.", [.. RunWords.RunStatuses]);
    private static readonly TextField AppId = new("appId", "The id of their app.");
    private static readonly TimeField Since = new("since", "When they were accepted, at the earliest.");
    private static readonly WholeNumberField Limit = new("limit", "The most runs of a page.", 1, 100) { Default = 25 };
    private static readonly WholeNumberField Offset = new("offset", "How many to pass over first.", 0, int.MaxValue) { Default = 0 };

    private static readonly Answer<RunPage> Listed = Answer.Json(200, "A page of runs.", RunJson.Default.RunPage);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ListRuns), "Lists runs, the newest first") with
    {
        Query = [Status, AppId, Since, Limit, Offset],
        Answers = [Listed],
    };

    /// <summary><c>GET /v1/runs</c>: lists runs.</summary>
    [Function(nameof(ListRuns))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var filter = new RunFilter(query.Read(Status) is { } status ? RunWords.RunStatusOf(status) : null, query.Read(AppId), query.Read(Since));
            var (limit, offset) = (query.Number(Limit), query.Number(Offset));
            query.Problems.Conclude();

            var page = new List<RunSummary>();
            var total = 0;
            await foreach (var run in store.ListAsync(caller.Account.Id, filter, cancellationToken))
            {
                if (total >= offset && page.Count < limit)
                {
                    page.Add(run);
                }

                total++;
            }

            await Listed.WriteAsync(context, new(page.Select(ListedRun.Of), new(total, limit, offset)), cancellationToken);
        });
}
