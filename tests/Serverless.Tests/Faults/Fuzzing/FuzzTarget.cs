using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Agents;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>
/// One application in which everything is configured and hardly anything is limited, and all its endpoints. What they can ruin, such as an
/// organization that is suspended, is nobody else's.
/// </summary>
internal sealed class FuzzTarget : IAsyncDisposable
{
    private const string Password = "correct horse battery";
    private const string Plenty = "100000000";
    private const string Redaction = """{"emails":true,"cards":true,"addresses":false,"keys":["password","ssn"]}""";

    private readonly List<FuzzedEndpoint> _endpoints = [];
    private EmulatorProcess _emulator = null!;
    private ScriptedUpstream _search = null!;
    private ChatModelServer _model = null!;

    /// <summary>The application.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>Every endpoint there is.</summary>
    public IReadOnlyList<FuzzedEndpoint> Endpoints => _endpoints;

    /// <summary>Starts one on an empty storage account.</summary>
    public static async Task<FuzzTarget> StartAsync()
    {
        var target = new FuzzTarget();
        await target.BeginAsync();
        return target;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _search.DisposeAsync();
        await _model.DisposeAsync();
        await _emulator.DisposeAsync();
    }

    private async Task BeginAsync()
    {
        _emulator = await EmulatorProcess.StartNewAsync();
        _search = await ScriptedUpstream.StartAsync();
        _model = await ChatModelServer.StartAsync();
        Host = await ServerlessHost.StartAsync(_emulator.Account, builder =>
        {
            string[] limits =
            [
                "Limits:LaminaRequestsPerMinute", "Limits:TraceIngestPerMinute", "Limits:TraceDataPerMinute", "Limits:TraceAiPerHour", "Limits:LithtrixRegistrationsPerHour",
                "Limits:TraceLoginsPerMinute", "Limits:TraceLoginsPerEmailPerQuarterHour", "Plans:LuminaLog:Scale:RequestsPerMinute", "Plans:Lithtrix:Free:RequestsPerMinute",
                "Plans:Lithtrix:Pro:RequestsPerMinute",
            ];
            foreach (var (name, value) in limits.Select(limit => KeyValuePair.Create<string, string?>(limit, Plenty)).Concat(_model.Settings))
            {
                builder.Configuration[name] = value;
            }

            builder.Configuration["AdminKey"] = OperatorClient.Key;
            builder.Configuration["Secrets:Key"] = Convert.ToBase64String(new byte[32]);
            builder.Configuration["Search:Provider"] = "searxng";
            builder.Configuration["Search:Endpoint"] = _search.Address.AbsoluteUri;
            builder.Services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
            builder.Services.AddSingleton<IPaymentProvider>(new Payments());
        });
        await AddLogsAsync();
        await AddTracesAsync();
        await AddRunsAsync();
        await AddAgentsAsync();
        await AddOperatorAsync();
        await AddMembersAsync();
        Add("GET", "health", "/health", []);
        Add("GET", "ready", "/ready", []);
        Add("GET", "openapi.json", "/openapi.json", []);
        Add("GET", "openapi/{surface}", "/openapi/luminalog.json", []);
    }

    private void Add(string method, string route, string path, (string Name, string Value)[] headers, params IReadOnlyList<string> bodies) =>
        _endpoints.Add(new(method, route, path, headers, bodies));

    private void Add(int[] successes, string method, string route, string path, (string Name, string Value)[] headers, params IReadOnlyList<string> bodies) =>
        _endpoints.Add(new(method, route, path, headers, bodies) { Successes = successes });

