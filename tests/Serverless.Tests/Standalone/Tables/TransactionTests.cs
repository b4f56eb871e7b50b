using Azure;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class TransactionTests(AccountFixture account) : TableTest(account)
{
    [Fact]
    public async Task Every_kind_of_action_takes_place_and_answers_with_its_new_etag()
    {
        var merged = await Add("merged");
        var replaced = await Add("replaced");
        var deleted = await Add("deleted");

        var response = await Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("added")),
            new(TableTransactionActionType.UpdateMerge, Row("merged"), merged),
            new(TableTransactionActionType.UpdateReplace, Row("replaced"), replaced),
            new(TableTransactionActionType.UpsertMerge, Row("upserted-merge")),
            new(TableTransactionActionType.UpsertReplace, Row("upserted-replace")),
            new(TableTransactionActionType.Delete, Row("deleted"), deleted),
        ]);

        Assert.Equal(202, response.GetRawResponse().Status);
        Assert.All(response.Value, action => Assert.Equal(204, action.Status));
        Assert.Equal(6, response.Value.Count);
        var rows = await Table.QueryAsync<TableEntity>().ToDictionaryAsync(row => row.RowKey);
        string[] written = ["added", "merged", "replaced", "upserted-merge", "upserted-replace"];
        Assert.Equal(written, rows.Keys);
        Assert.Equal(written.Select(key => (ETag?)rows[key].ETag), response.Value.Take(5).Select(action => action.Headers.ETag));
        Assert.Null(response.Value[5].Headers.ETag);
        Assert.Equal((1, (int?)null), (rows["merged"].GetInt32("Old"), rows["replaced"].GetInt32("Old")));
        Assert.All(rows.Values, row => Assert.Equal("new", row.GetString("New")));
    }

    [Fact]
    public async Task A_new_etag_serves_the_next_transaction()
    {
        var etag = await Add("r");
        for (var i = 0; i < 3; i++)
        {
            var response = await Table.SubmitTransactionAsync([new(TableTransactionActionType.UpdateReplace, Row("r"), etag)]);
            etag = response.Value[0].Headers.ETag!.Value;
        }

        Assert.Equal(etag, (await Table.GetEntityAsync<TableEntity>("p", "r")).Value.ETag);
    }

    [Fact]
    public async Task A_stale_etag_fails_the_whole_transaction_and_names_its_index()
    {
        var stale = await Add("changed");
        await Table.UpsertEntityAsync(Row("changed"));

        var failure = await Fails(412, "UpdateConditionNotSatisfied", () => Table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, Row("first")),
            new(TableTransactionActionType.Add, Row("second")),
            new(TableTransactionActionType.UpdateMerge, Row("changed"), stale),
        ]));

        Assert.Equal(2, Assert.IsType<TableTransactionFailedException>(failure).FailedTransactionActionIndex);
        Assert.Equal(["changed"], await Table.QueryAsync<TableEntity>().Select(row => row.RowKey).ToListAsync());
    }

    [Fact]
    public async Task Adding_a_row_that_exists_fails_the_whole_transaction()
    {
        await Add("there");

        var failure = await Fails(409, "EntityAlreadyExists", () => Table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("there")), new(TableTransactionActionType.Add, Row("other"))]));

        Assert.Equal(0, Assert.IsType<TableTransactionFailedException>(failure).FailedTransactionActionIndex);
        Assert.False((await Table.GetEntityIfExistsAsync<TableEntity>("p", "other")).HasValue);
    }

    [Theory]
    [InlineData(TableTransactionActionType.Delete)]
    [InlineData(TableTransactionActionType.UpdateMerge)]
    [InlineData(TableTransactionActionType.UpdateReplace)]
    public async Task Changing_a_row_that_does_not_exist_fails_the_whole_transaction(TableTransactionActionType type)
    {
        var failure = await Fails(404, "ResourceNotFound", () => Table.SubmitTransactionAsync(
            [new(TableTransactionActionType.Add, Row("other")), new(type, Row("missing"), ETag.All)]));

        Assert.Equal(1, Assert.IsType<TableTransactionFailedException>(failure).FailedTransactionActionIndex);
        Assert.Empty(await Table.QueryAsync<TableEntity>().ToListAsync());
    }

    [Fact]
    public async Task An_update_without_an_etag_inserts()
    {
        await Table.SubmitTransactionAsync([new(TableTransactionActionType.UpdateMerge, Row("r"))]);

        Assert.Equal("new", (await Table.GetEntityAsync<TableEntity>("p", "r")).Value.GetString("New"));
    }

    [Fact]
    public async Task A_transaction_takes_a_hundred_rows_with_odd_keys_and_binary_values()
    {
        var actions = Enumerable.Range(0, 100)
            .Select(i => new TableTransactionAction(
                TableTransactionActionType.UpsertReplace,
                new TableEntity("it's (odd) & ü", $"{i:000} 100% 'row' {{x}}") { ["Data"] = new byte[1024], ["Text"] = "POST http://x\r\n--changeset_ {\"a\":{}}" }))
            .ToList();

        var response = await Table.SubmitTransactionAsync(actions);

        var rows = await Table.QueryAsync<TableEntity>().ToListAsync();
        Assert.Equal(actions.Select(action => action.Entity.RowKey), rows.Select(row => row.RowKey));
        Assert.Equal(rows.Select(row => (ETag?)row.ETag), response.Value.Select(action => action.Headers.ETag));
        Assert.All(rows, row => Assert.Equal("POST http://x\r\n--changeset_ {\"a\":{}}", row.GetString("Text")));
    }

    [Fact]
    public async Task A_transaction_without_actions_is_refused_at_once() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Table.SubmitTransactionAsync([]));

    [Fact]
    public async Task An_action_needs_a_row() =>
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.SubmitTransactionAsync(null!));

    private static TableEntity Row(string rowKey) => new("p", rowKey) { ["New"] = "new" };

    private async Task<ETag> Add(string rowKey) =>
        (await Table.AddEntityAsync(new TableEntity("p", rowKey) { ["Old"] = 1 })).Headers.ETag!.Value;
}
