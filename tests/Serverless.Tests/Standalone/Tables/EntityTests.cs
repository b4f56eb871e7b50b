using Azure;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class EntityTests(AccountFixture account) : TableTest(account)
{
    [Fact]
    public async Task An_added_row_reads_back_with_its_etag_and_timestamp()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-5);
        var added = await Table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = "hello" });

        var read = await Table.GetEntityAsync<TableEntity>("p", "r");

        Assert.Equal(204, added.Status);
        Assert.Equal(200, read.GetRawResponse().Status);
        Assert.NotNull(added.Headers.ETag);
        Assert.Equal(added.Headers.ETag, read.Value.ETag);
        Assert.Equal(("p", "r", "hello"), (read.Value.PartitionKey, read.Value.RowKey, read.Value.GetString("Text")));
        Assert.InRange(read.Value.Timestamp!.Value, before, DateTimeOffset.UtcNow.AddSeconds(5));
        Assert.Equal(["PartitionKey", "RowKey", "Text", "Timestamp", "odata.etag"], read.Value.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Adding_a_row_twice_is_a_conflict()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r"));

        await Fails(409, "EntityAlreadyExists", () => Table.AddEntityAsync(new TableEntity("p", "r")));
    }

    [Fact]
    public async Task Adding_to_a_missing_table_is_not_found()
    {
        var missing = new TableClient(Account.ConnectionString, "missing");

        await Fails(404, "TableNotFound", () => missing.AddEntityAsync(new TableEntity("p", "r")));
    }

    [Fact]
    public async Task Reading_a_missing_row_is_not_found() =>
        await Fails(404, "ResourceNotFound", () => Table.GetEntityAsync<TableEntity>("p", "r"));

    [Fact]
    public async Task Reading_a_row_that_may_be_missing_does_not_throw()
    {
        var missing = await Table.GetEntityIfExistsAsync<TableEntity>("p", "r");
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Number"] = 7 });
        var present = await Table.GetEntityIfExistsAsync<TableEntity>("p", "r");

        Assert.False(missing.HasValue);
        Assert.Equal(404, missing.GetRawResponse().Status);
        Assert.Throws<InvalidOperationException>(() => missing.Value);
        Assert.True(present.HasValue);
        Assert.Equal(7, present.Value!.GetInt32("Number"));
    }

    [Fact]
    public async Task A_selection_reads_only_the_named_properties()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 2L });

        var read = await Table.GetEntityAsync<TableEntity>("p", "r", ["B"]);

        Assert.Equal(2L, read.Value.GetInt64("B"));
        Assert.False(read.Value.ContainsKey("A"));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task An_upsert_inserts_and_then_merges_or_replaces(TableUpdateMode mode, int? kept)
    {
        var inserted = await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["Old"] = 1 }, mode);
        var changed = await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["New"] = 2 }, mode);

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal((204, 204), (inserted.Status, changed.Status));
        Assert.NotEqual(inserted.Headers.ETag, changed.Headers.ETag);
        Assert.Equal(changed.Headers.ETag, read.ETag);
        Assert.Equal((kept, 2), (read.GetInt32("Old"), read.GetInt32("New")));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge, 1)]
    [InlineData(TableUpdateMode.Replace, null)]
    public async Task An_update_with_the_current_etag_merges_or_replaces(TableUpdateMode mode, int? kept)
    {
        var added = await Table.AddEntityAsync(new TableEntity("p", "r") { ["Old"] = 1 });

        var updated = await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["New"] = 2 }, added.Headers.ETag!.Value, mode);

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal(updated.Headers.ETag, read.ETag);
        Assert.Equal((kept, 2), (read.GetInt32("Old"), read.GetInt32("New")));
    }

    [Theory]
    [InlineData(TableUpdateMode.Merge)]
    [InlineData(TableUpdateMode.Replace)]
    public async Task An_update_with_a_stale_etag_fails_and_changes_nothing(TableUpdateMode mode)
    {
        var stale = (await Table.AddEntityAsync(new TableEntity("p", "r") { ["N"] = 1 })).Headers.ETag!.Value;
        var current = (await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 2 }, stale)).Headers.ETag;

        await Fails(412, "UpdateConditionNotSatisfied", () => Table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 3 }, stale, mode));

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.Equal(2, read.GetInt32("N"));
        Assert.Equal(current, read.ETag);
    }

    [Fact]
    public async Task An_update_with_any_etag_overwrites_but_does_not_insert()
    {
        await Fails(404, "ResourceNotFound", () => Table.UpdateEntityAsync(new TableEntity("p", "r"), ETag.All));
        await Table.AddEntityAsync(new TableEntity("p", "r"));

        var updated = await Table.UpdateEntityAsync(new TableEntity("p", "r") { ["N"] = 3 }, ETag.All);

        Assert.Equal(204, updated.Status);
    }

    [Fact]
    public async Task An_update_without_an_etag_is_refused_at_once() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Table.UpdateEntityAsync(new TableEntity("p", "r"), default));

    [Fact]
    public async Task A_row_without_keys_is_refused_at_once()
    {
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.AddEntityAsync(new TableEntity { PartitionKey = "p" }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.UpsertEntityAsync(new TableEntity { RowKey = "r" }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.GetEntityAsync<TableEntity>("p", null!));
        await Assert.ThrowsAsync<ArgumentNullException>(() => Table.DeleteEntityAsync(null!, "r"));
    }

    [Fact]
    public async Task A_delete_answers_404_for_a_missing_row_without_throwing()
    {
        var entity = new TableEntity("p", "r");
        await Table.AddEntityAsync(entity);

        var byEntity = await Table.DeleteEntityAsync(entity);
        var byKeys = await Table.DeleteEntityAsync("p", "r");

        Assert.Equal((204, 404), (byEntity.Status, byKeys.Status));
        Assert.False((await Table.GetEntityIfExistsAsync<TableEntity>("p", "r")).HasValue);
    }

    [Fact]
    public async Task A_delete_with_a_stale_etag_fails()
    {
        var stale = (await Table.AddEntityAsync(new TableEntity("p", "r"))).Headers.ETag!.Value;
        var current = (await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["N"] = 1 })).Headers.ETag!.Value;

        await Fails(412, "UpdateConditionNotSatisfied", () => Table.DeleteEntityAsync("p", "r", stale));

        Assert.Equal(204, (await Table.DeleteEntityAsync("p", "r", current)).Status);
    }

    [Theory]
    [InlineData("it's", "''quoted''")]
    [InlineData("", "")]
    [InlineData("a b+c", "100% & more = less")]
    [InlineData("Ünïcödé 漢字", "😀 \u00a0 end")]
    [InlineData("(PartitionKey='x',RowKey='y')", "{\"json\":true}")]
    [InlineData("a;b,c:d@e!f*g", "..")]
    [InlineData("~tilde-_.dot", "$batch<>[]|^`")]
    public async Task A_key_may_hold_any_character_the_service_allows(string partitionKey, string rowKey)
    {
        var added = await Table.AddEntityAsync(new TableEntity(partitionKey, rowKey) { ["N"] = 1 });
        await Table.UpdateEntityAsync(new TableEntity(partitionKey, rowKey) { ["N"] = 2 }, added.Headers.ETag!.Value);

        var read = (await Table.GetEntityAsync<TableEntity>(partitionKey, rowKey)).Value;
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partitionKey} and RowKey eq {rowKey}");
        var found = await Table.QueryAsync<TableEntity>(filter).SingleAsync();

        Assert.Equal((partitionKey, rowKey, 2), (read.PartitionKey, read.RowKey, read.GetInt32("N")));
        Assert.Equal(read.ETag, found.ETag);
        Assert.Equal(204, (await Table.DeleteEntityAsync(partitionKey, rowKey, read.ETag)).Status);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData("a\tb")]
    public async Task A_key_with_a_character_the_service_forbids_is_refused(string key) =>
        await Fails(400, "InvalidInput", () => Table.AddEntityAsync(new TableEntity("p", key)));
}
