using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Organizations;

/// <summary>A day.</summary>
/// <inheritdoc/>
internal sealed record DayField(string Name, string Description) : Field<DateOnly?>(Name, Description)
{
    /// <inheritdoc/>
    public override DateOnly? Read(string text, string path, RequestProblems problems)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            return day;
        }

        problems.Value(path, "a day such as 2026-01-26");
        return null;
    }

    /// <inheritdoc/>
    public override DateOnly? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Read(value.GetString()!, path, problems);
        }

        problems.Type(path, "a string");
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["format"] = "date" };
}
