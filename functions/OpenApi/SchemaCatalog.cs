using System.ComponentModel;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Serverless.Http;

namespace Serverless.OpenApi;

/// <summary>The JSON Schemas of a description: those of our types, made from what serializes them, and the shapes of surfaces.</summary>
internal sealed class SchemaCatalog
{
    private const string Prefix = "#/components/schemas/";

    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> _schemas = new(StringComparer.Ordinal);
    private readonly JsonSchemaExporterOptions _options;

    /// <summary>An empty one.</summary>
    public SchemaCatalog() => _options = new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Transform };

    /// <summary>All schemas by name.</summary>
    public IReadOnlyDictionary<string, JsonObject> Schemas => _schemas;

    /// <summary>Adds the shapes of a surface.</summary>
    public void Add(IReadOnlyDictionary<string, JsonObject> shapes)
    {
        // What may be anything needs no name.
        foreach (var (name, schema) in shapes.Where(shape => shape.Value.Count > 0))
        {
            _schemas.TryAdd(name, schema);
        }
    }

    /// <summary>Adds a schema.</summary>
    /// <returns>A reference to it.</returns>
    public JsonObject Add(string name, JsonObject schema)
    {
        _schemas.Add(name, schema);
        return Refer(name);
    }

    /// <summary>A reference to the schema of a type, which is added with all that it refers to.</summary>
    public JsonObject Refer(JsonTypeInfo type)
    {
        var name = NameOf(type.Type);
        if (_types.TryAdd(name, type.Type))
        {
            _schemas.Add(name, Describe(type.Type, (JsonObject)type.GetJsonSchemaAsNode(_options)));
        }
        else if (_types[name] != type.Type)
        {
            throw new InvalidOperationException($"{type.Type} and {_types[name]} have the same name in the description.");
        }

        return Refer(name);
    }

    /// <summary>A reference to a schema by its name.</summary>
    public static JsonObject Refer(string name) => new() { ["$ref"] = Prefix + name };

    private JsonObject ReferToShape(string name) => _schemas.ContainsKey(name) ? Refer(name) : [];

    private JsonNode Transform(JsonSchemaExporterContext context, JsonNode schema)
    {
        var property = context.PropertyInfo?.AttributeProvider;
        var isNullable = context.PropertyInfo?.IsGetNullable == true;
        var described = context.TypeInfo switch
        {
            { Kind: JsonTypeInfoKind.Object } type when context.Path.Length > 0 => OrNull(Refer(type), isNullable),
            { Kind: JsonTypeInfoKind.Object } type => Complete(type, (JsonObject)schema),
            { Type: var type } when type == typeof(decimal) => new JsonObject { ["type"] = "number" },
            { Type: var type } when type == typeof(decimal?) => new JsonObject { ["type"] = new JsonArray("number", "null") },
            { Type: var type } when type == typeof(int) || type == typeof(int?) => Sized(schema, "int32"),
            { Type: var type } when type == typeof(long) || type == typeof(long?) => Sized(schema, "int64"),
            _ => schema,
        };
        if (property?.GetCustomAttributes(typeof(ShapeAttribute), inherit: false) is [ShapeAttribute shape])
        {
            described = context.TypeInfo.Kind == JsonTypeInfoKind.Enumerable
                ? new JsonObject { ["type"] = "array", ["items"] = ReferToShape(shape.Name) }
                : OrNull(ReferToShape(shape.Name), isNullable);
        }

        if (property?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute { Description: var description }])
        {
            described = described as JsonObject ?? [];
            described["description"] = description;
        }

        return described;
    }

    private static JsonNode Sized(JsonNode schema, string format)
    {
        schema["format"] = format;
        return schema;
    }

    // What is left out when it is null may be missing; everything else is always there.
    private static JsonObject Complete(JsonTypeInfo type, JsonObject schema)
    {
        schema["required"] = new JsonArray(
        [
            .. type.Properties
                .Where(property => property.Get is not null && property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is not [JsonIgnoreAttribute])
                .Where(property => !property.IsGetNullable || type.Options.DefaultIgnoreCondition != JsonIgnoreCondition.WhenWritingNull)
                .Select(property => (JsonNode)property.Name),
        ]);
        return schema;
    }

    private static JsonObject Describe(Type type, JsonObject schema)
    {
        if (type.GetCustomAttribute<DescriptionAttribute>() is { Description: var description })
        {
            schema["description"] = description;
        }

        return schema;
    }

    private static JsonObject OrNull(JsonObject schema, bool isNullable) =>
        isNullable ? new() { ["oneOf"] = new JsonArray(schema, new JsonObject { ["type"] = "null" }) } : schema;

    private static string NameOf(Type type) => type.IsGenericType
        ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)].TrimStart('I') + string.Concat(type.GetGenericArguments().Select(NameOf))
        : type.Name.TrimEnd('[', ']');
}
