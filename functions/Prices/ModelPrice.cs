using System.Text.Json.Serialization;

namespace Serverless.Prices;

/// <summary>What a model costs, in US dollars for a million tokens.</summary>
/// <param name="Model">The model's name; with <c>*</c> at its end, all names that begin so.</param>
/// <param name="Input">The price of tokens sent.</param>
/// <param name="Output">The price of tokens received.</param>
/// <param name="CachedInput">The price of tokens sent that came from a cache; null for that of all tokens sent.</param>
/// <param name="From">The day, UTC, from which on it holds; null for ever since.</param>
public sealed record ModelPrice(string Model, decimal Input, decimal Output, decimal? CachedInput, DateOnly? From)
{
    /// <summary>What the name of a price ends with that is for all names which begin so.</summary>
    public const char Wildcard = '*';

    /// <summary>The longest name.</summary>
    public const int MaxNameLength = 100;

    /// <summary>The highest price.</summary>
    public const decimal Max = 10_000;

    /// <summary>The most digits of fraction of a price.</summary>
    public const int FractionDigits = 6;

    // As many as those of all that is counted in dollars.
    private const int CostDigits = 12;
    private const decimal TokensPerPrice = 1_000_000;

    // Dividing by it leaves the value and drops the zeros at its end.
    private const decimal One = 1.0000000000000000000000000000m;

    /// <summary>Whether it is for all names that begin as its own does.</summary>
    [JsonIgnore]
    public bool IsForMany => Model.EndsWith(Wildcard);

    /// <summary>What tokens cost, in US dollars, with at most 12 digits of fraction.</summary>
    /// <param name="input">The tokens sent, those that were cached among them. Where these are more, the provider does not count them so.</param>
    /// <param name="output">The tokens received.</param>
    /// <param name="cached">The tokens sent that came from a cache.</param>
    public decimal CostOf(long input, long output, long cached)
    {
        var inFull = cached > input ? input : input - cached;
        var cost = ((inFull * Input) + (cached * (CachedInput ?? Input)) + (output * Output)) / TokensPerPrice;
        return Plain(decimal.Round(cost, CostDigits, MidpointRounding.AwayFromZero));
    }

    /// <summary>The same number without zeros at the end of its fraction.</summary>
    public static decimal Plain(decimal number) => number / One;
}
