using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Prices;

namespace Serverless.Organizations;

/// <summary>A price of a million tokens, in US dollars.</summary>
/// <inheritdoc/>
internal sealed record PriceField(string Name, string Description) : Field<decimal?>(Name, Description)
{
    private static readonly string InWords = $"from 0 to {ModelPrice.Max}, with at most {ModelPrice.FractionDigits} digits of fraction";

    /// <inheritdoc/>
    public override decimal? Read(string text, string path, RequestProblems problems)
    {
        problems.Type(path, "a number");
        return null;
    }

    /// <inheritdoc/>
    public override decimal? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            problems.Type(path, "a number");
            return null;
        }

        if (value.TryGetDecimal(out var price) && price is >= 0 and <= ModelPrice.Max && decimal.Round(price, ModelPrice.FractionDigits) == price)
        {
            return ModelPrice.Plain(price);
        }

        problems.Value(path, InWords);
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "number", ["minimum"] = 0, ["maximum"] = ModelPrice.Max };
}
