using System.Net;
using Azure.Storage.Queues;
using Microsoft.AspNetCore.Http;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>Messages that cannot be processed, from the queue they fail in to the end the operator gives them.</summary>
public sealed class PoisonTests : IAsyncLifetime
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private StorageProxy? _proxy;
    private ServerlessHost? _host;
    private OperatorClient? _operator;

    public async Task InitializeAsync()
    {
        _proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        _host = await OperatorClient.StartHostAsync(_proxy.Account);
        _operator = new(_host.Client);
    }

    public async Task DisposeAsync()
    {
        await _host!.DisposeAsync();
        await _proxy!.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_that_could_not_be_stored_is_replayed_and_stored()
    {
        var logs = await LogClient.CreateAsync(_host!);
        _proxy!.Fault = static request => IsLogRow(request) ? StorageFault.Refused(400) : StorageFault.None;
        await logs.AcceptAsync(LogEntries.Typical(3));
        await WaitForCountAsync(1);

        var listed = Assert.Single((await _operator!.DoAsync("GET", "poison/logs")).AsArray())!;
        Assert.Equal(["id", "insertedAt", "bytes", "header"], listed.AsObject().Select(property => property.Key));
        Assert.Equal((logs.Organization, 3), (listed["header"]!["partition"]!.GetValue<string>(), listed["header"]!["count"]!.GetValue<int>()));
        Assert.InRange(listed["bytes"]!.GetValue<int>(), 200, 2_000);

        _proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(0, await logs.CountPersistedAsync());
        (await _operator.SendAsync("POST", "poison/logs/replay")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":1,"dropped":0}}""");
        await logs.WaitForAsync(3);
        (await _operator.SendAsync("GET", "poison")).AssertIs(HttpStatusCode.OK, Counts(logs: 0));
        (await _operator.SendAsync("GET", "poison/logs")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
    }

    [Fact]
    public async Task A_message_that_is_no_chunk_is_listed_and_dropped()
    {
        await Queue("logs").SendMessageAsync("not base64!");
        await WaitForCountAsync(1);

        var listed = Assert.Single((await _operator!.DoAsync("GET", "poison/logs")).AsArray())!;
        Assert.Equal(11, listed["bytes"]!.GetValue<int>());
        Assert.Null(listed["header"]);
        (await _operator.SendAsync("DELETE", $"poison/logs/{listed["id"]}")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":1}}""");
        (await _operator.SendAsync("GET", "poison/logs")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
    }

    [Fact]
    public async Task One_message_of_many_is_taken_and_the_others_stay()
    {
        await Queue("logs-poison").CreateIfNotExistsAsync();
        for (var number = 0; number < 70; number++)
        {
            await Queue("logs-poison").SendMessageAsync($"message {number}");
        }

        var ids = (await _operator!.DoAsync("GET", "poison/logs?limit=32")).AsArray().Select(message => message!["id"]!.GetValue<string>()).ToArray();
        Assert.Equal(32, ids.Length);
        var last = (await Queue("logs-poison").SendMessageAsync("last")).Value.MessageId;
        (await _operator.SendAsync("DELETE", $"poison/logs/{last}")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":1}}""");
        (await _operator.SendAsync("DELETE", $"poison/logs/{ids[3]}")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":1}}""");
        (await _operator.SendAsync("GET", "poison")).AssertIs(HttpStatusCode.OK, Counts(logs: 69));
        var left = (await _operator.DoAsync("GET", "poison/logs?limit=32")).AsArray().Select(message => message!["id"]!.GetValue<string>());
        Assert.DoesNotContain(ids[3], left);
        (await _operator.SendAsync("DELETE", $"poison/logs/{ids[3]}")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Message not found");
        (await _operator.SendAsync("POST", $"poison/logs/{ids[3]}/replay")).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Message not found");
        (await _operator.SendAsync("DELETE", "poison/logs")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":69}}""");
    }

    [Fact]
    public async Task What_cannot_be_sent_back_is_not_deleted()
    {
        await Queue("logs-poison").CreateIfNotExistsAsync();
        var id = (await Queue("logs-poison").SendMessageAsync("message")).Value.MessageId;
        _proxy!.Fault = static request =>
            HttpMethods.IsPost(request.Method) && request.Path.Value!.EndsWith("/logs/messages", StringComparison.Ordinal) ? StorageFault.Unavailable : StorageFault.None;

        var answer = await _operator!.SendAsync("POST", "poison/logs/replay");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "RESOURCE_UNAVAILABLE"), (answer.Status, answer.Json["code"]!.GetValue<string>()));
        Assert.Equal(id, Assert.Single((await _operator.DoAsync("GET", "poison/logs")).AsArray())!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Where_nothing_has_failed_there_is_nothing()
    {
        (await _operator!.SendAsync("GET", "poison")).AssertIs(HttpStatusCode.OK, Counts(logs: 0));
        (await _operator.SendAsync("GET", "poison/logs")).AssertIs(HttpStatusCode.OK, """{"data":[]}""");
        (await _operator.SendAsync("POST", "poison/logs/replay")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":0}}""");
        (await _operator.SendAsync("DELETE", "poison/logs")).AssertIs(HttpStatusCode.OK, """{"data":{"queue":"logs","replayed":0,"dropped":0}}""");
        foreach (var (method, path) in new[] { ("GET", "poison/x"), ("POST", "poison/x/replay"), ("DELETE", "poison/x"), ("DELETE", "poison/x/y"), ("GET", "poison/logs-poison") })
        {
            (await _operator.SendAsync(method, path)).AssertError(HttpStatusCode.NotFound, "NOT_FOUND", "Queue not found");
        }

        (await _operator.SendAsync("GET", "poison/logs?limit=33")).AssertInvalid(
            "Invalid query parameters", ("limit", "invalid_option", "\"limit\": must be a whole number from 1 to 32."));
    }

    private static bool IsLogRow(HttpRequest request) => request.Path.Value!.Contains("/logs(", StringComparison.Ordinal) && !HttpMethods.IsGet(request.Method);

    private QueueClient Queue(string name) => new(_proxy!.Account.Direct.ConnectionString, name);

    private async Task WaitForCountAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while ((await _operator!.DoAsync("GET", "poison"))[0]!["count"]!.GetValue<int>() != count)
        {
            await Task.Delay(BetweenLooks, patience.Token);
        }
    }

    // One entry a queue, and none but logs has any.
    private static string Counts(int logs) =>
        $"{{\"data\":[{string.Join(',', QueueNames.All.Select(queue => $"{{\"queue\":\"{queue}\",\"count\":{(queue == QueueNames.Logs ? logs : 0)}}}"))}]}}";
}
