using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Runs.Engine.Steps;

namespace Serverless.Runs.Triggers;

/// <summary>Which inputs of a run come from what its sender sends: JSON pointers into the body by the names of parameters.</summary>
internal static class InputPointers
{
    private const int MaxCount = 100;

    private static readonly TextField Name = new("name", "The name of a parameter.") { MinLength = 1, MaxLength = 100 };
    private static readonly TextField Pointer = new("pointer", "A JSON pointer into the body.")
    {
        MaxLength = 256,
        Rule = new(IsPointer, "a JSON pointer, such as /issue/title") { Pattern = "^(/([^~]|~[01])*)?$" },
    };

    /// <summary>The pointers in a definition.</summary>
    public static ObjectField Field { get; } = new(
        "inputsFromBody",
        "JSON pointers (RFC 6901) by the names of parameters: what one leads to in the body is the input. A field of a form is `/` and its name. Where it leads to nothing, or `null`, the "
        + "trigger's own input holds, or else the default of the parameter.")
    {
        Member = new JsonObject { ["type"] = new JsonArray("string", "null") },
        Example = new JsonObject { ["Text"] = "/issue/title" },
    };

    /// <summary>Reads the pointers of a definition.</summary>
    /// <returns>The pointers by the names of parameters, as JSON; null for none.</returns>
    public static string? Read(RequestReader body)
    {
        if (body.Read(Field) is not { } given)
        {
            return null;
        }

        var path = body.PathOf(Field.Name);
        var pointers = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in given.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null))
        {
            var at = $"{path}.{member.Name}";
            if (Name.Read(member.Name, at, body.Problems) is not null && Pointer.Read(member.Value, at, body.Problems) is not null)
            {
                pointers[member.Name] = member.Value;
            }
        }

        if (pointers.Count > MaxCount)
        {
            body.Complain(Field, "too_many", $"must have at most {MaxCount} entries");
        }

        return pointers.Count == 0 ? null : JsonSerializer.Serialize(pointers, TriggerJson.Default.OrderedDictionaryStringJsonElement);
    }

    /// <summary>Follows pointers into a body.</summary>
    /// <param name="pointers">The pointers, as <see cref="Read"/> has put them.</param>
    /// <param name="body">The body.</param>
    /// <returns>The inputs that they lead to: a text as it is, everything else as it stands in JSON.</returns>
    public static JsonElement Follow(string pointers, JsonElement body)
    {
        var inputs = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var pointer in JsonElement.Parse(pointers).EnumerateObject())
        {
            if (JsonPointer.Find(body, pointer.Value.GetString()!) is { ValueKind: not JsonValueKind.Null } found)
            {
                inputs[pointer.Name] = found.ValueKind == JsonValueKind.String ? found : JsonSerializer.SerializeToElement(found.GetRawText(), TriggerJson.Default.String);
            }
        }

        return JsonSerializer.SerializeToElement(inputs, TriggerJson.Default.OrderedDictionaryStringJsonElement);
    }

    // After a ~ there is 0 or 1.
    private static bool IsPointer(string text) =>
        text.Length == 0 || (text[0] == '/' && !text.Split('~').Skip(1).Any(rest => rest.Length == 0 || rest[0] is not ('0' or '1')));
}
