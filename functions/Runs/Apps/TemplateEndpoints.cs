using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Requests;

namespace Serverless.Runs.Apps;

/// <summary>Templates: definitions to look at, and to make an app of.</summary>
public sealed class TemplateEndpoints(LaminaAdmission admission, AppStore store)
{
    private const int MaxBodyBytes = 4 * 1024;

    /// <summary><c>GET /v1/templates</c>: the templates that are there.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await admission.EnterAsync(context);
        await context.WriteListAsync(AppTemplates.All, AppAnswers.WriteTemplateSummary, cancellationToken);
    }

    /// <summary><c>GET /v1/templates/{templateId}</c>: a template with its definition.</summary>
    public async Task GetAsync(HttpContext context, string templateId, CancellationToken cancellationToken)
    {
        await admission.EnterAsync(context);
        var template = Require(templateId);
        await context.WriteDataAsync(writer => AppAnswers.WriteTemplate(writer, template), cancellationToken);
    }

    /// <summary><c>POST /v1/templates/{templateId}/apps</c>: a new app of the workspace that is what the template says.</summary>
    public async Task CreateAppAsync(HttpContext context, string templateId, CancellationToken cancellationToken)
    {
        var caller = await admission.EnterAsync(context);
        LaminaAdmission.RequireScope(caller, LaminaAdmission.AdminScope);
        var template = Require(templateId);

        var problems = new RequestProblems("Invalid request body");
        var fields = new RequestFields(await JsonBody.ReadElementAsync(context.Request, MaxBodyBytes, cancellationToken), problems);
        var app = template with { AppId = ReadNewAppId(fields), Name = fields.Name("name") ?? template.Name };
        problems.Conclude();
        if (!await store.TryAddAsync(caller.Account.Id, app, cancellationToken))
        {
            Refuse(fields);
            problems.Conclude();
        }

        await AppEndpoints.WriteCreatedAsync(context, app, cancellationToken);
    }

    private static AppDefinition Require(string templateId) => AppTemplates.Find(templateId) ?? throw Lamina.NotFound("Template");

    private static string ReadNewAppId(RequestFields fields)
    {
        var appId = fields.RequiredText("appId");
        if (appId.Length > 0 && !AppIds.IsAppId(appId))
        {
            fields.Complain("appId", "invalid_format", $"must be {AppIds.Rule}");
        }
        else if (BuiltInApps.Find(appId) is not null)
        {
            Refuse(fields);
        }

        return appId;
    }

    private static void Refuse(RequestFields fields) => fields.Complain("appId", "duplicate", "must not be the id of an app that is there already");
}
