using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Watching;
using Serverless.Workspaces;

namespace Serverless.Runs;

/// <summary><c>GET /v1/runs</c>: a page of the workspace's runs, the newest first, with how many there are in all.</summary>
public sealed class ListRuns(LaminaEndpoint endpoint, RunList list, RunCounter counter, Export export)
{
    /// <summary>How far the runs are that are asked for.</summary>
    internal static readonly OptionField Status = new("status", "How far they are.", [.. RunWords.RunStatuses]);

    /// <summary>The app of the runs that are asked for.</summary>
    internal static readonly TextField AppId = new("appId", "The id of their app.");

    // As many as a page of storage has, with the one that shows that there are more.
    private const int RunsAtOnce = 999;

    /// <summary>When the runs that are asked for were accepted, at the earliest.</summary>
    internal static readonly TimeField Since = new("since", "When they were accepted, at the earliest.");

    /// <summary>When the runs that are asked for were accepted, at the latest.</summary>
    internal static readonly TimeField Until = new("until", "When they were accepted, at the latest.");

    private static readonly OptionField Source = new("source", "What started them.", [.. RunSource.All]);
    private static readonly WholeNumberField Limit = new("limit", "The most runs of a page.", 1, 100) { Default = 25 };
    private static readonly WholeNumberField Offset = new("offset", "How many to pass over first. What that takes grows with it: beyond 10,000, `cursor` is the way.", 0, int.MaxValue) { Default = 0 };

    private static readonly Answer<RunPage> Listed = Answer.Json(200, "A page of runs.", RunJson.Default.RunPage);

    private static readonly Answer<ListedRun> Exported = Export.Of(RunJson.Default.ListedRun);

    private static readonly ApiOperation Operation = Lamina.Operation(nameof(ListRuns), "Lists runs, the newest first") with
    {
        Description =
            $"""
            Pages follow one another by `cursor`, each as quickly as the first; `offset` cannot be given with it. A page that is held to a `status`, an `appId` or a `source` looks at
            no more than 10,000 runs: it may be short, or empty, and still name the next one. With `since`, `until` or `source`, no more than the newest 10,000 runs are counted.

            {Export.InWords} `offset` does not count either.
            """,
        Query = [Status, AppId, Source, Since, Until, Limit, Offset, Paging.Cursor],
        Answers = [Listed, Exported],
    };

    /// <summary><c>GET /v1/runs</c>: lists runs.</summary>
    [Function(nameof(ListRuns))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var filter = ReadFilter(query) with { Since = query.Read(Since), Until = query.Read(Until), Source = query.Read(Source) };
            var (limit, offset, cursor) = (query.Number(Limit), query.Number(Offset), RunCursor.Read(query));
            if (query.IsGiven(Paging.Cursor) && query.IsGiven(Offset))
            {
                query.Complain(Offset, "not_allowed", $"cannot be given with \"{Paging.Cursor.Name}\"");
            }

            query.Problems.Conclude();
            if (Export.IsWanted(request))
            {
                await export.WriteAsync(context, ReadAllAsync(caller.Account.Id, filter, cursor?.Last, cancellationToken), cancellationToken);
                return;
            }

            await Listed.WriteAsync(context, await ReadAsync(caller.Account.Id, filter, new(cursor?.Last, offset, limit), cursor?.Total, cancellationToken), cancellationToken);
        });

    /// <summary>Reads which runs are asked for, whenever they were accepted.</summary>
    internal static RunFilter ReadFilter(RequestReader query) =>
        new(query.Read(Status) is { } status ? RunWords.RunStatusOf(status) : null, query.Read(AppId), Since: null);

    private async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAllAsync(
        string workspace, RunFilter filter, RunId? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var slice = await list.ReadAsync(workspace, filter, new(after, 0, RunsAtOnce), isCounted: false, cancellationToken);
            foreach (var run in slice.Runs)
            {
                yield return Exported.BodyOf(ListedRun.Of(run));
            }

            if (slice.Last is null)
            {
                yield break;
            }

            after = slice.Last;
        }
    }

    private async Task<RunPage> ReadAsync(string workspace, RunFilter filter, RunPlace place, RunTotal? known, CancellationToken cancellationToken)
    {
        var counts = !filter.IsNarrow ? await counter.CountAsync(workspace, filter.AppId, cancellationToken) : null;
        var total = counts is null ? known ?? await list.CountAsync(workspace, filter, cancellationToken) : new(counts.Of(filter.Status), IsExact: true);

        // What is not there is not looked for.
        var slice = total.IsExact && place.Skip >= total.Count
            ? new([], null)
            : await list.ReadAsync(workspace, filter, place, isCounted: counts is not null, cancellationToken);
        var next = slice.Last is { } last ? new RunCursor(last, counts is null ? total : null).Write() : null;
        return new(slice.Runs.Select(ListedRun.Of), new(total.Count, place.Limit, place.Skip, next) { TotalIsExact = total.IsExact ? null : false });
    }
}
