using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Logs;

namespace Serverless.Tests.Tenancy;

/// <summary>A tenant with something of everything, all of which bears its mark, and somebody for every way to call.</summary>
/// <param name="host">The host.</param>
internal sealed class AccessTenant(ContractHost host)
{
    private readonly Dictionary<string, string> _emails = new(StringComparer.Ordinal);

    /// <summary>What stands in everything that the tenant has, and nowhere else.</summary>
    public string Mark { get; } = $"mark-{Guid.NewGuid():N}";

    /// <summary>The ids of what it has, by the names of parameters.</summary>
    public Dictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    /// <summary>How each caller proves who they are.</summary>
    public IReadOnlyDictionary<Callers, (string Name, string Value)[]> Credentials { get; private set; } = new Dictionary<Callers, (string, string)[]>();

    /// <summary>The session of the owner in the cookie.</summary>
    public (string Name, string Value) Cookie { get; private set; }

    /// <summary>Makes one.</summary>
    public static async Task<AccessTenant> CreateAsync(ContractHost host)
    {
        var tenant = new AccessTenant(host);
        await tenant.FillAsync();
        return tenant;
    }

    /// <summary>The ids of what nobody has.</summary>
    public static Dictionary<string, string> UnknownIds(AccessTenant like) => like.Ids.ToDictionary(
        id => id.Key,
        id => id.Key switch
        {
            "runId" => Guid.NewGuid().ToString(),
            "organization" => "000000000000",
            "project" or "id" => TenantIds.NewProject("000000000000"),
            _ => "unknown",
        },
        StringComparer.Ordinal);

    /// <summary>Other sessions and another agent, for what ends them.</summary>
    public async Task<(IReadOnlyDictionary<Callers, (string Name, string Value)[]> Credentials, (string Name, string Value) Cookie)> RenewAsync()
    {
        var credentials = new Dictionary<Callers, (string, string)[]>(Credentials) { [Callers.AgentKey] = [await RegisterAsync()] };
        foreach (var (caller, role) in (IEnumerable<(Callers, string)>)[(Callers.Member, Roles.Member), (Callers.Admin, Roles.Admin), (Callers.Owner, Roles.Owner)])
        {
            credentials[caller] = [(await LogInAsync(role)).Bearer];
        }

        return (credentials, (await LogInAsync(Roles.Owner)).Cookie);
    }