    private async Task AddLogsAsync()
    {
        var logs = await LogClient.CreateAsync(Host);
        (string, string)[] key = [("x-api-key", logs.Key)];
        await logs.AcceptAsync(LogEntries.Typical(20));
        Add("POST", "v1/logs", "/v1/logs", key,
            """
            {"logs":[{"timestamp":"2026-11-21T14:30:00.000Z","level":"error","message":"Payment failed","environment":"production","project_id":"p","trace_id":"t","span_id":"s",
            "parent_span_id":"r","privacy_mode":true,"metadata":{"user":{"id":1,"tags":["a",null]}},"error":{"type":"E","message":"m","stack_trace":["a","b"],"context":{"k":1.5}}},
            {"timestamp":"2026-11-21T14:30:01+02:00","level":"info","message":"Hello"}]}
            """,
            $$"""{"api_key":"{{logs.Key}}","logs":[{"timestamp":"2026-11-21T14:30:00Z","level":"debug","message":"Old client"}]}""");
        Add("POST", "v1/otel/v1/logs", "/v1/otel/v1/logs", key,
            """
            {"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"scope":{"name":"s"},"logRecords":[{"timeUnixNano":"1795262400000000000","severityNumber":17,
            "severityText":"ERROR","body":{"stringValue":"Payment failed"},"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","attributes":[{"key":"exception.type","value":{"stringValue":"E"}},
            {"key":"n","value":{"kvlistValue":{"values":[{"key":"a","value":{"arrayValue":{"values":[{"intValue":"1"},{"doubleValue":0.5},{"boolValue":true},{"bytesValue":"AQID"}]}}}]}}}]}]}]}]}
            """);
        Add("GET", "v1/logs", "/v1/logs", key);
        Add("GET", "v1/logs/stats", "/v1/logs/stats", key);
        Add("GET", "v1/logs/tail", "/v1/logs/tail", key);
        Add("GET", "v1/logs/fields", "/v1/logs/fields", key);
        Add([404], "GET", "v1/logs/{logId}/context", "/v1/logs/0197a1b2c3d47e5f8a9b0c1d2e3f4a5b-0000/context", key);
    }

    private async Task AddTracesAsync()
    {
        var client = await TraceClient.CreateAsync(Host);
        (string, string)[] key = [("x-api-key", client.Key)];
        const string Event =
            """
            {"event_id":"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b","trace_id":"trace-1","span_id":"span-1","parent_span_id":"span-0","timestamp":"2026-11-21T11:59:59.5Z","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":812.5,"status":"success","ttft_ms":12,"cost_usd":0.001,"input_tokens":12,"output_tokens":3,"cached_tokens":0,"span_kind":"llm","environment":"production","user_id":"u","error_message":"none","stream":true,"tags":{"a":"b"}}
            """;
        _endpoints.Add(new("POST", "v1/ingest", "/v1/ingest", key, $"{Event}\n\n{Event}\n") { ContentType = "application/x-ndjson", Successes = [202] });
        _endpoints.Add(new("POST", "v1/ingest", "/v1/ingest", key, $"[{Event},{Event}]", $$"""{"events":[{{Event}}]}""") { Successes = [202] });
        var export = Encoding.UTF8.GetString(SpanExport.Of(SpanExport.Span(SpanExport.Text("gen_ai.system", "openai"), "\"status\":{\"code\":1},\"events\":[{\"name\":\"e\"}]")));
        Add("POST", "v1/otel/v1/traces", "/v1/otel/v1/traces", key, export);
        Add([202], "POST", "v1/otel", "/v1/otel", key, export);
        Add("GET", "v1/sdk/config", "/v1/sdk/config", key);

        var user = (await Host.Services.GetRequiredService<UserStore>().CreateAsync("fuzz@example.com", Password))!;
        await Host.Services.GetRequiredService<MembershipStore>().SetAsync(client.Organization, user, Roles.Member);
        var sessions = Host.Services.GetRequiredService<SessionStore>();
        (string, string)[] session = [("Authorization", $"Bearer {(await sessions.CreateAsync(user, client.Organization))!.Token.Reveal()}")];
        (string, string)[] other = [("Authorization", $"Bearer {(await sessions.CreateAsync(user, client.Organization))!.Token.Reveal()}")];
        Add("POST", "v1/auth/login", "/v1/auth/login", [], $$"""{"email":"fuzz@example.com","password":"{{Password}}"}""");
        Add([204, 401], "POST", "v1/auth/logout", "/v1/auth/logout", other, "{}");
        Add("GET", "v1/auth/session", "/v1/auth/session", session);

        // What succeeded would end the session.
        Add([403], "POST", "v1/auth/session", "/v1/auth/session", session, """{"organization":"000000000000"}""");
        Add([403], "PUT", "v1/auth/password", "/v1/auth/password", session, """{"old_password":"wrong horse battery","new_password":"battery staple horse"}""");
        Add("POST", "v1/ai/ask", "/v1/ai/ask", session, $$"""{"projectId":"{{client.Project}}","question":"What did it cost?"}""");
        var query = $"?projectId={client.Project}";
        Add("GET", "v1/events", "/v1/events" + query, session);
        Add([404], "GET", "v1/traces/{*traceId}", "/v1/traces/trace-2" + query, session);
        Add([404], "GET", "v1/traces", "/v1/traces" + query + "&traceId=trace-2", session);
        Add("GET", "v1/traces", "/v1/traces" + query, session);
        Add("GET", "v1/sessions", "/v1/sessions" + query, session);
        Add("GET", "v1/users", "/v1/users" + query, session);
        Add("GET", "v1/projects/{id}/overview", $"/v1/projects/{client.Project}/overview", session);
        Add("GET", "v1/costs", "/v1/costs" + query, session);
        Add("GET", "v1/performance", "/v1/performance" + query, session);
        Add("GET", "v1/ai/anomalies", "/v1/ai/anomalies" + query, session);
    }

