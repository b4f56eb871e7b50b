using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Hosting.LogEntries;

namespace Serverless.Tests.Logs;

/// <summary>What a read leaves alone, counted on the wire: storage transactions, and the bytes they bring.</summary>
public sealed class LogPruningTests(LogPruningTests.Store store) : IClassFixture<LogPruningTests.Store>
{
    // Every request is admitted in one; narrow chunks, wide ones and segments are asked for in one each.
    private static readonly string[] OneLook = ["table POST", "table GET", "table GET", "table GET"];

    [Theory]
    [InlineData("?start=2026-01-27T00:00:00Z")] // newer than all
    [InlineData("?start=2020-01-01T00:00:00Z&end=2026-01-26T00:00:00Z")] // older than all
    [InlineData("?start=2026-01-26T13:30:00Z&end=2026-01-26T13:45:00Z&level=info")] // in between
    [InlineData(LogReads.Always + "&min_level=fatal")]
    [InlineData(LogReads.Always + "&environment=staging&level=info")]
    [InlineData(LogReads.Always + "&project_id=unknown")]
    [InlineData(LogReads.Always + "&environment=test&level=debug")] // each exists, but not in one chunk
    public async Task Chunks_whose_headers_exclude_them_are_not_read(string query)
    {
        store.Proxy.Reset();

        Assert.Empty(await store.Logs.MessagesAsync(query));

        Assert.Equal(OneLook, store.Proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(0, store.Proxy.Transactions.Sum(transaction => transaction.Rows));
    }

    [Theory]
    [InlineData("?start=2026-01-26T12:00:00Z&end=2026-01-26T12:01:00Z", 1)] // one old hour among many newer ones
    [InlineData("?start=2026-01-26T23:00:00Z&end=2026-01-26T23:01:00Z", 1)]
    [InlineData(LogReads.Always + "&level=debug", 1)]
    [InlineData(LogReads.Always + "&environment=test", 1)]
    [InlineData(LogReads.Always + "&level=info&environment=production", 10)]
    public async Task Only_chunks_that_may_hold_something_are_read(string query, int chunks)
    {
        store.Proxy.Reset();

        Assert.NotEmpty(await store.Logs.MessagesAsync(query));

        Assert.Equal(OneLook, store.Proxy.Transactions.Select(transaction => transaction.ToString()));
        Assert.Equal(chunks, store.Proxy.Transactions.Sum(transaction => transaction.Rows));
    }

    [Fact]
    public async Task Counts_of_chunks_within_one_bucket_come_from_headers_alone()
    {
        store.Proxy.Reset();

        var stats = await store.Logs.ReadAsync("/stats?start=2026-01-26T00:00:00Z&end=2026-01-26T23:59:59Z&interval=1h");

        Assert.Equal(13, stats["total"]!.GetValue<int>());
        Assert.Equal(OneLook, store.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    [Fact]
    public async Task Counts_of_a_chunk_that_crosses_a_border_take_one_more_look()
    {
        store.Proxy.Reset();

        var stats = await store.Logs.ReadAsync("/stats?start=2026-01-26T12:00:30Z&end=2026-01-26T12:59:59Z&interval=1h");

        Assert.Equal(1, stats["total"]!.GetValue<int>());
        Assert.Equal([.. OneLook, "table GET"], store.Proxy.Transactions.Select(transaction => transaction.ToString()));
    }

    /// <summary>An application behind a proxy, and an organization with a chunk for each hour from 12 to 24.</summary>
    public sealed class Store : IAsyncLifetime
    {
        private ServerlessHost _host = null!;

        public StorageProxy Proxy { get; private set; } = null!;

        public LogClient Logs { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
            _host = await ServerlessHost.StartAsync(Proxy.Account);
            Logs = await LogClient.CreateAsync(_host);
            await Logs.StoreAsync([.. Enumerable.Range(12, 12).Select(hour => (IReadOnlyCollection<JsonNode>)(hour switch
            {
                13 => [At(hour, "debug", "production")],
                12 => [At(hour, "warn", "test"), At(hour, "warn", "production", second: 40)],
                _ => new[] { At(hour, "info", "production") },
            }))]);

            // What is stored is deleted from the queue a moment later, which must not be counted with what comes next.
            await Proxy.WaitUntilAsync(transactions => Count(transactions, "queue DELETE") == Count(transactions, "queue POST"));
        }

        public async Task DisposeAsync()
        {
            await _host.DisposeAsync();
            await Proxy.DisposeAsync();
        }

        private static int Count(IEnumerable<StorageTransaction> transactions, string name) =>
            transactions.Count(transaction => transaction.ToString() == name);

        private static JsonObject At(int hour, string level, string environment, int second = 20)
        {
            var entry = Simple(level, $"2026-01-26T{hour}:00:{second}Z", level);
            entry["environment"] = environment;
            entry["project_id"] = "shop";
            return entry;
        }
    }
}
