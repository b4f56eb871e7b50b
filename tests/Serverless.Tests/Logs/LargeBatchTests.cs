using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Batches that no queue message takes: their payload goes ahead into the table, and the queue carries the header.</summary>
public sealed class LargeBatchTests
{
    private const string OfParts = "RowKey ge 'p' and RowKey lt 'q'";

    [Fact]
    public async Task A_batch_of_one_part_costs_six_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        var entries = Incompressible(20, 5_000);
        proxy.Reset();

        await logs.AcceptAsync(entries);
        await logs.WaitForAsync(20);
        await proxy.WaitUntilAsync(static transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));

        Assert.Equal(
            ["table POST", "table PUT", "queue POST", "queue GET", "table POST", "queue DELETE"],
            proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(1, await CountPartsAsync(proxy.Account.Direct, logs));
        Assert.Equal(entries.Reverse().Select(entry => entry.ToJsonString()), await logs.ReadStoredAsync(20));
    }

    [Fact]
    public async Task A_batch_of_several_parts_reads_back_whole()
    {
        await using var host = await ServerlessHost.StartAsync();
        var logs = await LogClient.CreateAsync(host);
        var entries = Incompressible(30, 75_000);

        await logs.AcceptAsync(entries);

        Assert.Equal(entries.Reverse().Select(entry => entry.ToJsonString()), await logs.ReadStoredAsync(30));
        Assert.InRange(await CountPartsAsync(host.Account, logs), 3, 8);
    }

    [Theory]
    [InlineData("{]")]
    [InlineData("")]
    [InlineData("],\"logs\":5}")]
    [InlineData("],\"api_key\":5}")]
    public async Task A_batch_that_breaks_after_parts_were_staged_leaves_none_behind(string end)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        proxy.Reset();

        using var response = await logs.PostAsync($"{{\"logs\":[{string.Join(',', Incompressible(30, 75_000).Select(entry => entry.ToJsonString()))}{end}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(proxy.Transactions, transaction => transaction.ToString() == "table PUT");
        Assert.Equal(0, await CountPartsAsync(proxy.Account.Direct, logs));
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task Of_repeated_logs_that_were_staged_already_only_the_last_are_kept()
    {
        await using var host = await ServerlessHost.StartAsync();
        var logs = await LogClient.CreateAsync(host);
        var last = LogEntries.Simple("last").ToJsonString();

        using var response = await logs.PostAsync(
            $"{{\"logs\":[{string.Join(',', Incompressible(30, 75_000).Select(entry => entry.ToJsonString()))}],\"logs\":[{last}]}}");

        await response.ExpectAcceptedAsync(1, last.Length);
        Assert.Equal([last], await logs.ReadStoredAsync(1));
        Assert.Equal(0, await CountPartsAsync(host.Account, logs));
    }

    [Fact]
    public async Task Nothing_is_staged_for_somebody_unknown()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        proxy.Reset();
        using var content = new StringContent(
            $"{{\"logs\":[{string.Join(',', Incompressible(30, 75_000).Select(entry => entry.ToJsonString()))}]}}", Encoding.UTF8, "application/json");

        using var response = await host.Client.PostAsync("/v1/logs", content);

        await response.ExpectUnauthorizedAsync();
        Assert.Empty(proxy.Transactions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_that_is_delivered_twice_is_stored_once(bool isStaged)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account);
        var logs = await LogClient.CreateAsync(host);
        var message = await MessageAsync(proxy.Account.Direct, logs.Organization, isStaged);
        var queue = StorageClients.Queues(new() { ConnectionString = proxy.Account.Direct.ConnectionString }).GetQueueClient(QueueNames.Logs);

        await queue.SendMessageAsync(message);
        await queue.SendMessageAsync(message);
        await proxy.WaitUntilAsync(static transactions => transactions.Count(transaction => transaction is { Service: "queue", Method: "DELETE" }) == 2);

        Assert.Equal(["""{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"once"}"""], await logs.ReadStoredAsync(1));
    }

    private static async Task<BinaryData> MessageAsync(StorageAccount account, string organization, bool isStaged)
    {
        using var writer = new ChunkWriter(LogChunks.Schema, BatchId.New(DateTimeOffset.UnixEpoch));
        var ticks = new DateTime(2026, 1, 26, 14, 30, 0, DateTimeKind.Utc).Ticks;
        var line = $"{{\"id\":\"{writer.Batch}-0000\",\"timestamp\":\"2026-01-26T14:30:00Z\",\"level\":\"info\",\"message\":\"once\"}}\n";
        writer.Append(Encoding.UTF8.GetBytes(line), ticks, kind: 1);
        writer.Mark(LogChunks.EnvironmentLabel, default);
        writer.Mark(LogChunks.ProjectLabel, default);
        var chunk = new Chunk(writer.Header(organization), writer.TakePart());
        if (isStaged)
        {
            var store = new ChunkStore(new TableServiceClient(account.ConnectionString));
            await store.WritePartAsync(LogChunks.Schema, organization, writer.Batch, 0, chunk.Payload, CancellationToken.None);
            chunk = new Chunk(chunk.Header with { Parts = 1 }, ReadOnlyMemory<byte>.Empty);
        }

        return ChunkMessage.Encode(chunk);
    }

    private static async Task<int> CountPartsAsync(StorageAccount account, LogClient logs) =>
        await new TableServiceClient(account.ConnectionString).GetTableClient(TableNames.Logs)
            .QueryAsync<TableEntity>($"PartitionKey eq '{logs.Organization}' and {OfParts}", select: ["RowKey"])
            .CountAsync();

    // Metadata of digits that no compressor makes much smaller; the same every time.
    private static IReadOnlyList<JsonNode> Incompressible(int count, int bytes)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, count).Select(number =>
            {
                var noise = new byte[bytes / 4 * 3];
                random.NextBytes(noise);
                var entry = LogEntries.Simple($"entry {number}", $"2026-01-26T14:30:{number:D2}Z");
                entry["metadata"] = new JsonObject { ["noise"] = Convert.ToBase64String(noise).Replace('+', '-') };
                return entry;
            }),
        ];
    }
}
