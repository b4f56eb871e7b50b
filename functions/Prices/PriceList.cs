using System.Text;

namespace Serverless.Prices;

/// <summary>
/// Prices, to be found by a model and a time. Of those that hold at the time, the one for the name itself is taken, else the one for the longest beginning of
/// it; of several for the same the latest.
/// </summary>
public sealed class PriceList
{
    private readonly Entry[] _entries;
    private readonly PriceList? _others;

    /// <summary>A list.</summary>
    /// <param name="prices">The prices, in any order.</param>
    /// <param name="others">Where a price is looked for that is not among them; null for nowhere.</param>
    public PriceList(IReadOnlyCollection<ModelPrice> prices, PriceList? others = null)
    {
        // The first that fits is the one.
        _entries =
        [
            .. prices
                .Select(price => new Entry(price))
                .OrderBy(entry => entry.Price.IsForMany)
                .ThenByDescending(entry => entry.Name.Length)
                .ThenByDescending(entry => entry.From),
        ];
        _others = others;
    }

    /// <summary>Finds the price of a model; null when there is none.</summary>
    /// <param name="model">The model's name, in UTF-8.</param>
    /// <param name="ticks">The time, UTC.</param>
    public ModelPrice? Find(ReadOnlySpan<byte> model, long ticks)
    {
        foreach (var entry in _entries)
        {
            if (entry.Fits(model) && entry.From <= ticks)
            {
                return entry.Price;
            }
        }

        return _others?.Find(model, ticks);
    }

    private sealed class Entry(ModelPrice price)
    {
        public ModelPrice Price { get; } = price;

        public byte[] Name { get; } = Encoding.UTF8.GetBytes(price.Model.TrimEnd(ModelPrice.Wildcard));

        public long From { get; } = price.From?.ToDateTime(default).Ticks ?? 0;

        public bool Fits(ReadOnlySpan<byte> model) => Price.IsForMany ? model.StartsWith(Name) : model.SequenceEqual(Name);
    }
}
