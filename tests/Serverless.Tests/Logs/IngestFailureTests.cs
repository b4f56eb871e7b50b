using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What a caller is told when storage or the application itself fails.</summary>
public sealed class IngestFailureTests
{
    private const string StorageDown = "Storage cannot be reached at the moment, please try again";

    [Theory]
    [InlineData("table")]
    [InlineData("queue")]
    public async Task While_storage_is_down_a_batch_is_not_acknowledged(string service)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        var downPort = service == "table" ? proxy.Account.TablePort : proxy.Account.QueuePort;

        proxy.Fault = request => request.HttpContext.Connection.LocalPort == downPort ? StorageFault.Unavailable : StorageFault.None;
        using var response = await logs.PostAsync($"{{\"logs\":[{LogEntries.Simple("lost").ToJsonString()}]}}");
        proxy.Fault = static _ => StorageFault.None;

        await response.ExpectErrorAsync(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE", StorageDown);
        Assert.Equal(TimeSpan.FromSeconds(5), response.Headers.RetryAfter?.Delta);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task While_storage_is_down_a_wrong_key_is_not_called_wrong()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);

        proxy.Fault = static _ => StorageFault.Unavailable;
        using var response = await logs.GetAsync("");
        proxy.Fault = static _ => StorageFault.None;

        await response.ExpectErrorAsync(HttpStatusCode.ServiceUnavailable, "SERVICE_UNAVAILABLE", StorageDown);
    }

    [Fact]
    public async Task A_batch_is_accepted_although_storage_fails_once()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        var failures = 0;

        proxy.Fault = request => request.Method == "POST" && Interlocked.Increment(ref failures) == 1 ? StorageFault.Unavailable : StorageFault.None;
        await logs.AcceptAsync(LogEntries.Simple());

        Assert.Equal([LogEntries.Simple().ToJsonString()], await logs.ReadStoredAsync(1));
        Assert.True(failures > 1);
    }

    [Fact]
    public async Task A_failure_of_our_own_is_a_500_that_does_not_say_why()
    {
        var clock = new BreakableClock();
        await using var host = await ServerlessHost.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        var logs = await LogClient.CreateAsync(host);

        clock.IsBroken = true;
        using var response = await logs.PostAsync($"{{\"logs\":[{LogEntries.Simple().ToJsonString()}]}}");
        clock.IsBroken = false;

        await response.ExpectErrorAsync(HttpStatusCode.InternalServerError, "INTERNAL_ERROR", "An unexpected error occurred");
        await logs.ExpectNothingStoredAsync();
    }

    private sealed class BreakableClock : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override DateTimeOffset GetUtcNow() => IsBroken ? throw new InvalidOperationException("The clock has stopped.") : base.GetUtcNow();
    }
}