    private async Task AddRunsAsync()
    {
        var client = await LaminaClient.CreateAsync(Host, "admin");
        (string, string)[] key = [("x-api-key", client.Key!)];
        const string Definition =
            """
            {"name":"Greeting","description":"Greets people","parameters":[{"id":"who","name":"Who","type":"text","description":"Whom"},
            {"id":"place","name":"Place","type":"options","options":["Studio","Park"],"default":"Park"},{"id":"picture","name":"Picture","type":"url","media":["image/*"],"default":"https://example.com/a.png"}],
            "steps":[{"id":"greet","kind":"text","template":"Hello {{inputs.Who}} in the {{inputs.Place}}"},{"id":"pause","kind":"delay","seconds":1,"after":["greet"]},
            {"id":"send","kind":"http","method":"POST","url":"https://example.com/{{inputs.Place}}","headers":{"Content-Type":"application/json"},"body":"{\"text\":\"{{steps.greet}}\"}","pointer":"/id","retries":0,"timeoutSeconds":5},
            {"id":"ask","kind":"llm","prompt":"{{steps.greet}}","system":"Be brief","maxTokens":16},{"id":"find","kind":"search","query":"{{inputs.Who}}","count":3}],
            "outputs":[{"id":"greeting","label":"Greeting","type":"text","step":"greet"},{"id":"sent","label":"Sent","type":"json","step":"send"}]}
            """;
        Add([200, 201], "PUT", "v1/apps/{appId}", "/v1/apps/fuzzed", key, Definition);
        Add([202], "POST", "v1/apps/{appId}/runs", "/v1/apps/echo/runs", key, """{"inputs":{"Text":"Hello"},"outputs":["Text"]}""");
        Add([201, 409, 400], "POST", "v1/templates/{templateId}/apps", "/v1/templates/delayed-notification/apps", key, """{"appId":"notify","name":"Notify"}""");
        Add([200, 201], "PUT", "v1/triggers/{triggerId}", "/v1/triggers/yearly", key,
            """{"appId":"echo","inputs":{"Text":"Hello"},"inputsFromBody":{"Text":"/a/0"},"verify":{"type":"secret"},"deliveryIdHeader":"X-Delivery","schedule":"0 0 0 1 1 *","timeZone":"Europe/Berlin","active":true,"rotateSecret":false}""");
        var fired = (await client.DoAsync("PUT", "/v1/triggers/fired", """{"appId":"echo","inputs":{"Text":"Hello"}}""", HttpStatusCode.Created))["secret"]!.GetValue<string>();
        Add([202], "POST", "v1/triggers/{triggerId}/fire", $"/v1/triggers/{client.Workspace}-fired/fire", [("x-trigger-secret", fired)], """{"inputs":{"Text":"Fired"}}""");
        Add([200, 201], "PUT", "v1/alerts/{alertId}", "/v1/alerts/fuzzed", key,
            """{"name":"Errors","query":"level:error metadata.ms:>500","window":"15m","threshold":20.5,"direction":"below","active":true}""");
        await client.DoAsync("PUT", "/v1/alerts/shown", """{"name":"Shown","query":"timeout","window":"1h","threshold":1}""", HttpStatusCode.Created);
        var run = (await client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await client.GetAsync($"/v1/runs/{run}/wait");
        Add("POST", "v1/runs/{runId}/cancel", $"/v1/runs/{run}/cancel", key, "{}");
        Add([202], "POST", "v1/runs/{runId}/replay", $"/v1/runs/{run}/replay", key, """{"from":"echo"}""");

        // Where there are no runs: each time they would become twice as many.
        (string, string)[] idle = [("x-api-key", (await LaminaClient.CreateAsync(Host, "admin")).Key!)];
        foreach (var action in (string[])["replay", "cancel"])
        {
            Add([202], "POST", "v1/runs/" + action, "/v1/runs/" + action, idle, """{"status":"queued","appId":"echo","since":"2026-11-21T12:00:00Z","until":"2026-11-21T13:00:00Z"}""");
        }

        foreach (var watched in (string[])["", "/wait", "/stream", "/deliveries", "/steps", "/replays"])
        {
            Add("GET", "v1/runs/{runId}" + watched, $"/v1/runs/{run}{watched}", key);
        }

        Add("GET", "v1/runs", "/v1/runs", key);
        Add("GET", "v1/runs/live", "/v1/runs/live", key);
        Add("GET", "v1/apps", "/v1/apps", key);
        Add("GET", "v1/apps/{appId}", "/v1/apps/echo", key);
        Add("GET", "v1/templates", "/v1/templates", key);
        Add("GET", "v1/templates/{templateId}", "/v1/templates/page-summary", key);
        Add("GET", "v1/triggers", "/v1/triggers", key);
        Add("GET", "v1/triggers/{triggerId}", "/v1/triggers/fired", key);
        Add("GET", "v1/alerts", "/v1/alerts", key);
        Add("GET", "v1/alerts/{alertId}", "/v1/alerts/shown", key);
        Add("GET", "v1/alerts/{alertId}/history", "/v1/alerts/shown/history", key);
        Add("GET", "v1/webhooks/signing-key", "/v1/webhooks/signing-key", []);
        await AddWebhooksAsync(client, key);
        Add("GET", "v1/account/usage", "/v1/account/usage", key);
        Add([404], "DELETE", "v1/apps/{appId}", "/v1/apps/gone", key);
        Add([404], "DELETE", "v1/runs/{runId}", "/v1/runs/gone", key);
        Add([404], "DELETE", "v1/triggers/{triggerId}", "/v1/triggers/gone", key);
        Add([404], "DELETE", "v1/alerts/{alertId}", "/v1/alerts/gone", key);
    }

    // Where nothing happens that endpoints are told of, and none of them is the one that is looked at.
    private async Task AddWebhooksAsync(LaminaClient client, (string, string)[] key)
    {
        const string Definition = """{"url":"https://fuzzed.invalid/hook","events":["alert.fired","alert.resolved"],"description":"Fuzzed","active":true}""";
        const string Path = "v1/webhooks/endpoints";
        var ids = new List<string>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            ids.Add((await client.DoAsync("POST", "/" + Path, Definition, HttpStatusCode.Created))["endpointId"]!.GetValue<string>());
        }

        var delivery = (await client.DoAsync("POST", $"/{Path}/{ids[0]}/test", status: HttpStatusCode.Accepted))["deliveryId"]!.GetValue<string>();
        await Eventually.TrueAsync(async () => (await client.GetAsync($"/v1/webhooks/deliveries/{delivery}")).Status == HttpStatusCode.OK);
        Add([201, 409], "POST", Path, "/" + Path, key, Definition);
        Add([200], "PUT", Path + "/{endpointId}", $"/{Path}/{ids[1]}", key, Definition);
        Add([202], "POST", Path + "/{endpointId}/replay", $"/{Path}/{ids[0]}/replay", key, """{"since":"2026-11-21T12:00:00Z"}""");
        Add([202], "POST", Path + "/{endpointId}/test", $"/{Path}/{ids[0]}/test", key, "{}");
        Add([200], "POST", Path + "/{endpointId}/rotate", $"/{Path}/{ids[0]}/rotate", key, "{}");
        Add([202, 409], "POST", "v1/webhooks/deliveries/{deliveryId}/resend", $"/v1/webhooks/deliveries/{delivery}/resend", key, "{}");
        Add("GET", Path, "/" + Path, key);
        Add("GET", Path + "/{endpointId}", $"/{Path}/{ids[0]}", key);
        Add("GET", Path + "/{endpointId}/deliveries", $"/{Path}/{ids[0]}/deliveries", key);
        Add("GET", "v1/webhooks/deliveries/{deliveryId}", $"/v1/webhooks/deliveries/{delivery}", key);
        Add([404], "DELETE", Path + "/{endpointId}", $"/{Path}/gone", key);
    }

