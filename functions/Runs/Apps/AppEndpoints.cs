using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Workspaces;

namespace Serverless.Runs.Apps;

/// <summary>Apps: to be found, to be understood, and to be defined by whoever has an <c>admin</c> key, or is an admin or owner.</summary>
public sealed class AppEndpoints(LaminaEndpoint endpoint, AppCatalog catalog, AppStore store)
{
    private const int MaxDefinitionBytes = 64 * 1024;

    private static readonly TextField Search = new("search", "A part of the id, the name or the description, in whatever case.");
    private static readonly WholeNumberField Limit = new("limit", "The most apps to list.", 1, 100) { Default = 50 };

    private static readonly Answer<Answered<IReadOnlyList<AppSummary>>> Listed = Answer.Json(200, "The apps.", AppJson.Default.AnsweredIReadOnlyListAppSummary);
    private static readonly Answer<Answered<AppSchema>> Shown = Answer.Json(200, "What it asks for and gives out.", AppJson.Default.AnsweredAppSchema) with
    {
        Headers = [new TextField("ETag", "Names this answer.")],
        Example =
            """
            {"data":{"appId":"echo","name":"Echo","description":"Gives back the text it is given.",
             "parameters":[{"id":"text","key":"text","name":"Text","type":"text","required":true,"description":"What to give back."}],
             "outputs":[{"label":"Text","type":"text"}]}}
            """,
    };

    private static readonly Answer Known = new(304, "It is what the caller has.") { Headers = Shown.Headers };
    private static readonly Answer<Answered<AppSchema>> Replaced = Answer.Json(200, "The app was there, and is replaced.", AppJson.Default.AnsweredAppSchema);
    private static readonly Answer Deleted = new(204, "It is removed.");

    /// <summary>An app was made.</summary>
    internal static Answer<Answered<AppSchema>> Created { get; } = Answer.Json(201, "The app is new.", AppJson.Default.AnsweredAppSchema) with
    {
        Headers = [new TextField("Location", "The path of the app.")],
    };

    private static readonly ApiOperation ListOperation = Lamina.Operation("ListApps", "Finds apps") with
    {
        Description = "The built-in apps, then those of the workspace, each by id.",
        Query = [Search, Limit],
        Answers = [Listed],
    };

    private static readonly ApiOperation GetOperation = Lamina.Operation("GetApp", "Shows what an app asks for and gives out") with
    {
        Description =
            "A key with the scope `admin`, and the session of an admin or owner, is shown the `definition` of an app of the workspace as well. To put it back changes nothing. Nobody else sees "
            + "any of its steps.",
        Path = [AppIds.InPath],
        Headers = [LaminaAdmission.Workspace, new("If-None-Match", "The `ETag` of an earlier answer.")],
        Answers = [Shown, Known],
        Errors = [NotFound().Error],
    };

    private static readonly ApiOperation PutOperation = Lamina.Operation("PutApp", "Defines an app, or replaces it") with
    {
        Description =
            """
            Steps turn the inputs into the outputs. A step waits for those that its texts name and those in `after`, and runs side by side with all others.

            `{{inputs.Name}}` and `{{steps.id}}` stand for values in every text but `pointer`. A value is data wherever it is put: in an address it is
            percent-encoded, in a header it has to be printable ASCII, and in a body that is a JSON document it is escaped within strings, and has to be JSON
            itself outside of them.

            Fields that are not known are passed over. A definition that cannot be is refused with everything that is wrong with it. Runs that are under way go
            on with the app as it was.
            """,
        Access = Access.Define,
        Path = [AppIds.InPath],
        Body = new(MaxDefinitionBytes, AppDefinitionReader.Fields)
        {
            Example =
                """
                {"name":"Greeting","description":"Greets people",
                 "parameters":[{"id":"who","name":"Who","type":"text","description":"Whom to greet"},
                   {"id":"place","name":"Place","type":"options","options":["Studio","Urban","Park"],"default":"Park"}],
                 "steps":[{"id":"greet","kind":"text","template":"Hello {{inputs.Who}} in the {{inputs.Place}}"},
                   {"id":"send","kind":"http","method":"POST","url":"https://example.com/{{inputs.Place}}","headers":{"Content-Type":"application/json"},
                    "body":"{\"text\":\"{{steps.greet}}\"}","pointer":"/id"}],
                 "outputs":[{"id":"greeting","label":"Greeting","type":"text","step":"greet"},{"id":"sent","label":"Sent","type":"text","step":"send"}]}
                """,
        },
        Answers = [Replaced, Created],
    };

