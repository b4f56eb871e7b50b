using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Demo;
using Serverless.Logs;
using Serverless.Tenancy;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Hosting;

/// <summary>
/// The host that contract tests check, over HTTP and by nothing else: the application in this process, or any running host that the
/// variable <see cref="AddressVariable"/> names. What a test needs is made through the operator's API.
/// </summary>
public sealed class ContractHost : IAsyncDisposable
{
    /// <summary>The environment variable that names a running host.</summary>
    public const string AddressVariable = "SERVERLESS_BASE_URL";

    /// <summary>The environment variable that names the file with its keys; a relative path begins at the checkout.</summary>
    public const string KeysVariable = "SERVERLESS_KEYS";

    /// <summary>The password of every user that is made.</summary>
    public const string Password = "correct horse battery";

    private readonly DemoFile? _keys;
    private readonly IReadOnlyList<IAsyncDisposable> _started;
    private readonly Lazy<Task<LogClient>> _logs;
    private readonly Lazy<Task<TraceClient>> _traces;

    private ContractHost(Uri address, DemoFile? keys, params IReadOnlyList<IAsyncDisposable> started)
    {
        Client = new HttpClient(new ContractHandler()) { BaseAddress = address, Timeout = TimeSpan.FromMinutes(4) };
        _keys = keys;
        _started = started;
        _logs = new(() => DemoKey(DemoFile.LogKey) is { } key ? Task.FromResult(new LogClient(Client, key)) : LogClient.CreateAsync(this));
        _traces = new(() => DemoKey(DemoFile.TraceKey) is { } key
            ? Task.FromResult(new TraceClient(Client, key, _keys!.Read(DemoFile.TraceProject)!))
            : TraceClient.CreateAsync(this));
    }

    /// <summary>Sends requests to it.</summary>
    public HttpClient Client { get; }

    /// <summary>The operator's key.</summary>
    /// <exception cref="InvalidOperationException">It is not in the file of keys.</exception>
    public string AdminKey => _keys is null
        ? OperatorClient.Key
        : _keys.Read(DemoFile.AdminKey) ?? throw new InvalidOperationException(
            $"{DemoFile.AdminKey} is missing in {_keys.Path}: with it this test makes an organization of its own on {Client.BaseAddress}.");

    /// <summary>Its operator.</summary>
    public OperatorClient Operator => new(Client, AdminKey);

