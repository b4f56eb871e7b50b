using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Admission;
using Serverless.Http;
using Serverless.Workspaces;

namespace Serverless.Runs.Apps;

/// <summary>Templates: definitions to look at, and to make an app of.</summary>
public sealed class TemplateEndpoints(LaminaEndpoint endpoint, AppStore store)
{
    private const int MaxBodyBytes = 4 * 1024;

    private static readonly TextField TemplateId = new("templateId", "The id of the template.");
    private static readonly TextField AppId = new("appId", "The id of the app, which may not be there yet.") { IsRequired = true, MinLength = 1, Rule = AppIds.Rule };
    private static readonly NamingField Name = DefinitionFields.Name("name", "The name of the app; without it, that of the template.");

    private static readonly Answer<Answered<IEnumerable<TemplateSummary>>> Listed = Answer.Json(200, "The templates.", AppJson.Default.AnsweredIEnumerableTemplateSummary);
    private static readonly Answer<Answered<TemplateAnswer>> Shown = Answer.Json(200, "The template.", AppJson.Default.AnsweredTemplateAnswer);

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListTemplates", "Lists the templates") with
    {
        Description = "Templates are definitions to start from.",
        Answers = [Listed],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetTemplate", "Shows a template with its definition") with
    {
        Path = [TemplateId],
        Answers = [Shown],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation CreateAppOperation = Lamina.Operation("CreateAppFromTemplate", "Makes an app of a template") with
    {
        Description = "An app that is there is never replaced.",
        Access = Access.Define,
        Path = [TemplateId],
        Body = new(MaxBodyBytes, AppId, Name) { Example = """{"appId":"my-summary","name":"My summary"}""" },
        Answers = [AppEndpoints.Created],
        Errors = [NotFound().Error],
    };

    /// <summary><c>GET /v1/templates</c>: the templates that are there.</summary>
    [Function("ListTemplates")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/templates")] HttpRequest request) => endpoint.ServeAsync(
        request,
        ListOperation,
        (context, _, cancellationToken) => Listed.WriteAsync(context, new(AppTemplates.All.Select(TemplateSummary.Of)), cancellationToken));

    /// <summary><c>GET /v1/templates/{templateId}</c>: a template with its definition.</summary>
    [Function("GetTemplate")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/templates/{templateId}")] HttpRequest request, string templateId) =>
        endpoint.ServeAsync(
            request,
            GetOperation,
            (context, _, cancellationToken) => Shown.WriteAsync(context, new(TemplateAnswer.Of(Require(templateId))), cancellationToken));

    /// <summary><c>POST /v1/templates/{templateId}/apps</c>: a new app of the workspace that is what the template says.</summary>
    [Function("CreateAppFromTemplate")]
    public Task CreateAppAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/templates/{templateId}/apps")] HttpRequest request, string templateId) =>
        endpoint.ServeAsync(request, CreateAppOperation, (context, caller, cancellationToken) => CreateAppAsync(context, caller, Require(templateId), cancellationToken));

    private async Task CreateAppAsync(HttpContext context, Caller caller, AppDefinition template, CancellationToken cancellationToken)
    {
        var body = await RequestReader.OfBodyAsync(context.Request, CreateAppOperation.Body!, new LaminaProblems("Invalid request body"), cancellationToken);
        var appId = body.Read(AppId) ?? "";
        if (BuiltInApps.Find(appId) is not null)
        {
            Refuse(body);
        }

        var app = template with { AppId = appId, Name = body.Read(Name) ?? template.Name };
        body.Problems.Conclude();
        if (!await store.TryAddAsync(caller.Account.Id, app, cancellationToken))
        {
            Refuse(body);
            body.Problems.Conclude();
        }

        await AppEndpoints.WriteCreatedAsync(context, app, cancellationToken);
    }

    private static ApiException NotFound() => Lamina.NotFound("Template");

    private static AppDefinition Require(string templateId) => AppTemplates.Find(templateId) ?? throw NotFound();

    private static void Refuse(RequestReader body) => body.Complain(AppId, "duplicate", "must not be the id of an app that is there already");
}