    private async Task AddAgentsAsync()
    {
        (string, string)[] agent = [("Authorization", $"Bearer {(await AgentClient.RegisterAsync(Host.Client)).Key}")];
        (string, string)[] rotated = [("Authorization", $"Bearer {(await AgentClient.RegisterAsync(Host.Client)).Key}")];
        (string, string)[] paying = [("Authorization", $"Bearer {(await AgentClient.RegisterAsync(Host.Client)).Key}")];
        Add([201, 409], "POST", "v1/register", "/v1/register", [], """{"agent_name":"fuzzed","owner_identifier":"someone@example.com","extra":{"a":[1]}}""");
        Add([200, 401], "POST", "v1/keys/rotate", "/v1/keys/rotate", rotated, "{}");
        Add("POST", "v1/billing/setup", "/v1/billing/setup", paying, """{"payment_method_id":"pm_1"}""");
        Add("GET", "v1/search", "/v1/search?q=fuzz", agent);
        foreach (var path in (string[])["me", "usage", "billing", "capabilities", "guide"])
        {
            Add("GET", "v1/" + path, "/v1/" + path, agent);
        }
    }

    private async Task AddOperatorAsync()
    {
        var client = new OperatorClient(Host.Client);
        (string, string)[] key = [("x-admin-key", OperatorClient.Key)];
        var organization = Id(await client.DoAsync("POST", "organizations", """{"name":"Fuzzed"}""", HttpStatusCode.Created));
        var own = "organizations/" + organization;
        var project = Id(await client.DoAsync("POST", own + "/projects", """{"name":"Fuzzed"}""", HttpStatusCode.Created));
        var member = await client.DoAsync("POST", own + "/members", $$"""{"email":"member@example.com","role":"member","password":"{{Password}}"}""", HttpStatusCode.Created);
        var rotated = Id(await client.DoAsync("POST", own + "/keys", """{"prefix":"ll_","name":"Rotated"}""", HttpStatusCode.Created));
        var agent = Id((await client.DoAsync("GET", "agents"))[0]!);
        const string Root = "v1/admin/";
        const string Route = Root + "organizations/{organization}";
        var path = "/" + Root + own;
        Add([201], "POST", Root + "organizations", "/v1/admin/organizations", key, """{"name":"Acme","logPlan":"Compliance","tracePlan":"Team"}""");
        Add("PATCH", Route, path, key, """{"name":"Acme","status":"active","logPlan":"Indie","tracePlan":"Pro"}""");
        Add([201], "POST", Route + "/projects", path + "/projects", key, """{"name":"Chat"}""");
        Add("PATCH", Route + "/projects/{project}", $"{path}/projects/{project}", key,
            """{"name":"Chat","status":"active","sdkConfig":{"sample_rate":0.5,"disable_tracing":false,"pii_redact_keys":["ssn"],"model_override":{"gpt-4o":"gpt-4o-mini"}}}""");
        Add("PUT", Route + "/prices", path + "/prices", key, """{"prices":[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2026-01-01"},{"model":"my-*","input":0,"output":1e-6}]}""");
        foreach (var part in (string[])["", "/projects/{project}"])
        {
            var place = path + part.Replace("{project}", project, StringComparison.Ordinal);
            Add("GET", Route + part + "/redaction", place + "/redaction", key);
            Add("PUT", Route + part + "/redaction", place + "/redaction", key, Redaction);
        }

        Add([200, 201], "POST", Route + "/members", path + "/members", key, $$"""{"email":"ann@example.com","password":"{{Password}}","role":"owner"}""");
        Add("PUT", Route + "/members/{user}/password", $"{path}/members/{member["userId"]!.GetValue<string>()}/password", key, $$"""{"password":"{{Password}}"}""");
        Add([201], "POST", Route + "/keys", path + "/keys", key,
            """{"prefix":"ll_","name":"CI","scopes":["read"],"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z"}""", $$"""{"prefix":"lqt_","name":"CI","project":"{{project}}"}""");
        Add([201, 404], "POST", Route + "/keys/{key}/rotate", $"{path}/keys/{rotated}/rotate", key, """{"graceSeconds":60}""");
        Add("PATCH", Root + "agents/{agent}", $"/v1/admin/agents/{agent}", key, """{"status":"active","tier":"Pro"}""");
        Add("POST", Root + "poison/{queue}/replay", "/v1/admin/poison/logs/replay", key, "{}");
        Add([404], "POST", Root + "poison/{queue}/{message}/replay", "/v1/admin/poison/logs/00000000-0000-0000-0000-000000000000/replay", key, "{}");
        Add([404], "DELETE", Root + "poison/{queue}/{message}", "/v1/admin/poison/logs/00000000-0000-0000-0000-000000000000", key);
        Add("DELETE", Root + "poison/{queue}", "/v1/admin/poison/logs", key);
        Add([404], "DELETE", Route + "/members/{user}", $"{path}/members/00000000-0000-0000-0000-000000000000", key);
        Add([404], "DELETE", Route + "/keys/{key}", $"{path}/keys/00000000", key);
        Add([404], "DELETE", Route, "/v1/admin/organizations/000000000000", key);
        Add([404], "DELETE", Route + "/projects/{project}", $"{path}/projects/prj_{organization}00000000", key);
        foreach (var part in (string[])["", "/usage", "/projects", "/members", "/keys", "/prices"])
        {
            Add("GET", Route + part, path + part, key);
        }

        Add("GET", Route + "/projects/{project}", $"{path}/projects/{project}", key);
        Add("GET", Root + "organizations", "/v1/admin/organizations", key);
        Add("GET", Root + "agents", "/v1/admin/agents", key);
        Add("GET", Root + "agents/{agent}", $"/v1/admin/agents/{agent}", key);
        Add("GET", Root + "poison", "/v1/admin/poison", key);
        Add("GET", Root + "queues", "/v1/admin/queues", key);
        Add("GET", Root + "unreadable", "/v1/admin/unreadable", key);
        Add("POST", Root + "unreadable/restore", "/v1/admin/unreadable/restore", key, "{}");
        Add("GET", Root + "poison/{queue}", "/v1/admin/poison/logs", key);
    }

