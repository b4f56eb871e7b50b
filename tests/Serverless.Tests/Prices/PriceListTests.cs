using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Prices;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Prices;

/// <summary>Which price a model has at a time.</summary>
[Trait("Category", "Fast")]
public sealed class PriceListTests
{
    private static readonly DateOnly FirstDay = new(2026, 1, 1);

    private static readonly Gen<string> Names = Gen.Elements("", "g", "gpt", "gpt-4", "gpt-4o", "gpt-4o-mini", "gpt-4o-2024", "claude", "Gpt", "größer");

    private static readonly Gen<ModelPrice[]> Lists =
        (from name in Names
         from isForMany in Gen.Elements(true, false)
         from day in Gen.OneOf(Gen.Constant<int?>(null), Gen.Choose(0, 5).Select(day => (int?)day))
         from input in Gen.Choose(0, 1_000_000)
         select new ModelPrice(name + (isForMany ? "*" : ""), input, 0, null, day is { } known ? FirstDay.AddDays(known) : null))
        .ArrayOf()
        .Select(prices => prices.DistinctBy(price => (price.Model, price.From)).ToArray());

    private static readonly Gen<(ModelPrice[] Own, ModelPrice[] Others, string Model, long Ticks)> Questions =
        from own in Lists
        from others in Lists
        from model in Names
        from minutes in Gen.Choose(-60, 6 * 24 * 60)
        select (own, others, model, FirstDay.ToDateTime(default).AddMinutes(minutes).Ticks);

    [Fact]
    public void The_price_is_that_of_looking_at_all_of_them() => Always.Holds(Questions, count: 2_000, assert: static question =>
    {
        var (own, others, model, ticks) = question;

        Assert.Equal(
            Reference(own, model, ticks) ?? Reference(others, model, ticks),
            new PriceList(own, new PriceList(others)).Find(Encoding.UTF8.GetBytes(model), ticks));
    });

    [Fact]
    public void A_price_holds_from_the_first_moment_of_its_day()
    {
        ModelPrice before = new("m", 1, 1, null, null), after = new("m", 2, 2, null, FirstDay);
        var list = new PriceList([after, before]);
        var midnight = FirstDay.ToDateTime(default).Ticks;

        Assert.Same(before, list.Find("m"u8, midnight - 1));
        Assert.Same(after, list.Find("m"u8, midnight));
    }

    [Theory]
    [InlineData(1_000_000, 0, 0, "2.5")]
    [InlineData(0, 1_000_000, 0, "10")]
    [InlineData(1_000, 200, 300, "0.004125")]
    [InlineData(1, 1, 1, "0.00001125")]
    [InlineData(0, 0, 0, "0")]
    [InlineData(100, 0, 300, "0.000625")] // More cached than sent: that provider does not count them so.
    [InlineData(int.MaxValue, int.MaxValue, 0, "26843.5455875")]
    public void A_cost_is_exact(long input, long output, long cached, string cost) =>
        Assert.Equal(cost, new ModelPrice("gpt-4o", 2.50m, 10.00m, 1.25m, null).CostOf(input, output, cached).ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Without_a_price_of_their_own_cached_tokens_cost_what_others_do() =>
        Assert.Equal(0.0025m, new ModelPrice("m", 2.5m, 10, null, null).CostOf(1_000, 0, 400));

    [Fact]
    public void A_cost_has_12_digits_of_fraction() => Assert.Equal(0.000000000001m, new ModelPrice("m", 0.000001m, 0, null, null).CostOf(1, 0, 0));

    [Fact]
    public void What_is_built_in_is_in_order()
    {
        Assert.Equal(BuiltInPrices.All.Count, BuiltInPrices.All.DistinctBy(price => (price.Model, price.From)).Count());
        Assert.All(BuiltInPrices.All, price =>
        {
            Assert.True(price.From <= BuiltInPrices.AsOf);
            Assert.True(price.CachedInput is null || price.CachedInput < price.Input);
            Assert.True(price.Output == 0 || price.Output > price.Input);
        });
    }

    [Theory]
    [InlineData("gpt-4o", "2026-06-01", "2.5")]
    [InlineData("gpt-4o-2024-08-06", "2026-06-01", "2.5")]
    [InlineData("gpt-4o-2024-05-13", "2026-06-01", "5")]
    [InlineData("gpt-4o-mini-2024-07-18", "2026-06-01", "0.15")]
    [InlineData("gpt-4o-audio-preview", "2026-06-01", null)]
    [InlineData("gpt-5.9", "2026-06-01", null)]
    [InlineData("o3-2025-04-16", "2025-06-09", "10")]
    [InlineData("o3-2025-04-16", "2025-06-10", "2")]
    [InlineData("o3-2025-04-16", "2025-04-15", null)]
    [InlineData("claude-sonnet-4-20250514", "2026-06-01", "3")]
    [InlineData("claude-sonnet-4-5-20250929", "2026-06-01", "3")]
    [InlineData("gemini-2.5-flash", "2026-06-01", "0.3")]
    [InlineData("llama-3", "2026-06-01", null)]
    public void What_is_built_in_is_found_by_name_and_by_version(string model, string day, string? input) => Assert.Equal(
        input is null ? null : decimal.Parse(input, System.Globalization.CultureInfo.InvariantCulture),
        BuiltInPrices.List.Find(Encoding.UTF8.GetBytes(model), DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture).ToDateTime(default).Ticks)?.Input);

    [Fact]
    public void What_is_kept_reads_back_the_same_and_is_parsed_once()
    {
        ModelPrice[] prices = [new("gpt-4o", 2.5m, 10, 1.25m, FirstDay), new("my-*", 0, 0.000001m, null, null)];
        var stored = StoredPrices.Write(prices);

        Assert.Equal(
            """[{"model":"gpt-4o","input":2.5,"output":10,"cachedInput":1.25,"from":"2026-01-01"},{"model":"my-*","input":0,"output":0.000001}]""",
            Encoding.UTF8.GetString(stored));
        Assert.Equal(prices, StoredPrices.Of(stored).Own);
        Assert.Same(StoredPrices.Of(stored), StoredPrices.Of(stored));
        Assert.Same(BuiltInPrices.List, StoredPrices.Of(null).List);
        Assert.NotNull(StoredPrices.Of(stored).List.Find("claude-3-haiku"u8, DateTime.MaxValue.Ticks));
    }

    [Fact]
    public void As_many_as_there_may_be_fit_into_a_column()
    {
        var longest = Enumerable.Range(0, StoredPrices.MaxCount).Select(number =>
            new ModelPrice(new string('x', ModelPrice.MaxNameLength), 9_999.999999m, 9_999.999999m, 9_999.999999m, FirstDay.AddDays(number)));

        Assert.InRange(StoredPrices.Write([.. longest]).Length, 0, 64 * 1024);
    }

    private static ModelPrice? Reference(ModelPrice[] prices, string model, long ticks) => prices
        .Where(price => (price.From?.ToDateTime(default).Ticks ?? 0) <= ticks)
        .Where(price => price.Model == model || (price.IsForMany && model.StartsWith(price.Model[..^1], StringComparison.Ordinal)))
        .OrderByDescending(price => price.Model == model)
        .ThenByDescending(price => price.Model.Length)
        .ThenByDescending(price => price.From ?? DateOnly.MinValue)
        .FirstOrDefault();
}
