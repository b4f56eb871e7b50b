using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Tests.Operator;

namespace Serverless.Tests.Tenancy;

/// <summary>The two places in which a membership is written stay the same, whatever happens between them.</summary>
public sealed class MembershipStoreTests : IAsyncLifetime
{
    private StorageProxy? _proxy;
    private ServerlessHost? _host;

    private UserStore Users => _host!.Services.GetRequiredService<UserStore>();

    private MembershipStore Memberships => _host!.Services.GetRequiredService<MembershipStore>();

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await OperatorClient.StartHostAsync(_proxy.Account);
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    [Fact]
    public async Task A_list_completes_what_a_crash_left_half_done()
    {
        var organization = await CreateOrganizationAsync();
        var user = (await Users.CreateAsync("half@example.com", "correct horse"))!;
        await BreakAfterFirstWriteAsync(() => Memberships.SetAsync(organization, user, Roles.Owner));
        Assert.Empty((await Users.FindAsync(user.Email))!.Memberships);

        var page = await Memberships.ListAsync(organization, null, 10, CancellationToken.None);
        Assert.Equal((user.Id, Roles.Owner), (Assert.Single(page.Items).UserId, page.Items[0].Role));
        Assert.Equal(Roles.Owner, (await Users.FindAsync(user.Email))!.Memberships[organization]);

        await BreakAfterFirstWriteAsync(() => Memberships.RemoveAsync(organization, user.Id));
        Assert.NotEmpty((await Users.FindAsync(user.Email))!.Memberships);
        Assert.Empty((await Memberships.ListAsync(organization, null, 10, CancellationToken.None)).Items);
        Assert.Empty((await Users.FindAsync(user.Email))!.Memberships);
    }

    [Fact]
    public async Task Doing_it_again_completes_it_too()
    {
        var organization = await CreateOrganizationAsync();
        var user = (await Users.CreateAsync("again@example.com", "correct horse"))!;
        await BreakAfterFirstWriteAsync(() => Memberships.SetAsync(organization, user, Roles.Owner));
        var again = await Memberships.SetAsync(organization, user, Roles.Owner);
        Assert.False(again!.Value.IsNew);
        Assert.Equal(Roles.Owner, (await Users.FindAsync(user.Email))!.Memberships[organization]);

        await BreakAfterFirstWriteAsync(() => Memberships.RemoveAsync(organization, user.Id));
        Assert.False((await Memberships.RemoveAsync(organization, user.Id))!.IsActive);
        Assert.Empty((await Users.FindAsync(user.Email))!.Memberships);
    }

    [Fact]
    public async Task Whatever_order_many_changes_come_in_both_sides_agree()
    {
        var organization = await CreateOrganizationAsync();
        var user = (await Users.CreateAsync("many@example.com", "correct horse"))!;
        await Task.WhenAll(Enumerable.Range(0, 24).Select(number => number % 4 == 3
            ? Memberships.RemoveAsync(organization, user.Id)
            : (Task)Memberships.SetAsync(organization, user, Roles.All[number % 3])));

        var member = await Memberships.FindAsync(organization, user.Id);
        Assert.Equal(member?.Role, (await Users.FindAsync(user.Email))!.Memberships.GetValueOrDefault(organization));
        Assert.True(member?.IsMirrored ?? true);
    }

    [Fact]
    public async Task A_user_is_a_member_of_several_organizations()
    {
        var organizations = new[] { await CreateOrganizationAsync(), await CreateOrganizationAsync(), await CreateOrganizationAsync() };
        var user = (await Users.CreateAsync("several@example.com", "correct horse"))!;
        await Task.WhenAll(organizations.Select((organization, index) => Memberships.SetAsync(organization, user, Roles.All[index])));
        var memberships = (await Users.FindAsync(user.Email))!.Memberships;
        Assert.Equal(organizations.Zip(Roles.All).Order(), memberships.Select(membership => (membership.Key, membership.Value)).Order());
    }

    // The user's partition cannot be written: what the organization's says stands alone.
    private async Task BreakAfterFirstWriteAsync(Func<Task> change)
    {
        var batches = 0;
        _proxy!.Fault = request => IsBatch(request) && Interlocked.Increment(ref batches) > 1 ? StorageFault.Refused(403) : StorageFault.None;
        Assert.True(await Assert.ThrowsAnyAsync<Exception>(change) is RequestFailedException or OperationCanceledException);
        _proxy.Fault = static _ => StorageFault.None;
    }

    private static bool IsBatch(HttpRequest request) => request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal);

    private async Task<string> CreateOrganizationAsync() =>
        (await _host!.Services.GetRequiredService<AccountStore>().CreateOrganizationAsync("Test", "Scale", "Free")).Id;
}
