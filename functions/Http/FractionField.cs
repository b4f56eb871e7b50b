using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Http;

/// <summary>A number, with or without a fraction.</summary>
public sealed record FractionField(string Name, string Description, double Min, double Max) : Field<double?>(Name, Description)
{
    private string InWords => string.Create(CultureInfo.InvariantCulture, $"a number from {Min} to {Max}");

    /// <inheritdoc/>
    public override double? Read(string text, string path, RequestProblems problems) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Check(number, path, problems) : Refuse(path, problems);

    /// <inheritdoc/>
    public override double? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.Number)
        {
            return value.TryGetDouble(out var number) ? Check(number, path, problems) : Refuse(path, problems);
        }

        problems.Type(path, "a number");
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "number", ["minimum"] = Min, ["maximum"] = Max };

    private double? Check(double number, string path, RequestProblems problems) => number >= Min && number <= Max ? number : Refuse(path, problems);

    private double? Refuse(string path, RequestProblems problems)
    {
        problems.Value(path, InWords);
        return null;
    }
}
