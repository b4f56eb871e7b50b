using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

/// <summary>The literals of the filter language mean to the service what they say.</summary>
public sealed class FilterTests(AccountFixture account) : TableTest(account)
{
    public static TheoryData<object> Values { get; } =
    [
        "it's", 5, 5_000_000_000L, 0.5, true, Guid.Parse("9f1c0a3e-1d1b-4b1c-8f3e-5d2b7a9c0e11"),
        new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.Zero), new byte[] { 1, 2, 255 },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task A_filter_finds_the_row_with_the_value(object value)
    {
        await Table.AddEntityAsync(new TableEntity("p", "match") { ["Value"] = value });
        await Table.AddEntityAsync(new TableEntity("p", "other"));

        var rows = await Table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Value eq {value}")).ToListAsync();

        Assert.Equal(["match"], rows.Select(row => row.RowKey));
    }
}
