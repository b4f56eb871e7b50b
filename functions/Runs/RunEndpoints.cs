using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Runs.Watching;

namespace Serverless.Runs;

/// <summary>Runs: to be looked at, to be listed, and to be cancelled.</summary>
public sealed class RunEndpoints(LaminaAdmission admission, RunStore store, RunEnding ending)
{
    /// <summary><c>GET /v1/runs/{runId}</c>: how far a run is.</summary>
    public async Task GetAsync(HttpContext context, string runId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var run = await store.RequireAsync(caller.Account.Id, runId, cancellationToken);
        await context.WriteDataAsync(writer => RunAnswers.Write(writer, run), cancellationToken);
    }

    /// <summary><c>GET /v1/runs</c>: a page of the workspace's runs, the newest first, with how many there are in all.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var query = RunListQuery.Read(context.Request.Query);
        var page = new List<RunSummary>();
        var total = 0;
        await foreach (var run in store.ListAsync(caller.Account.Id, query.Filter, cancellationToken))
        {
            if (total >= query.Offset && page.Count < query.Limit)
            {
                page.Add(run);
            }

            total++;
        }

        await JsonResponse.WriteAsync(context.Response, writer => WriteList(writer, page, total, query), cancellationToken);
    }

    /// <summary><c>POST /v1/runs/{runId}/cancel</c>: ends a run; one that has come to its end keeps that.</summary>
    public async Task CancelAsync(HttpContext context, string runId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var run = (RunId.Parse(runId) is { } id ? await ending.CancelAsync(caller.Account.Id, id, cancellationToken) : null) ?? throw Lamina.NotFound("Run");
        await context.WriteDataAsync(writer => RunAnswers.Write(writer, run), cancellationToken);
    }

    private static void WriteList(Utf8JsonWriter writer, List<RunSummary> page, int total, RunListQuery query)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("data");
        page.ForEach(run => RunAnswers.WriteSummary(writer, run));
        writer.WriteEndArray();
        writer.WriteStartObject("pagination");
        writer.WriteNumber("total", total);
        writer.WriteNumber("limit", query.Limit);
        writer.WriteNumber("offset", query.Offset);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
