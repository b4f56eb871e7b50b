using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Prices;

/// <summary>
/// The prices of an organization as its row keeps them: its own, beside those that are built in. Whoever is admitted has the row at hand, so that looking a price
/// up costs nothing of storage; they are parsed when the first is looked for.
/// </summary>
public sealed class StoredPrices
{
    /// <summary>The most prices of an organization: in the form they are kept in, they fit into a column.</summary>
    public const int MaxCount = 200;

    // A row that is remembered is seen with every request.
    private static readonly ConditionalWeakTable<byte[], StoredPrices> Seen = [];

    private readonly Lazy<(IReadOnlyList<ModelPrice> Own, PriceList List)> _prices;

    private StoredPrices(byte[] stored) => _prices = new(() =>
    {
        var own = JsonSerializer.Deserialize(stored, PriceJson.Default.IReadOnlyListModelPrice)!;
        return (own, new(own, BuiltInPrices.List));
    });

    private StoredPrices() => _prices = new(([], BuiltInPrices.List));

    /// <summary>Those of an organization that has none of its own.</summary>
    public static StoredPrices None { get; } = new();

    /// <summary>The organization's own, in the order they were given in.</summary>
    public IReadOnlyList<ModelPrice> Own => _prices.Value.Own;

    /// <summary>All that hold for the organization: its own go before those that are built in.</summary>
    public PriceList List => _prices.Value.List;

    /// <summary>Those that a column has.</summary>
    /// <param name="stored">What <see cref="Write"/> wrote; null when nothing did.</param>
    public static StoredPrices Of(byte[]? stored) => stored is null ? None : Seen.GetValue(stored, static bytes => new(bytes));

    /// <summary>The form that prices are kept in.</summary>
    public static byte[] Write(IReadOnlyList<ModelPrice> prices) => JsonSerializer.SerializeToUtf8Bytes(prices, PriceJson.Default.IReadOnlyListModelPrice);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ModelPrice>))]
internal sealed partial class PriceJson : JsonSerializerContext;