    /// <summary>The host that the environment names; else the application in this process.</summary>
    public static async Task<ContractHost> StartAsync() =>
        Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } address
            ? Connect(new Uri(address), SourceTree.PathOf(Environment.GetEnvironmentVariable(KeysVariable) is { Length: > 0 } keys ? keys : Path.Combine(".local", "demo.env")))
            : await StartOwnAsync();

    /// <summary>A host that is running.</summary>
    /// <param name="address">Where it listens.</param>
    /// <param name="keys">The file with its keys.</param>
    public static ContractHost Connect(Uri address, string keys) => new(address, new DemoFile(keys));

    /// <summary>A LuminaLog client of any organization, for requests that leave nothing behind that matters to others.</summary>
    public Task<LogClient> AnyLogClientAsync() => _logs.Value;

    /// <summary>A LumiqTrace client of any project, for requests that leave nothing behind that matters to others.</summary>
    public Task<TraceClient> AnyTraceClientAsync() => _traces.Value;

    /// <summary>A Lamina client of any workspace, which may define apps, for requests that leave nothing behind that matters to others.</summary>
    public async Task<LaminaClient> AnyLaminaClientAsync() =>
        DemoKey(DemoFile.RunKey) is { } key ? new(Client, key) : await LaminaClient.CreateAsync(this, "admin");

    /// <summary>Somebody who may read the project of <see cref="AnyTraceClientAsync"/>, logged in.</summary>
    public async Task<TraceReader> AnyTraceReaderAsync()
    {
        var client = await AnyTraceClientAsync();
        return DemoKey(DemoFile.Email) is { } email
            ? new(Client, await LogInAsync(email, _keys!.Read(DemoFile.Password)!), client.Project)
            : await TraceReader.CreateAsync(this, client);
    }

    /// <summary>Makes a key of a new organization.</summary>
    /// <param name="plan">The organization's plan; the largest unless a test is about limits.</param>
    public async Task<string> CreateLogKeyAsync(string plan = "Scale") =>
        await CreateKeyAsync(await Operator.CreateOrganizationAsync(logPlan: plan), LuminaLog.KeyPrefix);

    /// <summary>Makes a key.</summary>
    /// <param name="organization">Whose it is.</param>
    /// <param name="prefix">The surface it is for.</param>
    /// <param name="options">What it may do.</param>
    public async Task<string> CreateKeyAsync(string organization, string prefix, KeyOptions? options = null)
    {
        var body = new JsonObject { ["prefix"] = prefix, ["name"] = "Test" };
        if (options is not null)
        {
            body["scopes"] = new JsonArray([.. options.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            body["project"] = options.Project is { Length: > 0 } project ? project : null;
            body["requestsPerMinute"] = options.RequestsPerMinute;
            body["expiresAt"] = options.ExpiresAt?.ToString("O", CultureInfo.InvariantCulture);
        }

        return (await Operator.CreateAsync($"organizations/{organization}/keys", body.ToJsonString()))["key"]!.GetValue<string>();
    }

    /// <summary>Makes a project.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> CreateProjectAsync(string organization) =>
        (await Operator.CreateAsync($"organizations/{organization}/projects", """{"name":"Test"}"""))["id"]!.GetValue<string>();

    /// <summary>Makes a user who is a member of an organization.</summary>
    /// <param name="organization">The organization.</param>
    /// <param name="role">The role there.</param>
    public async Task<ContractMember> CreateMemberAsync(string organization, string role = Roles.Member)
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        var member = await Operator.CreateAsync(
            $"organizations/{organization}/members", $$"""{"email":"{{email}}","role":"{{role}}","password":"{{Password}}"}""");
        return new(email, member["userId"]!.GetValue<string>());
    }

    /// <summary>Begins a session.</summary>
    /// <returns>Its token.</returns>
    public async Task<string> LogInAsync(string email, string password = Password)
    {
        using var response = await Client.PostAsJsonAsync("/v1/auth/login", new { email, password });
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, body);
        return JsonNode.Parse(body)!["token"]!.GetValue<string>();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        foreach (var part in _started)
        {
            await part.DisposeAsync();
        }
    }

    private static async Task<ContractHost> StartOwnAsync()
    {
        var upstream = await ScriptedUpstream.StartAsync();
        var host = await ServerlessHost.StartAsync(configure: builder =>
        {
            builder.Configuration["AdminKey"] = OperatorClient.Key;
            builder.Configuration["Secrets:Key"] = Convert.ToBase64String(new byte[32]);
            builder.Configuration["Search:Provider"] = "searxng";
            builder.Configuration["Search:Endpoint"] = upstream.Address.AbsoluteUri;

            // Hashing is meant to be slow, and tests are not about that.
            builder.Services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        });
        return new(host.Client.BaseAddress!, keys: null, host, upstream);
    }

    // Where the operator's key is at hand, tests do better with what they make themselves.
    private string? DemoKey(string name) => _keys?.Read(DemoFile.AdminKey) is null ? _keys?.Read(name) : null;
}

/// <summary>A user that was made for a test.</summary>
/// <param name="Email">Who it is.</param>
/// <param name="UserId">The id.</param>
public sealed record ContractMember(string Email, string UserId);

/// <summary>One such host for all contract tests of a class. A test that needs an empty store takes an organization of its own.</summary>
public sealed class ContractFixture : IAsyncLifetime
{
    /// <summary>The host.</summary>
    public ContractHost Host { get; private set; } = null!;

    /// <summary>Its operator.</summary>
    public OperatorClient Operator => Host.Operator;

    /// <inheritdoc/>
    public async Task InitializeAsync() => Host = await ContractHost.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Host.DisposeAsync();
}