    private async Task FillAsync()
    {
        var organization = (await host.Operator.CreateAsync("organizations", $$"""{"name":"{{Mark}}","logPlan":"Scale","tracePlan":"Scale"}"""))["id"]!.GetValue<string>();
        var project = (await host.Operator.CreateAsync($"organizations/{organization}/projects", $$"""{"name":"{{Mark}}"}"""))["id"]!.GetValue<string>();
        foreach (var role in Roles.All)
        {
            _emails[role] = (await host.CreateMemberAsync(organization, role)).Email;
        }

        var (logKey, runKey, runAdminKey) = (
            await host.CreateKeyAsync(organization, KeyPrefix.LuminaLog),
            await host.CreateKeyAsync(organization, KeyPrefix.Lamina),
            await host.CreateKeyAsync(organization, KeyPrefix.Lamina, new KeyOptions { Scopes = "admin" }));
        var traceKey = await host.CreateKeyAsync(organization, KeyPrefix.LumiqTrace, new KeyOptions { Project = project });
        var owner = await LogInAsync(Roles.Owner);
        Cookie = owner.Cookie;
        Credentials = new Dictionary<Callers, (string, string)[]>
        {
            [Callers.Stranger] = [],
            [Callers.LogKey] = [("x-api-key", logKey)],
            [Callers.PageKey] = [("x-api-key", await host.CreateKeyAsync(organization, KeyPrefix.LuminaLog, new() { Scopes = "ingest" }))],
            [Callers.TraceKey] = [("x-api-key", traceKey)],
            [Callers.RunKey] = [("x-api-key", runKey)],
            [Callers.RunAdminKey] = [("x-api-key", runAdminKey)],
            [Callers.AgentKey] = [await RegisterAsync()],
            [Callers.OperatorKey] = [("x-admin-key", host.AdminKey)],
            [Callers.Member] = [(await LogInAsync(Roles.Member)).Bearer],
            [Callers.Admin] = [(await LogInAsync(Roles.Admin)).Bearer],
            [Callers.Owner] = [owner.Bearer],
        };
        var logs = new LogClient(host.Client, logKey);
        await logs.AcceptAsync(LogEntries.Simple(Mark));
        await new TraceClient(host.Client, traceKey, project).PostJsonAsync(new JsonArray(EventOf()).ToJsonString());
        var lamina = new LaminaClient(host.Client, runAdminKey);
        await lamina.DoAsync("PUT", $"/v1/apps/{Mark}", DefinitionOf(), HttpStatusCode.Created);
        await lamina.DoAsync("PUT", $"/v1/triggers/{Mark}", $$$"""{"appId":"{{{Mark}}}","inputs":{"Text":"{{{Mark}}}"}}""", HttpStatusCode.Created);
        var endpoint = (await lamina.DoAsync(
            "POST", "/v1/webhooks/endpoints", $$"""{"url":"https://{{Mark}}.invalid/","events":["alert.fired"]}""", HttpStatusCode.Created))["endpointId"]!.GetValue<string>();
        var delivery = (await lamina.DoAsync("POST", $"/v1/webhooks/endpoints/{endpoint}/test", status: HttpStatusCode.Accepted))["deliveryId"]!.GetValue<string>();
        await Eventually.TrueAsync(async () => (await lamina.GetAsync($"/v1/webhooks/deliveries/{delivery}")).Status == HttpStatusCode.OK);
        await lamina.DoAsync("PUT", $"/v1/alerts/{Mark}", $$"""{"name":"{{Mark}}","query":"{{Mark}}","window":"5m","threshold":1}""", HttpStatusCode.Created);
        var run = (await lamina.DoAsync("POST", $"/v1/apps/{Mark}/runs", $$$"""{"inputs":{"Text":"{{{Mark}}}"}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await lamina.GetAsync($"/v1/runs/{run}/wait");
        await Task.WhenAll(logs.WaitForAsync(1), new TraceReader(host.Client, owner.Token, project).WaitForAsync(1));
        var member = new SessionClient(host.Client, Credentials[Callers.Member][0].Value["Bearer ".Length..]);
        var query = (await member.DoAsync("POST", "/v1/organization/queries", $$"""{"name":"{{Mark}}","query":"{{Mark}}"}""", HttpStatusCode.Created))["data"]!["id"]!.GetValue<string>();
        var entry = (await logs.ReadAsync(LogReads.Always)).Entries().First()["id"]!.GetValue<string>();
        foreach (var (name, id) in (IEnumerable<(string, string)>)
        [
            ("logId", entry),
            ("organization", organization), ("project", project), ("id", project), ("traceId", "trace-1"), ("appId", Mark), ("runId", run), ("triggerId", Mark),
            ("alertId", Mark), ("endpointId", endpoint), ("deliveryId", delivery),
            ("templateId", "page-summary"), ("surface", "lamina.json"), ("user", Guid.Empty.ToString()), ("key", "00000000"), ("agent", "000000000000"),
            ("query", query), ("queue", "nothing"), ("message", Guid.Empty.ToString()),
        ])
        {
            Ids[name] = id;
        }
    }

    private JsonObject EventOf()
    {
        var sent = TraceEvents.Simple(Guid.NewGuid().ToString());
        sent["model"] = Mark;
        sent["trace_id"] = "trace-1";
        sent["timestamp"] = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        return sent;
    }

    private string DefinitionOf() =>
        $$$$"""
        {"name":"{{{{Mark}}}}","description":"{{{{Mark}}}}","parameters":[{"id":"text","name":"Text","type":"text","description":"What to give back."}],
         "steps":[{"id":"step","kind":"text","template":"{{inputs.Text}}"}],"outputs":[{"id":"text","label":"Text","type":"text","step":"step"}]}
        """;

    private async Task<SessionClient> LogInAsync(string role) => new(host.Client, await host.LogInAsync(_emails[role]));

    private async Task<(string Name, string Value)> RegisterAsync()
    {
        using var body = new StringContent($$"""{"agent_name":"access","owner_identifier":"{{Guid.NewGuid()}}"}""", Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/v1/register", body);
        return ("Authorization", $"Bearer {JsonNode.Parse(await response.Content.ReadAsStringAsync())!["api_key"]!.GetValue<string>()}");
    }
}
