using System.Net;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Triggers;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>A trigger whose time has come, as the queue delivers it.</summary>
public sealed class TriggerDeliveryTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    private const string Definition = """{"appId":"echo","inputs":{"Text":"Hello"}}""";

    [Fact]
    public async Task A_time_that_is_delivered_twice_starts_one_run_and_the_next_time_is_not_forgotten()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        var store = fixture.Host.Services.GetRequiredService<TriggerStore>();
        var stored = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!;
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        Assert.True(await store.TryPutAsync(stored.Trigger with { NextAt = due }, stored.ETag, CancellationToken.None));
        var message = new TriggerMessage(client.Workspace, "daily", due).Encode();
        var fire = fixture.Host.Services.GetRequiredService<FireOnSchedule>();

        await Task.WhenAll(fire.HandleAsync(message, CancellationToken.None), fire.HandleAsync(message, CancellationToken.None));
        await fire.HandleAsync(message, CancellationToken.None);

        Assert.Single((await client.DoAsync("GET", "/v1/runs")).AsArray());
        var next = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!.Trigger.NextAt!.Value;
        Assert.Equal(3, next.Hour);
        Assert.InRange(next - DateTimeOffset.UtcNow, TimeSpan.Zero, TimeSpan.FromDays(1));
        var queue = new QueueClient(fixture.Host.Account.Direct.ConnectionString, QueueNames.Triggers);
        Assert.True((await queue.GetPropertiesAsync()).Value.ApproximateMessagesCount >= 1);
    }

    [Fact]
    public async Task A_schedule_whose_app_is_gone_says_so_and_goes_on()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("POST", "/v1/templates/" + (await client.DoAsync("GET", "/v1/templates"))[0]!["templateId"]!.GetValue<string>() + "/apps", """{"appId":"mine"}""", HttpStatusCode.Created);
        await client.DoAsync("PUT", "/v1/triggers/daily", """{"appId":"mine","schedule":"0 0 3 * * *"}""", HttpStatusCode.Created);
        await client.SendAsync("DELETE", "/v1/apps/mine");
        var store = fixture.Host.Services.GetRequiredService<TriggerStore>();
        var stored = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!;
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        await store.TryPutAsync(stored.Trigger with { NextAt = due }, stored.ETag, CancellationToken.None);

        await fixture.Host.Services.GetRequiredService<FireOnSchedule>().HandleAsync(new TriggerMessage(client.Workspace, "daily", due).Encode(), CancellationToken.None);

        var trigger = await client.DoAsync("GET", "/v1/triggers/daily");
        Assert.Equal("App not found", trigger["lastError"]!.GetValue<string>());
        Assert.NotEqual(due.UtcDateTime, trigger["nextRunAt"]!.GetValue<DateTime>());
    }

    private Task<LaminaClient> CreateClientAsync() => LaminaClient.CreateAsync(fixture.Host, "admin");
}
