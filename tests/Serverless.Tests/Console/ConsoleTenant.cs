using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Alerts;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Console;

/// <summary>An organization that a test looks at, with a project, a key for each surface, and somebody who is signed in.</summary>
public sealed class ConsoleTenant
{
    // Long enough to judge what was sent just now.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(8);

    private readonly ServerlessHost _host;
    private readonly TraceReader _reader;
    private string _endpoint = "";

    private ConsoleTenant(ServerlessHost host, string email, string session, LogClient logs, TraceClient traces, LaminaClient runs)
    {
        Email = email;
        Session = session;
        Logs = logs;
        Traces = traces;
        Runs = runs;
        _host = host;
        _reader = new(host.Client, session, traces.Project, host.Account);
    }

    /// <summary>Who may sign in, with <see cref="ConsoleFixture.DemoPassword"/>.</summary>
    public string Email { get; }

    /// <summary>The token of a session.</summary>
    public string Session { get; }

    /// <summary>Sends logs.</summary>
    public LogClient Logs { get; }

    /// <summary>Sends events of the project.</summary>
    public TraceClient Traces { get; }

    /// <summary>Defines apps and runs them.</summary>
    public LaminaClient Runs { get; }

    /// <summary>Makes one.</summary>
    /// <param name="host">The application.</param>
    /// <param name="role">What whoever is signed in may do.</param>
    /// <param name="email">Who that is; somebody new when null.</param>
    public static async Task<ConsoleTenant> CreateAsync(ServerlessHost host, string role = Roles.Owner, string? email = null)
    {
        var organization = await Get<AccountStore>().CreateOrganizationAsync("Acme", "Scale", "Scale");
        var project = (await Get<ProjectStore>().CreateAsync(organization.Id, "Shop"))!;
        var user = (await Get<UserStore>().CreateAsync(email ?? $"{Guid.NewGuid():N}@example.com", ConsoleFixture.DemoPassword))!;
        await Get<MembershipStore>().SetAsync(organization.Id, user, role);
        var session = (await Get<SessionStore>().CreateAsync(user, organization.Id))!;
        var logs = (await Get<KeyStore>().CreateAsync(organization.Id, LuminaLog.KeyPrefix, new KeyOptions { Name = "Shop" }))!;
        return new(
            host,
            user.Email,
            session.Token.Reveal(),
            new(host.Client, logs.Reveal(), host.Account),
            await TraceClient.CreateAsync(host, organization.Id, project, new KeyOptions { Name = "Shop" }),
            await LaminaClient.CreateAsync(host, organization.Id, "admin"));

        T Get<T>()
            where T : notnull => host.Services.GetRequiredService<T>();
    }

    /// <summary>Sends logs, and waits until they are found.</summary>
    public async Task SendAsync(IReadOnlyCollection<JsonObject> entries)
    {
        var before = await Logs.CountPersistedAsync();
        await Logs.AcceptAsync(entries);
        await Logs.WaitForAsync(before + entries.Count);
    }

    /// <summary>Sends events, and waits until they are found.</summary>
    public async Task TraceAsync(IReadOnlyCollection<JsonObject> events)
    {
        var before = await _reader.CountStoredAsync();
        using var response = await Traces.PostAsync(string.Concat(events.Select(one => one.ToJsonString() + "\n")));
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        await _reader.WaitForAsync(before + events.Count);
    }

    /// <summary>Exports spans of one trace in the JSON of OTLP, one of which calls a model, and waits until all of them are found.</summary>
    public async Task ExportAsync(string export)
    {
        using var response = await Traces.ExportAsync(export);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var spans = JsonNode.Parse(export)!["resourceSpans"]![0]!["scopeSpans"]![0]!["spans"]!.AsArray();
        await _reader.TraceAsync(spans[0]!["traceId"]!.GetValue<string>(), spans.Count);
    }

    /// <summary>Runs an app, and waits until the run is over.</summary>
    /// <param name="app">The app.</param>
    /// <param name="inputs">Its inputs, in JSON.</param>
    /// <returns>The id of the run.</returns>
    public async Task<string> RunAsync(string app, string inputs = "{}")
    {
        var run = (await Runs.DoAsync("POST", $"/v1/apps/{app}/runs", $$"""{"inputs":{{inputs}}}""", HttpStatusCode.Accepted))["runId"]!.GetValue<string>();
        await Runs.DoAsync("GET", $"/v1/runs/{run}/wait?timeout=60");
        return run;
    }

    /// <summary>Defines an app.</summary>
    public Task DefineAsync(string app, string definition) => Runs.DoAsync("PUT", $"/v1/apps/{app}", definition, HttpStatusCode.Created);

    /// <summary>Adds an endpoint that is told of the ends of runs.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> AddEndpointAsync(string url, string description)
    {
        var definition = new JsonObject { ["url"] = url, ["events"] = new JsonArray("run.completed", "run.failed"), ["description"] = description };
        return (await Runs.DoAsync("POST", "/v1/webhooks/endpoints", definition.ToJsonString(), HttpStatusCode.Created))["endpointId"]!.GetValue<string>();
    }

    /// <summary>Waits until an endpoint was told of so much, and it is known what came of that.</summary>
    public Task WaitForDeliveriesAsync(string endpoint, int count) => Eventually.TrueAsync(async () =>
        (await Runs.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}/deliveries")).AsArray().Count(each => each!["state"]!.GetValue<string>() != "pending") >= count);

    /// <summary>Settles what becomes of records that come in from now on.</summary>
    /// <param name="what">Which settings: <c>prices</c> or <c>redaction</c>.</param>
    /// <param name="settings">All of them, in JSON.</param>
    public async Task SettleAsync(string what, string settings)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/v1/organization/{what}") { Content = new StringContent(settings, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", Session);
        using var response = await _host.Client.SendAsync(request);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The address of a view, with the id of the endpoint that was told of something filled in.</summary>
    public string PathOf(string view) => view.Replace("{endpointId}", _endpoint, StringComparison.Ordinal);

    /// <summary>Sends something of each kind: what a team has after an hour.</summary>
    /// <param name="receiver">Where webhooks are taken.</param>
    public async Task FillAsync(string receiver)
    {
        var now = TimeProvider.System.GetUtcNow();
        await Task.WhenAll(SendAsync(ConsoleSamples.Logs(now)), TraceAsync(ConsoleSamples.Events(now)));
        await DefineAsync("report", ConsoleSamples.FailingApp);
        _endpoint = await AddEndpointAsync(receiver + ConsoleSamples.HostileQuery, HostileText.Markup);
        var gone = await AddEndpointAsync(new Uri(new Uri(receiver), ConsoleFixture.GonePath).AbsoluteUri, HostileText.RightToLeft);
        await RunAsync("echo", new JsonObject { ["Text"] = "Hello" }.ToJsonString());
        await RunAsync("echo", new JsonObject { ["Text"] = HostileText.Markup }.ToJsonString());
        await RunAsync("report");
        await WaitForDeliveriesAsync(_endpoint, 3);
        await WaitForDeliveriesAsync(gone, 1);
        await Runs.DoAsync("PUT", "/v1/alerts/errors", ConsoleSamples.Alert, HttpStatusCode.Created);
        await AlertHost.EvaluateAsync(_host, new FrozenTime(TimeProvider.System.GetUtcNow() + Ahead));
        await SettleAsync("prices", ConsoleSamples.Prices);
        await SettleAsync("redaction", ConsoleSamples.Redaction);
    }
}
