using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace Serverless.Tests.Standalone.Tables;

public sealed class TableServiceTests(AccountFixture account) : TableTest(account)
{
    private TableServiceClient Service { get; } = new(account.ConnectionString);

    [Fact]
    public void A_client_knows_its_account_table_and_address()
    {
        var table = Service.GetTableClient("logs");

        Assert.Equal((Account.AccountName, Account.TableEndpoint), (Service.AccountName, Service.Uri));
        Assert.Equal((Account.AccountName, "logs"), (table.AccountName, table.Name));
        Assert.Equal(new Uri($"{Account.TableEndpoint}/logs"), table.Uri);
        Assert.Throws<ArgumentException>(() => Service.GetTableClient(""));
    }

    [Fact]
    public async Task Creating_a_table_twice_is_a_conflict() =>
        await Fails(409, "TableAlreadyExists", () => Service.CreateTableAsync(Table.Name));

    [Fact]
    public async Task Creating_a_table_if_it_does_not_exist_succeeds_either_way()
    {
        await Table.DeleteAsync();

        var created = await Service.CreateTableIfNotExistsAsync(Table.Name);
        var existed = await Table.CreateIfNotExistsAsync();

        Assert.Equal((204, 409), (created.GetRawResponse().Status, existed.GetRawResponse().Status));
        Assert.Equal((Table.Name, Table.Name), (created.Value.Name, existed.Value.Name));
    }

    [Fact]
    public async Task A_name_the_service_refuses_is_an_error() =>
        Assert.Equal(400, (await Assert.ThrowsAsync<RequestFailedException>(() => Service.CreateTableIfNotExistsAsync("no-dashes"))).Status);

    [Fact]
    public async Task Deleting_a_table_answers_404_if_there_is_none_without_throwing()
    {
        var deleted = await Service.DeleteTableAsync(Table.Name);
        var missing = await Service.DeleteTableAsync(Table.Name);

        Assert.Equal((204, 404), (deleted.Status, missing.Status));
        await Fails(404, "TableNotFound", () => Table.AddEntityAsync(new TableEntity("p", "r")));
    }

    [Fact]
    public async Task Tables_are_listed_in_pages_and_by_filter()
    {
        string[] names = [$"{Table.Name}a", $"{Table.Name}b", $"{Table.Name}c"];
        foreach (var name in names)
        {
            await Service.CreateTableAsync(name);
        }

        var filtered = await Service.QueryAsync($"TableName eq '{names[1]}'").ToListAsync();
        var paged = await Service.QueryAsync(maxPerPage: 1).ToListAsync();

        Assert.Equal([names[1]], filtered.Select(table => table.Name));
        Assert.Equal([Table.Name, .. names], paged.Select(table => table.Name).Where(name => name.StartsWith(Table.Name, StringComparison.Ordinal)));
        foreach (var name in names)
        {
            await Service.DeleteTableAsync(name);
        }
    }

    [Fact]
    public async Task An_error_code_compares_with_the_exceptions()
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => Service.CreateTableAsync(Table.Name));

        Assert.True(failure.ErrorCode! == TableErrorCode.TableAlreadyExists);
        Assert.True(failure.ErrorCode! != TableErrorCode.TableNotFound);
        Assert.Equal(new TableErrorCode("tablealreadyexists"), TableErrorCode.TableAlreadyExists);
        Assert.Equal("TableAlreadyExists", TableErrorCode.TableAlreadyExists.ToString());
    }
}
