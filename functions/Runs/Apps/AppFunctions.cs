using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Apps;

/// <summary>Lamina's triggers for apps and templates.</summary>
public sealed class AppFunctions(SurfaceEndpoint endpoint, Lamina surface, AppEndpoints apps, TemplateEndpoints templates)
{
    /// <summary><c>GET /v1/apps</c>: finds apps.</summary>
    [Function("ListApps")]
    public Task ListAppsAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/apps")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, apps.ListAsync);

    /// <summary><c>GET /v1/apps/{appId}</c>: shows what an app asks for and gives out.</summary>
    [Function("GetApp")]
    public Task GetAppAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => apps.GetAsync(context, appId, cancellationToken));

    /// <summary><c>PUT /v1/apps/{appId}</c>: defines an app.</summary>
    [Function("PutApp")]
    public Task PutAppAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => apps.PutAsync(context, appId, cancellationToken));

    /// <summary><c>DELETE /v1/apps/{appId}</c>: removes an app.</summary>
    [Function("DeleteApp")]
    public Task DeleteAppAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => apps.DeleteAsync(context, appId, cancellationToken));

    /// <summary><c>GET /v1/templates</c>: lists templates.</summary>
    [Function("ListTemplates")]
    public Task ListTemplatesAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/templates")] HttpRequest request) =>
        endpoint.ServeAsync(request, surface, templates.ListAsync);

    /// <summary><c>GET /v1/templates/{templateId}</c>: shows a template.</summary>
    [Function("GetTemplate")]
    public Task GetTemplateAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/templates/{templateId}")] HttpRequest request, string templateId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => templates.GetAsync(context, templateId, cancellationToken));

    /// <summary><c>POST /v1/templates/{templateId}/apps</c>: makes an app of a template.</summary>
    [Function("CreateAppFromTemplate")]
    public Task CreateAppAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/templates/{templateId}/apps")] HttpRequest request, string templateId) =>
        endpoint.ServeAsync(request, surface, (context, cancellationToken) => templates.CreateAppAsync(context, templateId, cancellationToken));
}
