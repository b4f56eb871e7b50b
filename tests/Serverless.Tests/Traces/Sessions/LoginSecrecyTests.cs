using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Traces.Sessions;

namespace Serverless.Tests.Traces.Sessions;

/// <summary>What logging in does not give away: whether an address is known, and the secrets of those who do it.</summary>
public sealed class LoginSecrecyTests(SessionFixture fixture) : IClassFixture<SessionFixture>
{
    private const string Wrong = "wrong horse battery";

    [Fact]
    public async Task An_unknown_address_costs_storage_as_much_as_a_wrong_password()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);

        // A read and a write for each of the two limits, and one look at the user.
        string[] expected = ["table GET", "table POST", "table GET", "table POST", "table GET"];
        Assert.Equal(expected, await CostAsync(user.Email));
        Assert.Equal(expected, await CostAsync($"{Guid.NewGuid()}@example.com"));

        async Task<IEnumerable<string>> CostAsync(string email)
        {
            await fixture.Proxy.ResetWhenQuietAsync();
            Assert.Equal(SessionAnswer.NotAuthenticated, await fixture.LoginAsync(email, Wrong));
            return [.. fixture.Proxy.Transactions.Select(transaction => transaction.ToString())];
        }
    }

    [Fact]
    public async Task An_unknown_address_takes_as_much_hashing_as_a_wrong_password_even_first_of_all()
    {
        var (organization, _) = await fixture.CreateOrganizationAsync();
        var user = await fixture.CreateUserAsync(organization);

        string[] first = ["hash", $"verify {Wrong}"];
        string[] later = [.. first, $"verify {Wrong}"];
        Assert.Equal(later, await WorkAsync(user.Email, user.Email));
        Assert.Equal(later, await WorkAsync($"{Guid.NewGuid()}@example.com", $"{Guid.NewGuid()}@example.com"));

        async Task<IEnumerable<string>> WorkAsync(params string[] emails)
        {
            var hasher = new RecordingHasher();
            var services = fixture.Host.Services;
            var users = new UserStore(services.GetRequiredService<Ledgers>(), services.GetRequiredService<SessionStore>(), hasher);
            var login = ActivatorUtilities.CreateInstance<Login>(services, users);
            foreach (var email in emails)
            {
                await LoginAsync(login, email);
            }

            return hasher.Work;
        }
    }

    [Fact]
    public async Task Neither_password_nor_token_is_ever_logged()
    {
        var log = new WholeLog();
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Logging.AddFilter<WholeLog>(null, LogLevel.Trace);
        });
        var organization = (await host.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Indie", "Free")).Id;
        var user = await host.Services.GetRequiredService<UserStore>().CreateAsync("ann@example.com", SessionFixture.Password);
        await host.Services.GetRequiredService<MembershipStore>().SetAsync(organization, user!, Roles.Owner);

        string[] tokens = [(await LoginAsync()).ReadToken(), (await LoginAsync()).ReadToken()];
        Assert.Equal(204, (await SessionFixture.LogoutAsync(host, $"Bearer {tokens[0]}")).Status);
        Assert.Equal(401, (await SessionFixture.LogoutAsync(host, $"Bearer {tokens[0]}")).Status);

        // What fails says more than what succeeds.
        proxy.Fault = static request =>
            request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal) ? StorageFault.Refused(400) : StorageFault.None;
        Assert.Equal(500, (await LoginAsync()).Status);
        Assert.Equal(500, (await SessionFixture.LogoutAsync(host, $"Bearer {tokens[1]}")).Status);

        var text = log.Text;
        Assert.Contains("LumiqTrace: POST /v1/auth/login failed with 500", text, StringComparison.Ordinal);
        Assert.Contains("LumiqTrace: POST /v1/auth/logout failed with 500", text, StringComparison.Ordinal);
        Assert.DoesNotContain(SessionFixture.Password, text, StringComparison.OrdinalIgnoreCase);
        Assert.All(tokens, token => Assert.DoesNotContain(token[^28..], text, StringComparison.OrdinalIgnoreCase));

        async Task<SessionAnswer> LoginAsync()
        {
            using var body = SessionFixture.Credentials("ann@example.com");
            return await SessionAnswer.OfAsync(await host.Client.PostAsync("/v1/auth/login", body));
        }
    }

    private static async Task LoginAsync(Login login, string email)
    {
        var context = new DefaultHttpContext
        {
            Request =
            {
                Scheme = "https",
                Method = "POST",
                Path = "/v1/auth/login",
                Body = await SessionFixture.Credentials(email, Wrong).ReadAsStreamAsync(),
                Headers = { ["X-Client-IP"] = SessionFixture.NewAddress() },
            },
            Response = { Body = new MemoryStream() },
        };
        await login.RunAsync(context.Request);
        Assert.Equal(SessionAnswer.NotAuthenticated, SessionAnswer.Of(context.Response));
    }

    private sealed class RecordingHasher : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 1_000 }));

        public List<string> Work { get; } = [];

        public string HashPassword(User user, string password)
        {
            Work.Add("hash");
            return _hasher.HashPassword(user, password);
        }

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Work.Add($"verify {providedPassword}");
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    /// <summary>All that is logged, at every level: messages, the values in them, scopes, and failures with their stacks.</summary>
    private sealed class WholeLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public string Text => string.Join('\n', _lines);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Add(state);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _lines.Enqueue($"{formatter(state, exception)} {exception}");
            Add(state);
        }

        public void Dispose()
        {
        }

        private void Add(object? state) =>
            _lines.Enqueue(state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(' ', values) : $"{state}");
    }
}
