using System.Security.Cryptography;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class PropertyTypeTests(AccountFixture account) : TableTest(account)
{
    public static TheoryData<object> Values { get; } =
    [
        "text", "", "line\r\nbreak \"quoted\" \\ / ü 漢 😀 \u2028", "@odata.type",
        true, false,
        0, -1, int.MinValue, int.MaxValue,
        0L, -1L, long.MinValue, long.MaxValue,
        0.5, -1e300, 5.0, double.Epsilon, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
        Guid.Parse("9f1c0a3e-1d1b-4b1c-8f3e-5d2b7a9c0e11"), Guid.Empty,
        new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.Zero).AddTicks(1234567),
        new DateTimeOffset(1970, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Array.Empty<byte>(), new byte[] { 0, 1, 254, 255 },
    ];

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public async Task A_value_keeps_its_type_and_every_bit(object value)
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value });

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value["Value"];
        var queried = (await Table.QueryAsync<TableEntity>().SingleAsync())["Value"];

        Assert.IsType(value.GetType(), read);
        Assert.Equal(value, read);
        Assert.Equal(value, queried);
    }

    [Fact]
    public async Task A_time_is_kept_as_utc()
    {
        var local = new DateTimeOffset(2024, 6, 1, 12, 0, 0, TimeSpan.FromHours(2));
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Offset"] = local, ["Utc"] = local.UtcDateTime });

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(local, read.GetDateTimeOffset("Offset"));
        Assert.Equal(TimeSpan.Zero, read.GetDateTimeOffset("Offset")!.Value.Offset);
        Assert.Equal(local.UtcDateTime, read.GetDateTime("Utc"));
        Assert.Equal(DateTimeKind.Utc, read.GetDateTime("Utc")!.Value.Kind);
    }

    [Fact]
    public async Task Binary_data_reads_back_as_either_type()
    {
        byte[] bytes = [1, 2, 3];
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Data"] = BinaryData.FromBytes(bytes) });

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(bytes, read.GetBinary("Data"));
        Assert.Equal(bytes, read.GetBinaryData("Data")!.ToArray());
    }

    [Fact]
    public async Task A_row_holds_fifteen_binary_properties_of_64_KiB()
    {
        var data = RandomNumberGenerator.GetBytes(64 * 1024);
        var entity = new TableEntity("p", "r");
        for (var i = 0; i < 15; i++)
        {
            entity[$"Data{i}"] = data;
        }

        await Table.AddEntityAsync(entity);

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;
        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(data, read.GetBinary($"Data{i}")));
    }

    [Fact]
    public async Task A_null_property_is_not_stored_and_a_merge_leaves_the_old_value()
    {
        await Table.AddEntityAsync(new TableEntity("p", "r") { ["Kept"] = 1, ["Null"] = null });
        await Table.UpsertEntityAsync(new TableEntity("p", "r") { ["Kept"] = null });

        var read = (await Table.GetEntityAsync<TableEntity>("p", "r")).Value;

        Assert.Equal(1, read.GetInt32("Kept"));
        Assert.False(read.ContainsKey("Null"));
    }

    public static TheoryData<object> Unsupported { get; } = [DayOfWeek.Monday, 1u, TimeSpan.Zero, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Local)];

    [Theory]
    [MemberData(nameof(Unsupported), DisableDiscoveryEnumeration = true)]
    public async Task A_type_that_a_table_cannot_hold_is_refused(object value) =>
        await Assert.ThrowsAsync<NotSupportedException>(() => Table.AddEntityAsync(new TableEntity("p", "r") { ["Value"] = value }));
}
