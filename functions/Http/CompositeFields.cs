using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Http;

/// <summary>Texts in an array.</summary>
public sealed record TextsField(string Name, string Description, TextField Item) : Field<IReadOnlyList<(string Path, string Value)>>(Name, Description)
{
    /// <summary>The fewest of them. They have to be given unless it is 0.</summary>
    public int MinCount { get; init; }

    /// <summary>The most of them.</summary>
    public int MaxCount { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Path, string Value)>? Read(string text, string path, RequestProblems problems) =>
        Item.Read(text, path, problems) is { } value ? [(path, value)] : null;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Path, string Value)> Read(JsonElement value, string path, RequestProblems problems) =>
    [
        .. ArrayField.Items(value, path, "an array of strings", MinCount, MaxCount, problems)
            .Select(item => (item.Path, Value: Item.Read(item.Value, item.Path, problems)!))
            .Where(item => item.Value is not null),
    ];

    /// <inheritdoc/>
    public override JsonObject ToSchema() => ArrayField.SchemaOf(Item.ToSchema(), MinCount, MaxCount);
}

/// <summary>Objects in an array, each with the same fields.</summary>
public sealed record ObjectsField(string Name, string Description, IReadOnlyList<Field> Fields) : Field<IReadOnlyList<RequestReader>>(Name, Description)
{
    /// <summary>Whether they may have no other fields; else what is not declared is ignored.</summary>
    public bool IsClosed { get; init; }

    /// <summary>The fewest of them. They have to be given unless it is 0.</summary>
    public int MinCount { get; init; }

    /// <summary>The most of them.</summary>
    public int MaxCount { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public override IReadOnlyList<RequestReader> Read(string text, string path, RequestProblems problems)
    {
        problems.Type(path, "an array of objects");
        return [];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<RequestReader> Read(JsonElement value, string path, RequestProblems problems)
    {
        var objects = new List<RequestReader>();
        foreach (var (at, item) in ArrayField.Items(value, path, "an array of objects", MinCount, MaxCount, problems))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                var entry = new RequestReader(item, problems, at);
                objects.Add(entry);
                if (IsClosed)
                {
                    entry.RefuseOthers(Fields);
                }
            }
            else
            {
                problems.Type(at, "an object");
            }
        }

        return objects;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => ArrayField.SchemaOf(SchemaOf(Fields, isOpen: !IsClosed), MinCount, MaxCount);
}

/// <summary>An object of fields that is read as a whole.</summary>
/// <typeparam name="T">What it is read as.</typeparam>
public abstract record RecordField<T>(string Name, string Description) : Field<T>(Name, Description)
{
    /// <inheritdoc/>
    public sealed override T? Read(string text, string path, RequestProblems problems)
    {
        problems.Type(path, "an object");
        return default;
    }

    /// <inheritdoc/>
    public sealed override T? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return Read(new RequestReader(value, problems, path));
        }

        problems.Type(path, "an object");
        return default;
    }

    /// <summary>Reads its fields.</summary>
    /// <returns>What they come to; null when that is nothing valid.</returns>
    protected abstract T? Read(RequestReader given);
}

/// <summary>An object of fields.</summary>
public sealed record MembersField(string Name, string Description, IReadOnlyList<Field> Fields) : RecordField<RequestReader>(Name, Description)
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => SchemaOf(Fields);

    /// <inheritdoc/>
    protected override RequestReader Read(RequestReader given) => given;
}

/// <summary>An object of any members.</summary>
public sealed record ObjectField(string Name, string Description) : Field<JsonElement?>(Name, Description)
{
    /// <summary>What all of its members are; null for anything.</summary>
    public JsonObject? Member { get; init; }

    /// <summary>What it has to be, going on from "must be".</summary>
    public string InWords { get; init; } = "an object";

    /// <inheritdoc/>
    public override JsonElement? Read(string text, string path, RequestProblems problems)
    {
        problems.Type(path, "an object");
        return null;
    }

    /// <inheritdoc/>
    public override JsonElement? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value;
        }

        problems.Type(path, InWords);
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "object" };
        if (Member is not null)
        {
            schema["additionalProperties"] = Member.DeepClone();
        }

        return schema;
    }
}

/// <summary>Values in an array that one of <see cref="Surface.Shapes"/> describes: they are read elsewhere.</summary>
public sealed record ShapesField(string Name, string Description, string Shape) : Field(Name, Description)
{
    /// <summary>The fewest of them.</summary>
    public int MinCount { get; init; }

    /// <summary>The most of them.</summary>
    public int MaxCount { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public override JsonObject ToSchema() => ArrayField.SchemaOf(new() { ["$ref"] = $"#/components/schemas/{Shape}" }, MinCount, MaxCount);
}

/// <summary>A value of one of several types, which is read elsewhere.</summary>
public sealed record AnyField(string Name, string Description, params IReadOnlyList<string> Types) : Field(Name, Description)
{
    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = new JsonArray([.. Types.Select(type => (JsonNode)type)]) };
}

/// <summary>Parameters of a query string whose names begin alike.</summary>
/// <param name="Name">What the names begin with.</param>
/// <param name="Description">What they are, in a sentence.</param>
/// <param name="Item">Each of them.</param>
public sealed record PrefixField(string Name, string Description, TextField Item) : Field(Name, Description)
{
    /// <inheritdoc/>
    public override bool IsCalled(string name) => name.StartsWith(Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "object", ["additionalProperties"] = Item.ToSchema() };
}

file static class ArrayField
{
    public static IEnumerable<(string Path, JsonElement Value)> Items(
        JsonElement array, string path, string expected, int min, int max, RequestProblems problems)
    {
        if (array.ValueKind != JsonValueKind.Array)
        {
            problems.Type(path, expected);
            return [];
        }

        var count = array.GetArrayLength();
        if (count < min || count > max)
        {
            problems.Complain(path, count < min ? "too_few" : "too_many", $"must have {min} to {max} entries");
        }

        return array.EnumerateArray().Select((item, index) => ($"{path}[{index}]", item));
    }

    public static JsonObject SchemaOf(JsonObject items, int min, int max)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = items };
        if (min > 0)
        {
            schema["minItems"] = min;
        }

        if (max < int.MaxValue)
        {
            schema["maxItems"] = max;
        }

        return schema;
    }
}
