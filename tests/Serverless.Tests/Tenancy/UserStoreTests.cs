using Azure.Data.Tables;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Tenancy;

/// <summary>Users and their passwords.</summary>
public sealed class UserStoreTests(OperatorFixture fixture) : IClassFixture<OperatorFixture>
{
    private UserStore Users => fixture.Host.Services.GetRequiredService<UserStore>();

    [Fact]
    public async Task A_password_is_kept_as_a_hash_alone()
    {
        var user = await Users.CreateAsync(" Ann@Example.com ", "correct horse");
        Assert.Equal("ann@example.com", user!.Email);
        var row = await RowAsync(user);
        Assert.Matches("^user-[0-9a-f]{24}$", row.PartitionKey);
        Assert.DoesNotContain(row, column => column.Value is string text && text.Contains("horse", StringComparison.Ordinal));
        var hash = row.GetString("PasswordHash")!;
        Assert.Equal(PasswordVerificationResult.Success, Hasher(1_000).VerifyHashedPassword(user, hash, "correct horse"));

        Assert.Equal(user.Id, (await Users.VerifyAsync("ANN@example.com", "correct horse"))!.Id);
        Assert.Null(await Users.VerifyAsync("ann@example.com", "Correct horse"));
        Assert.Null(await Users.VerifyAsync("ann@example.com", new string('x', 257)));
        Assert.Null(await Users.CreateAsync("ann@EXAMPLE.com", "another horse"));
    }

    [Fact]
    public async Task Of_many_who_take_an_address_one_gets_it()
    {
        var users = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Users.CreateAsync("race@example.com", $"password {number}")));
        var winner = Assert.Single(users, user => user is not null);
        Assert.Equal(winner!.Id, (await Users.FindAsync("race@example.com"))!.Id);
    }

    [Fact]
    public async Task A_hash_of_older_strength_is_made_anew()
    {
        var user = await Users.CreateAsync("old@example.com", "correct horse");
        var tenants = fixture.Host.Services.GetRequiredService<Ledgers>().Tenants;
        var old = Hasher(10).HashPassword(user!, "correct horse");
        await tenants.ApplyAsync(User.PartitionOf(user!.Email), [TenantRows.User], view =>
        {
            view.Set(TenantRows.User, TenantColumns.PasswordHash, old);
            return new Verdict<bool>(true);
        });

        Assert.NotNull(await Users.VerifyAsync("old@example.com", "correct horse"));
        var renewed = (await RowAsync(user)).GetString("PasswordHash")!;
        Assert.NotEqual(old, renewed);
        Assert.Equal(PasswordVerificationResult.Success, Hasher(1_000).VerifyHashedPassword(user, renewed, "correct horse"));
        Assert.NotNull(await Users.VerifyAsync("old@example.com", "correct horse"));
        Assert.Equal(renewed, (await RowAsync(user)).GetString("PasswordHash"));
    }

    [Fact]
    public async Task An_unknown_address_costs_as_much_as_a_wrong_password()
    {
        var counting = new CountingHasher();
        var services = fixture.Host.Services;
        var users = new UserStore(services.GetRequiredService<Ledgers>(), services.GetRequiredService<SessionStore>(), counting);
        await users.CreateAsync("known@example.com", "correct horse");
        await users.VerifyAsync("warm@example.com", "x");
        counting.Verified.Clear();

        await users.VerifyAsync("known@example.com", "wrong horse");
        await users.VerifyAsync("unknown@example.com", "wrong horse");
        Assert.Equal(["wrong horse", "wrong horse"], counting.Verified);
    }

    [Fact]
    public void The_hash_is_as_strong_as_it_should_be()
    {
        var services = new ServiceCollection();
        services.AddServerless(new Microsoft.Extensions.Configuration.ConfigurationManager());
        using var provider = services.BuildServiceProvider();
        Assert.Equal(210_000, provider.GetRequiredService<IOptions<PasswordHasherOptions>>().Value.IterationCount);
    }

    private static PasswordHasher<User> Hasher(int iterations) => new(Options.Create(new PasswordHasherOptions { IterationCount = iterations }));

    private async Task<TableEntity> RowAsync(User user) =>
        (await new TableServiceClient(fixture.Host.Account.ConnectionString).GetTableClient(TableNames.Tenants)
            .GetEntityAsync<TableEntity>(User.PartitionOf(user.Email), TenantRows.User)).Value;

    private sealed class CountingHasher : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _hasher = Hasher(1_000);

        public List<string> Verified { get; } = [];

        public string HashPassword(User user, string password) => _hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            Verified.Add(providedPassword);
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
