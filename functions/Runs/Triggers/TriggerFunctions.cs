using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Requests;
using Serverless.Storage;

namespace Serverless.Runs.Triggers;

/// <summary>The triggers of Lamina's triggers.</summary>
public sealed class TriggerFunctions(SurfaceEndpoint endpoint, Lamina surface, TriggerEndpoints triggers, FireOnSchedule schedule)
{
    /// <summary><c>PUT /v1/triggers/{triggerId}</c>: defines a trigger.</summary>
    [Function("PutTrigger")]
    public Task PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => triggers.PutAsync(context, triggerId, cancellationToken));

    /// <summary><c>GET /v1/triggers/{triggerId}</c>: shows a trigger.</summary>
    [Function("GetTrigger")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => triggers.GetAsync(context, triggerId, cancellationToken));

    /// <summary><c>DELETE /v1/triggers/{triggerId}</c>: removes a trigger.</summary>
    [Function("DeleteTrigger")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/triggers/{triggerId}")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => triggers.DeleteAsync(context, triggerId, cancellationToken));

    /// <summary><c>POST /v1/triggers/{triggerId}/fire</c>: fires a trigger.</summary>
    [Function("FireTrigger")]
    public Task FireAsync([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/triggers/{triggerId}/fire")] HttpRequest request, string triggerId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => triggers.FireAsync(context, triggerId, cancellationToken));

    /// <summary>Fires a trigger whose time has come.</summary>
    [Function("FireOnSchedule")]
    public Task FireOnScheduleAsync([QueueTrigger(QueueNames.Triggers)] byte[] message, CancellationToken cancellationToken) =>
        schedule.HandleAsync(new BinaryData(message), cancellationToken);
}
