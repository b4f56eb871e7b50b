using System.Net;
using System.Security.Cryptography;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Triggers;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Faults;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>A trigger whose time has come, as the queue delivers it.</summary>
public sealed class TriggerDeliveryTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    private const string Often = "\"schedule\":\"* * * * * *\",";
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
    public async Task A_time_that_is_due_is_not_shown_as_the_next()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\",\"timeZone\":\"Asia/Kathmandu\","), HttpStatusCode.Created);
        await MoveAsync(client, DateTimeOffset.UtcNow.AddMinutes(-5));

        var shown = (await client.DoAsync("GET", "/v1/triggers/daily"))["nextRunAt"]!.GetValue<DateTime>();
        var listed = (await client.DoAsync("GET", "/v1/triggers"))[0]!["nextRunAt"]!.GetValue<DateTime>();

        Assert.InRange(shown, DateTime.UtcNow, DateTime.UtcNow.AddDays(1));
        Assert.Equal((new TimeOnly(21, 15), shown), (TimeOnly.FromDateTime(shown), listed));
    }

    [Fact]
    public async Task A_trigger_of_the_version_before_is_read_and_fires()
    {
        var client = await CreateClientAsync();
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        var table = new TableClient(fixture.Host.Account.Direct.ConnectionString, TableNames.Apps);
        await table.AddEntityAsync(new TableEntity(client.Workspace, "trigger-daily")
        {
            ["AppId"] = "echo",
            ["Inputs"] = """{"Text":"Hello"}""",
            ["IsActive"] = true,
            ["SecretHash"] = SHA256.HashData("0123456789abcdef0123456789abcdef0123456789abcdef"u8),
            ["Schedule"] = "0 0 5-1 * * *",
            ["WebhookUrl"] = "https://example.com/ends",
            ["NextAt"] = due,
            ["LastError"] = "App not found",
        });
        var before = await client.DoAsync("GET", "/v1/triggers/daily");

        await fixture.Host.Services.GetRequiredService<FireOnSchedule>().HandleAsync(new TriggerMessage(client.Workspace, "daily", due).Encode(), CancellationToken.None);
        var fired = await client.SendAsync("POST", "/v1/triggers/daily/fire", "{}", ("x-trigger-secret", "0123456789abcdef0123456789abcdef0123456789abcdef"));

        Assert.Equal(("App not found", null), (before["lastError"]!.GetValue<string>(), before["timeZone"]?.GetValue<string>()));
        Assert.Equal(HttpStatusCode.Accepted, fired.Status);
        Assert.Equal(2, (await client.DoAsync("GET", "/v1/runs")).AsArray().Count);
        Assert.Null((await client.DoAsync("GET", "/v1/triggers/daily"))["lastError"]);
    }

    [Fact]
    public async Task A_request_in_the_moment_that_a_time_is_due_does_not_lose_the_next_time()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        await MoveAsync(client, due);
        var store = fixture.Host.Services.GetRequiredService<TriggerStore>();
        var trigger = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!.Trigger;
        var noted = 0;

        // Noted right before the row is written: that has to be done again.
        fixture.Proxy.Fault = request =>
        {
            if (request.Method == "PUT" && request.Path.Value!.Contains("trigger-daily", StringComparison.Ordinal) && Interlocked.Exchange(ref noted, 1) == 0)
            {
                return StorageFault.Refused(412);
            }

            return StorageFault.None;
        };
        await fixture.Host.Services.GetRequiredService<FireOnSchedule>().HandleAsync(new TriggerMessage(client.Workspace, "daily", due).Encode(), CancellationToken.None);
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.Equal(1, noted);
        var next = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!.Trigger.NextAt!.Value;
        Assert.True(next > DateTimeOffset.UtcNow);
        Assert.Single((await client.DoAsync("GET", "/v1/runs")).AsArray());
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

    [Fact]
    public async Task A_trigger_that_cannot_be_armed_is_not_written()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/old", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        fixture.Proxy.Fault = request => request.IsSend() ? StorageFault.Unavailable : StorageFault.None;

        var made = await client.SendAsync("PUT", "/v1/triggers/new", Definition.Insert(1, Often));
        var changed = await client.SendAsync("PUT", "/v1/triggers/old", Definition.Insert(1, Often));
        fixture.Proxy.Fault = static _ => StorageFault.None;

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (made.Status, changed.Status));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/v1/triggers/new")).Status);
        Assert.Equal("0 0 3 * * *", (await client.DoAsync("GET", "/v1/triggers/old"))["schedule"]!.GetValue<string>());
        await client.DoAsync("PUT", "/v1/triggers/new", Definition.Insert(1, Often), HttpStatusCode.Created);
        await Eventually.TrueAsync(async () => (await client.DoAsync("GET", "/v1/triggers/new"))["lastRunId"] is not null);
    }

    [Fact]
    public async Task A_trigger_whose_message_is_lost_is_found_and_fires_again()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        await MoveAsync(client, DateTimeOffset.UtcNow.AddMinutes(-9));
        Assert.Equal(0, await SweepAsync());
        await MoveAsync(client, DateTimeOffset.UtcNow.AddMinutes(-11));

        Assert.Equal(1, await SweepAsync());

        await Eventually.TrueAsync(async () => (await client.DoAsync("GET", "/v1/triggers/daily"))["lastRunId"] is not null);
        Assert.Single((await client.DoAsync("GET", "/v1/runs")).AsArray());
        Assert.True((await client.DoAsync("GET", "/v1/triggers/daily"))["nextRunAt"]!.GetValue<DateTimeOffset>() > DateTimeOffset.UtcNow);
        Assert.Equal(0, await SweepAsync());
    }

    [Fact]
    public async Task Writing_the_same_schedule_again_loses_no_time_that_is_due()
    {
        var client = await CreateClientAsync();
        var definition = Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\",");
        await client.DoAsync("PUT", "/v1/triggers/daily", definition, HttpStatusCode.Created);
        await MoveAsync(client, DateTimeOffset.UtcNow.AddSeconds(-1));

        await client.DoAsync("PUT", "/v1/triggers/daily", definition.Replace("Hello", "Hi", StringComparison.Ordinal));

        await Eventually.TrueAsync(async () => (await client.DoAsync("GET", "/v1/triggers/daily"))["lastRunId"] is not null);
        Assert.Single((await client.DoAsync("GET", "/v1/runs")).AsArray());
    }

    [Theory]
    [InlineData("0 0 4 * * *", true)]
    [InlineData("0 0 3 * * *", false)]
    public async Task Another_schedule_or_one_that_was_off_begins_anew(string schedule, bool wasActive)
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, $"\"active\":{(wasActive ? "true" : "false")},\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        await MoveAsync(client, DateTimeOffset.UtcNow.AddSeconds(-1));

        var changed = await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, $"\"schedule\":\"{schedule}\","));

        Assert.True(changed["nextRunAt"]!.GetValue<DateTimeOffset>() > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task The_schedules_of_a_suspended_workspace_do_not_fire_and_go_on_after_it()
    {
        var client = await CreateClientAsync();
        await client.DoAsync("PUT", "/v1/triggers/daily", Definition.Insert(1, "\"schedule\":\"0 0 3 * * *\","), HttpStatusCode.Created);
        await SetStatusAsync(TenantStatus.Suspended);
        var due = DateTimeOffset.UtcNow.AddSeconds(-1);
        await MoveAsync(client, due);

        await fixture.Host.Services.GetRequiredService<FireOnSchedule>().HandleAsync(new TriggerMessage(client.Workspace, "daily", due).Encode(), CancellationToken.None);

        await SetStatusAsync(TenantStatus.Active);
        Assert.Empty((await client.DoAsync("GET", "/v1/runs")).AsArray());
        var trigger = await client.DoAsync("GET", "/v1/triggers/daily");
        Assert.Equal("The workspace is suspended", trigger["lastError"]!.GetValue<string>());
        Assert.True(trigger["nextRunAt"]!.GetValue<DateTimeOffset>() > DateTimeOffset.UtcNow);

        Task SetStatusAsync(string status) => fixture.Host.Services.GetRequiredService<AccountStore>()
            .UpdateAsync(client.Workspace, new Dictionary<string, string>(StringComparer.Ordinal) { [TenantColumns.Status] = status });
    }

    private Task<int> SweepAsync() => fixture.Host.Services.GetRequiredService<OverdueTriggers>().SweepAsync(CancellationToken.None);

    // As if its message were lost, or not yet there.
    private async Task MoveAsync(LaminaClient client, DateTimeOffset nextAt)
    {
        var store = fixture.Host.Services.GetRequiredService<TriggerStore>();
        var stored = (await store.FindAsync(client.Workspace, "daily", CancellationToken.None))!;
        Assert.True(await store.TryPutAsync(stored.Trigger with { NextAt = nextAt }, stored.ETag, CancellationToken.None));
    }

    private Task<LaminaClient> CreateClientAsync() => LaminaClient.CreateAsync(fixture.Host, "admin");
}
