using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Runs.Requests;
using Serverless.Storage;

namespace Serverless.Runs;

/// <summary>Lamina's triggers for runs.</summary>
public sealed class RunFunctions(
    SurfaceEndpoint endpoint, Lamina surface, StartRun start, RunEndpoints runs, AccountUsage usage, RunEngine engine, OverdueSweeper sweeper, PoisonedRuns poisoned)
{
    /// <summary><c>POST /v1/apps/{appId}/runs</c>: starts a run.</summary>
    [Function("StartRun")]
    public Task StartAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/apps/{appId}/runs")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => start.HandleAsync(context, appId, cancellationToken));

    /// <summary><c>GET /v1/runs</c>: lists runs.</summary>
    [Function("ListRuns")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, runs.ListAsync);

    /// <summary><c>GET /v1/runs/{runId}</c>: shows a run.</summary>
    [Function("GetRun")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/runs/{runId}")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => runs.GetAsync(context, runId, cancellationToken));

    /// <summary><c>POST /v1/runs/{runId}/cancel</c>: cancels a run.</summary>
    [Function("CancelRun")]
    public Task CancelAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/runs/{runId}/cancel")] HttpRequest request, string runId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => runs.CancelAsync(context, runId, cancellationToken));

    /// <summary><c>GET /v1/account/usage</c>: counts runs.</summary>
    [Function("AccountUsage")]
    public Task UsageAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/account/usage")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, usage.GetAsync);

    /// <summary>Carries a run on.</summary>
    [Function("AdvanceRuns")]
    public Task AdvanceAsync([QueueTrigger(QueueNames.Runs)] byte[] message, CancellationToken cancellationToken) =>
        engine.AdvanceAsync(new BinaryData(message), cancellationToken);

#pragma warning disable IDE0060 // A trigger needs its parameter, whether the function looks at it or not.
    /// <summary>Finds runs and triggers whose message was lost, every hour.</summary>
    [Function("SweepRuns")]
    public Task SweepAsync([TimerTrigger("0 0 * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        Task.WhenAll(sweeper.SweepRunsAsync(cancellationToken), sweeper.SweepTriggersAsync(cancellationToken));

    /// <summary>Ends runs whose message could not be processed, every ten minutes.</summary>
    [Function("EndPoisonedRuns")]
    public Task EndPoisonedAsync([TimerTrigger("0 */10 * * * *")] TimerInfo timer, CancellationToken cancellationToken) => poisoned.EndAsync(cancellationToken);
#pragma warning restore IDE0060
}