    private async Task AddMembersAsync()
    {
        var client = new OperatorClient(Host.Client);
        var organization = await client.CreateOrganizationAsync();
        var user = (await Host.Services.GetRequiredService<UserStore>().CreateAsync("owner@example.com", Password))!;
        await Host.Services.GetRequiredService<MembershipStore>().SetAsync(organization, user, Roles.Owner);
        var token = (await Host.Services.GetRequiredService<SessionStore>().CreateAsync(user, organization))!.Token;
        (string, string)[] session = [("Authorization", $"Bearer {token.Reveal()}")];
        var project = Id(await client.CreateAsync($"organizations/{organization}/projects", """{"name":"Fuzzed"}"""));
        var rotated = Id(await client.CreateAsync($"organizations/{organization}/keys", """{"prefix":"ll_","name":"Rotated"}"""));
        const string Root = "v1/organization";
        foreach (var part in (string[])["", "/projects", "/members", "/keys", "/queries", "/prices"])
        {
            Add("GET", Root + part, "/" + Root + part, session);
        }

        Add([201], "POST", Root + "/projects", "/v1/organization/projects", session, """{"name":"Chat"}""");
        Add("GET", Root + "/projects/{project}", $"/v1/organization/projects/{project}", session);
        Add("PUT", Root + "/prices", "/v1/organization/prices", session, """{"prices":[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2026-01-01"},{"model":"my-*","input":0,"output":1e-6}]}""");
        Add("PATCH", Root + "/projects/{project}", $"/v1/organization/projects/{project}", session, """{"name":"Chat","status":"active"}""");
        foreach (var part in (string[])["", "/projects/{project}"])
        {
            var place = "/v1/organization" + part.Replace("{project}", project, StringComparison.Ordinal);
            Add("GET", Root + part + "/redaction", place + "/redaction", session);
            Add("PUT", Root + part + "/redaction", place + "/redaction", session, Redaction);
        }

        Add([200, 201], "POST", Root + "/members", "/v1/organization/members", session, $$"""{"email":"guest@example.com","password":"{{Password}}","role":"admin"}""");
        Add([404], "DELETE", Root + "/members/{user}", "/v1/organization/members/00000000-0000-0000-0000-000000000000", session);
        Add([201], "POST", Root + "/keys", "/v1/organization/keys", session, """{"prefix":"ll_","name":"CI","scopes":["read"],"requestsPerMinute":120,"expiresAt":"2030-01-01T00:00:00Z"}""");
        Add([404], "DELETE", Root + "/keys/{key}", "/v1/organization/keys/00000000", session);
        Add([404], "DELETE", Root + "/projects/{project}", $"/v1/organization/projects/prj_{organization}00000000", session);
        Add([201, 409], "POST", Root + "/queries", "/v1/organization/queries", session, """{"name":"Slow ones","query":"metadata.ms:>500 NOT (level:debug OR /timeout|refused/i)"}""");
        Add([404], "PUT", Root + "/queries/{query}", "/v1/organization/queries/00000000", session, """{"name":"Slow ones","query":"level:error"}""");
        Add([404], "DELETE", Root + "/queries/{query}", "/v1/organization/queries/00000000", session);
        Add([201, 404], "POST", Root + "/keys/{key}/rotate", $"/v1/organization/keys/{rotated}/rotate", session, """{"graceSeconds":60}""");
    }

    private static string Id(JsonNode data) => data["id"]!.GetValue<string>();

    private sealed class Payments : IPaymentProvider
    {
        public Task<string?> SetUpAsync(PaymentRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(request.PaymentMethod.StartsWith("pm_", StringComparison.Ordinal) ? "cus_1" : null);
    }
}
