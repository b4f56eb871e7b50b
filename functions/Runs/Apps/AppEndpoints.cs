using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Apps;

/// <summary>Apps: to be found, to be understood, and to be defined by whoever has an <c>admin</c> key.</summary>
public sealed class AppEndpoints(LaminaAdmission admission, AppCatalog catalog, AppStore store)
{
    private const int MaxDefinitionBytes = 64 * 1024;
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    /// <summary><c>GET /v1/apps</c>: the apps that are there.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var query = context.Request.Query;
        var apps = await catalog.SearchAsync(caller.Account.Id, query["search"].ToString(), ReadLimit(query), cancellationToken);
        await context.WriteListAsync(apps, AppAnswers.WriteSummary, cancellationToken);
    }

    /// <summary><c>GET /v1/apps/{appId}</c>: what an app asks for and gives out; 304 to whoever has it.</summary>
    public async Task GetAsync(HttpContext context, string appId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        var app = await catalog.RequireAsync(caller.Account.Id, appId, cancellationToken);
        var body = LaminaResponse.Body(writer => AppAnswers.WriteSchema(writer, app));

        var tag = EntityTag.Of(body.Span);
        context.Response.Headers.ETag = tag.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        if (EntityTag.IsKnownTo(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        await JsonResponse.WriteAsync(context.Response, body, cancellationToken);
    }

    /// <summary><c>PUT /v1/apps/{appId}</c>: an app in place of the one that had its id, if any.</summary>
    public async Task PutAsync(HttpContext context, string appId, CancellationToken cancellationToken)
    {
        var workspace = await EnterToDefineAsync(context, appId);
        var json = await JsonBody.ReadElementAsync(context.Request, MaxDefinitionBytes, cancellationToken);
        var app = AppDefinitionReader.Read(appId, json);
        if (await store.PutAsync(workspace, app, cancellationToken))
        {
            await WriteCreatedAsync(context, app, cancellationToken);
        }
        else
        {
            await context.WriteDataAsync(writer => AppAnswers.WriteSchema(writer, app), cancellationToken);
        }
    }

    /// <summary><c>DELETE /v1/apps/{appId}</c>. Runs that are under way go on.</summary>
    public async Task DeleteAsync(HttpContext context, string appId, CancellationToken cancellationToken)
    {
        var workspace = await EnterToDefineAsync(context, appId);
        if (!AppIds.IsAppId(appId) || !await store.DeleteAsync(workspace, appId, cancellationToken))
        {
            throw Lamina.NotFound("App");
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Says that an app was made, and where it is.</summary>
    internal static Task WriteCreatedAsync(HttpContext context, AppDefinition app, CancellationToken cancellationToken)
    {
        context.Response.Headers.Location = $"/v1/apps/{app.AppId}";
        return context.WriteDataAsync(writer => AppAnswers.WriteSchema(writer, app), cancellationToken, StatusCodes.Status201Created);
    }

    private async Task<string> EnterToDefineAsync(HttpContext context, string appId)
    {
        var caller = await admission.EnterAsync(context);
        LaminaAdmission.RequireScope(caller, LaminaAdmission.AdminScope);
        return BuiltInApps.Find(appId) is null ? caller.Account.Id : throw Lamina.Forbidden($"The app \"{appId}\" is built in and cannot be changed");
    }

    private static int ReadLimit(IQueryCollection query)
    {
        if (!query.TryGetValue("limit", out var text))
        {
            return DefaultLimit;
        }

        var problems = new RequestProblems("Invalid query parameters");
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > MaxLimit)
        {
            problems.Add("limit", "out_of_range", $"\"limit\": must be a whole number from 1 to {MaxLimit}.");
        }

        problems.Conclude();
        return limit;
    }
}
