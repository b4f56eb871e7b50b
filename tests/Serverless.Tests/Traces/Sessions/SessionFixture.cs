using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Serverless.Http;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Traces.Requests;
using Serverless.Traces.Sessions;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>
/// Two instances of the application for all tests of a class, with one clock that they set; the storage of the first is behind a
/// proxy. Every test takes organizations and users of its own, and every request comes from another address unless it says which.
/// </summary>
public sealed class SessionFixture : IAsyncLifetime
{
    /// <summary>The password of every user.</summary>
    public const string Password = "correct horse battery";

    private static int _addresses;

    /// <summary>Shows the time to the application.</summary>
    public FrozenTime Time { get; } = new(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    /// <summary>Stands before the storage of the first instance.</summary>
    public StorageProxy Proxy { get; private set; } = null!;

    /// <summary>The first instance, which tests ask.</summary>
    public ServerlessHost Host { get; private set; } = null!;

    /// <summary>The second instance, through which tests change things.</summary>
    public ServerlessHost Other { get; private set; } = null!;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        var account = await TestStorage.CreateAccountAsync();
        Proxy = await StorageProxy.StartAsync(account);
        Host = await StartAsync(Proxy.Account);
        Other = await StartAsync(account);
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await Host.DisposeAsync();
        await Other.DisposeAsync();
        await Proxy.DisposeAsync();
    }

    /// <summary>A service of the second instance.</summary>
    public T Get<T>()
        where T : notnull => Other.Services.GetRequiredService<T>();

    /// <summary>Moves the clock to a full hour, so that limits count from the beginning of a slot.</summary>
    public void AdvanceToFullHour() => Time.Advance(TimeSpan.FromTicks(TimeSpan.TicksPerHour - (Time.GetUtcNow().Ticks % TimeSpan.TicksPerHour)));

    /// <summary>An address that no other request comes from.</summary>
    public static string NewAddress() => $"2001:db8:{Interlocked.Increment(ref _addresses):x}::1";

    /// <summary>Makes an organization with a project.</summary>
    public async Task<(string Organization, string Project)> CreateOrganizationAsync()
    {
        var organization = (await Get<AccountStore>().CreateOrganizationAsync("Test", Plans.DefaultLogPlan, Plans.DefaultTracePlan)).Id;
        return (organization, (await Get<ProjectStore>().CreateAsync(organization, "Test"))!.Id);
    }

    /// <summary>Makes a user who is a member of some organizations.</summary>
    public async Task<User> CreateUserAsync(params IReadOnlyList<string> organizations)
    {
        var user = (await Get<UserStore>().CreateAsync($"{Guid.NewGuid()}@example.com", Password))!;
        foreach (var organization in organizations)
        {
            await Get<MembershipStore>().SetAsync(organization, user, Roles.Member);
        }

        return user;
    }

    /// <summary>Makes an organization with a project, and begins a session of somebody who is a member of it.</summary>
    public async Task<(string Organization, string Project, User User, string Token)> BeginAsync()
    {
        var (organization, project) = await CreateOrganizationAsync();
        var user = await CreateUserAsync(organization);
        return (organization, project, user, await BeginAsync(user));
    }

    /// <summary>Begins a session.</summary>
    /// <returns>Its token.</returns>
    public async Task<string> BeginAsync(User user) => (await LoginAsync(user.Email)).ReadToken();

    /// <summary>Changes the status of an organization.</summary>
    public Task SetStatusAsync(string organization, string status) =>
        Get<AccountStore>().UpdateAsync(organization, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Status] = status });

    /// <summary>The body of a login.</summary>
    public static HttpContent Credentials(string email, string password = Password) =>
        new StringContent(new JsonObject { ["email"] = email, ["password"] = password }.ToJsonString(), Encoding.UTF8, "application/json");

    /// <summary>Logs in.</summary>
    public Task<SessionAnswer> LoginAsync(string email, string password = Password, string? address = null) =>
        LoginAsync(Credentials(email, password), address);

    /// <summary>Logs in with any body.</summary>
    public async Task<SessionAnswer> LoginAsync(HttpContent body, string? address = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/login") { Content = body };
        request.Headers.Add("X-Client-IP", address ?? NewAddress());
        return await SessionAnswer.OfAsync(await Host.Client.SendAsync(request));
    }

    /// <summary>Logs out.</summary>
    public Task<SessionAnswer> LogoutAsync(string token) => LogoutAsync(Host, $"Bearer {token}");

    /// <summary>Logs out with any credential.</summary>
    public static async Task<SessionAnswer> LogoutAsync(ServerlessHost host, string? authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/auth/logout");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        return await SessionAnswer.OfAsync(await host.Client.SendAsync(request));
    }

    /// <summary>Asks for data of a project.</summary>
    /// <returns>The project's id, when it was opened.</returns>
    public Task<SessionAnswer> EnterAsync(string? token, StringValues projectId) => EnterAsync(Gate.EnterAsync, $"Bearer {token}", projectId);

    /// <summary>Asks an AI endpoint about a project.</summary>
    /// <returns>The project's id, when it was opened.</returns>
    public Task<SessionAnswer> EnterAiAsync(string? token, StringValues projectId) => EnterAsync(Gate.EnterAiAsync, $"Bearer {token}", projectId);

    /// <summary>Asks for data of a project with any credential.</summary>
    public Task<SessionAnswer> EnterWithAsync(StringValues authorization, StringValues projectId) =>
        EnterAsync(Gate.EnterAsync, authorization, projectId);

    private SessionGate Gate => Host.Services.GetRequiredService<SessionGate>();

    private async Task<SessionAnswer> EnterAsync(
        Func<HttpContext, StringValues, CancellationToken, Task<Project>> enter, StringValues authorization, StringValues projectId)
    {
        var context = new DefaultHttpContext
        {
            Request = { Scheme = "https", Method = "GET", Path = "/v1/events", Headers = { Authorization = authorization } },
            Response = { Body = new MemoryStream() },
        };
        await Host.Services.GetRequiredService<SurfaceEndpoint>().ServeAsync(
            context.Request,
            Host.Services.GetRequiredService<LumiqTrace>(),
            async (_, cancellationToken) =>
            {
                var project = await enter(context, projectId, cancellationToken);
                await JsonResponse.WriteAsync(context.Response, JsonSerializer.SerializeToUtf8Bytes(project.Id), cancellationToken);
            });
        return SessionAnswer.Of(context.Response);
    }

    private Task<ServerlessHost> StartAsync(StorageAccount account) => ServerlessHost.StartAsync(account, builder =>
    {
        // Hashing is meant to be slow, and tests are not about that.
        builder.Services.PostConfigure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        builder.Services.AddSingleton<TimeProvider>(Time);
    });
}
