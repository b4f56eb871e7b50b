using Azure;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class QueryTests(AccountFixture account) : TableTest(account)
{
    [Fact]
    public async Task An_empty_table_has_no_rows() => Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());

    [Fact]
    public async Task A_filter_and_a_selection_reach_the_service()
    {
        await AddRows("a", 3);
        await AddRows("b", 3);

        var rows = await Table.QueryAsync<TableEntity>("PartitionKey eq 'b' and Number ge 1", select: ["RowKey", "Number"]).ToListAsync();

        Assert.Equal([("001", 1), ("002", 2)], rows.Select(row => (row.RowKey, row.GetInt32("Number"))));
        Assert.All(rows, row => Assert.False(row.ContainsKey("Text")));
    }

    [Fact]
    public async Task Enumerating_crosses_pages()
    {
        await AddRows("a", 7);

        var keys = await Table.QueryAsync<TableEntity>(maxPerPage: 3).Select(row => row.RowKey).ToListAsync();

        Assert.Equal(["000", "001", "002", "003", "004", "005", "006"], keys);
    }

    [Fact]
    public async Task Pages_hold_at_most_what_was_asked_and_the_last_has_no_token()
    {
        await AddRows("a", 7);

        var pages = await Table.QueryAsync<TableEntity>(maxPerPage: 5).AsPages(pageSizeHint: 3).ToListAsync();

        Assert.Equal([3, 3, 1], pages.Select(page => page.Values.Count));
        Assert.Equal([true, true, false], pages.Select(page => page.ContinuationToken is not null));
        Assert.All(pages, page => Assert.Equal(200, page.GetRawResponse().Status));
    }

    [Fact]
    public async Task A_token_resumes_in_another_client_with_odd_keys()
    {
        string[] keys = ["a b", "it's", "z", "ü 漢"];
        foreach (var key in keys)
        {
            await Table.AddEntityAsync(new TableEntity(key, key));
        }

        var read = new List<string>();
        string? token = null;
        do
        {
            var client = new TableClient(Account.ConnectionString, Table.Name);
            var page = await client.QueryAsync<TableEntity>().AsPages(token, pageSizeHint: 1).FirstAsync();
            read.AddRange(page.Values.Select(row => row.RowKey));
            token = page.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal(keys, read);
    }

    [Fact]
    public async Task A_bad_filter_fails_when_enumerated()
    {
        var query = Table.QueryAsync<TableEntity>("Number what 1");

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => query.ToListAsync().AsTask());

        Assert.Equal(400, failure.Status);
    }

    [Fact]
    public async Task Cancelling_stops_the_query_either_way()
    {
        await AddRows("a", 2);
        using var source = new CancellationTokenSource();
        var byArgument = Table.QueryAsync<TableEntity>(maxPerPage: 1, cancellationToken: source.Token).GetAsyncEnumerator();
        var byEnumerator = Table.QueryAsync<TableEntity>(maxPerPage: 1).GetAsyncEnumerator(source.Token);
        await byArgument.MoveNextAsync();
        await byEnumerator.MoveNextAsync();

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => byArgument.MoveNextAsync().AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => byEnumerator.MoveNextAsync().AsTask());
    }

    private async Task AddRows(string partitionKey, int count) =>
        await Table.SubmitTransactionAsync(Enumerable.Range(0, count).Select(i => new TableTransactionAction(
            TableTransactionActionType.Add, new TableEntity(partitionKey, $"{i:000}") { ["Number"] = i, ["Text"] = "text" })));
}