    private static readonly ApiOperation DeleteOperation = Lamina.Operation("DeleteApp", "Removes an app") with
    {
        Description = "Runs that are under way go on.",
        Access = Access.Define,
        Path = [AppIds.InPath],
        Answers = [Deleted],
        Errors = [NotFound().Error],
    };

    /// <summary><c>GET /v1/apps</c>: the apps that are there.</summary>
    [Function("ListApps")]
    public Task ListAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/apps")] HttpRequest request) =>
        endpoint.ServeAsync(request, ListOperation, async (context, caller, cancellationToken) =>
        {
            var query = RequestReader.OfQuery(request, new LaminaProblems("Invalid query parameters"));
            var text = query.Read(Search) ?? "";
            var limit = query.Number(Limit);
            query.Problems.Conclude();
            await Listed.WriteAsync(context, new(await catalog.SearchAsync(caller.Account.Id, text, limit, cancellationToken)), cancellationToken);
        });

    /// <summary><c>GET /v1/apps/{appId}</c>: what an app asks for and gives out; 304 to whoever has it.</summary>
    [Function("GetApp")]
    public Task GetAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, GetOperation, async (context, caller, cancellationToken) =>
        {
            var app = await catalog.RequireAsync(caller.Account.Id, appId, cancellationToken);
            var schema = AppSchema.Of(app);
            var body = Shown.BodyOf(new(!app.IsPublic && LaminaAdmission.MayDefine(caller) ? schema with { Definition = DefinitionDocument.Of(app) } : schema));
            context.Response.Headers.CacheControl = "private, no-cache";
            if (EntityTag.IsKnown(context, body.Span))
            {
                Known.Write(context);
                return;
            }

            await Shown.WriteBodyAsync(context, body, cancellationToken);
        });

    /// <summary><c>PUT /v1/apps/{appId}</c>: an app in place of the one that had its id, if any.</summary>
    [Function("PutApp")]
    public Task PutAsync([HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, PutOperation, async (context, caller, cancellationToken) =>
        {
            RequireOwn(appId);
            var app = AppDefinitionReader.Read(appId, await JsonBody.ReadElementAsync(request, MaxDefinitionBytes, cancellationToken));
            await (await store.PutAsync(caller.Account.Id, app, cancellationToken)
                ? WriteCreatedAsync(context, app, cancellationToken)
                : Replaced.WriteAsync(context, new(AppSchema.Of(app)), cancellationToken));
        });

    /// <summary><c>DELETE /v1/apps/{appId}</c>. Runs that are under way go on.</summary>
    [Function("DeleteApp")]
    public Task DeleteAsync([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "v1/apps/{appId}")] HttpRequest request, string appId) =>
        endpoint.ServeAsync(request, DeleteOperation, async (context, caller, cancellationToken) =>
        {
            RequireOwn(appId);
            if (!AppIds.IsAppId(appId) || !await store.DeleteAsync(caller.Account.Id, appId, cancellationToken))
            {
                throw NotFound();
            }

            Deleted.Write(context);
        });

    /// <summary>Says that an app was made, and where it is.</summary>
    internal static Task WriteCreatedAsync(HttpContext context, AppDefinition app, CancellationToken cancellationToken)
    {
        context.Response.Headers.Location = $"/v1/apps/{app.AppId}";
        return Created.WriteAsync(context, new(AppSchema.Of(app)), cancellationToken);
    }

    private static ApiException NotFound() => Lamina.NotFound("App");

    private static void RequireOwn(string appId)
    {
        if (BuiltInApps.Find(appId) is not null)
        {
            throw Lamina.Forbidden($"The app \"{appId}\" is built in and cannot be changed");
        }
    }
}
