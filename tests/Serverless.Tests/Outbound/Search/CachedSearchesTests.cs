using Azure.Data.Tables;
using Serverless.Outbound.Search;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using Serverless.Tests.Tenancy;

namespace Serverless.Tests.Outbound.Search;

/// <summary>The kept answers: what is kept of them, and for how long.</summary>
public sealed class CachedSearchesTests : IAsyncLifetime
{
    private AgentHost _host = null!;

    private CachedSearches Cache => _host.Get<CachedSearches>();

    public async Task InitializeAsync() => _host = await AgentHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task An_answer_comes_back_as_it_was()
    {
        SearchResult[] results =
        [
            new("Title \"é😀\"", new("https://example.com/a?b=ü"), "Snippet", new(2025, 1, 2, 3, 4, 5, TimeSpan.Zero)),
            new("Other", new("http://example.org/"), "", null),
        ];

        await Cache.KeepAsync("query", 5, results);

        var found = await Cache.FindAsync("query", 5, CancellationToken.None);
        Assert.Equal(results, found!.Results);
        Assert.Null(await Cache.FindAsync("query", 6, CancellationToken.None));
    }

    [Fact]
    public async Task An_answer_without_results_is_an_answer()
    {
        await Cache.KeepAsync("nothing", 5, []);

        Assert.Empty((await Cache.FindAsync("nothing", 5, CancellationToken.None))!.Results);
    }

    [Fact]
    public async Task What_does_not_fit_into_a_column_is_not_kept()
    {
        var random = new Random(1);
        var results = Enumerable.Range(0, 20).Select(number => new SearchResult("Title", new($"https://example.com/{number}"), Noise(), null)).ToArray();

        await Cache.KeepAsync("large", 20, results);

        Assert.Null(await Cache.FindAsync("large", 20, CancellationToken.None));

        // Characters of three bytes that do not repeat.
        string Noise() => new([.. Enumerable.Range(0, 1000).Select(_ => (char)random.Next(0x4e00, 0x9fff))]);
    }

    [Fact]
    public async Task Every_night_what_is_older_than_a_day_goes_and_nothing_else()
    {
        var agent = await _host.RegisterAsync();
        await agent.FindAsync("old");
        _host.Time.Advance(TimeSpan.FromHours(23));
        await agent.FindAsync("new");
        _host.Upstream.Script = ScriptedUpstream.Fails;
        for (var failure = 0; failure < 5; failure++)
        {
            await agent.SearchAsync($"failure {failure}");
        }

        Assert.Equal(3, await CountAsync());
        _host.Time.Advance(TimeSpan.FromHours(1.5));

        await Cache.RemoveExpiredAsync(CancellationToken.None);

        Assert.Equal(2, await CountAsync());
        Assert.NotNull(await Cache.FindAsync("new", 10, CancellationToken.None));
    }

    [Fact]
    public async Task Answers_that_are_too_old_go_a_hundred_to_a_transaction()
    {
        var storedAt = _host.Time.GetUtcNow();
        await StoredTenant.AddRowsAsync(_host.Proxy.Account, TableNames.Searches, "00", number => $"{number:D6}", 1_000, row => row["StoredAt"] = storedAt);
        await StoredTenant.AddRowsAsync(_host.Proxy.Account, TableNames.Searches, "01", number => $"{number:D6}", 150, row => row["StoredAt"] = storedAt);
        _host.Time.Advance(TimeSpan.FromHours(25));
        _host.Proxy.Reset();

        Assert.Equal(1_150, await Cache.RemoveExpiredAsync(CancellationToken.None));

        Assert.Equal(12, _host.Proxy.Transactions.Count(transaction => transaction.Path.EndsWith("$batch", StringComparison.Ordinal)));
        Assert.Equal(0, await CountAsync());
    }

    private async Task<int> CountAsync() =>
        await new TableServiceClient(_host.Proxy.Account.Direct.ConnectionString).GetTableClient(TableNames.Searches).QueryAsync<TableEntity>(row => row.PartitionKey != "-upkeep").CountAsync();
}
