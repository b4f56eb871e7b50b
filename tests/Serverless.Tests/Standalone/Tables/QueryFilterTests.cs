using System.Text;
using Azure.Data.Tables;

namespace Serverless.Tests.Standalone.Tables;

public sealed class QueryFilterTests
{
    private static readonly DateTimeOffset Time = new(2024, 1, 2, 5, 4, 5, TimeSpan.FromHours(2));

    public static TheoryData<object?, string> Literals { get; } = new()
    {
        { null, "null" },
        { "it's '' x", "'it''s '''' x'" },
        { "{0} {{", "'{0} {{'" },
        { 'a', "'a'" },
        { '\'', "''''" },
        { new StringBuilder("it's"), "'it''s'" },
        { true, "true" },
        { false, "false" },
        { -5, "-5" },
        { (byte)5, "5" },
        { 5L, "5L" },
        { 5UL, "5L" },
        { 0.5, "0.5" },
        { 1.5m, "1.5" },
        { Guid.Parse("9F1C0A3E-1D1B-4B1C-8F3E-5D2B7A9C0E11"), "guid'9f1c0a3e-1d1b-4b1c-8f3e-5d2b7a9c0e11'" },
        { new byte[] { 0, 171, 255 }, "X'00ABFF'" },
        { BinaryData.FromBytes(new byte[] { 1 }), "X'01'" },
        { Time, "datetime'2024-01-02T03:04:05Z'" },
        { Time.AddTicks(1200000), "datetime'2024-01-02T03:04:05.12Z'" },
        { Time.UtcDateTime, "datetime'2024-01-02T03:04:05Z'" },
    };

    [Theory]
    [MemberData(nameof(Literals), DisableDiscoveryEnumeration = true)]
    public void A_value_is_written_as_its_type_is_spelled(object? value, string literal) =>
        Assert.Equal($"A eq {literal} and B ne {literal}", TableClient.CreateQueryFilter($"A eq {value} and B ne {value}"));

    [Fact]
    public void A_filter_without_values_stays_as_it_is() =>
        Assert.Equal("A eq '{x}'", TableClient.CreateQueryFilter($"A eq '{{x}}'"));

    [Fact]
    public void A_type_without_a_literal_is_refused() =>
        Assert.Throws<ArgumentException>(() => TableClient.CreateQueryFilter($"A eq {TimeSpan.Zero}"));
}
