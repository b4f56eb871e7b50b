using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using Serverless.Http;
using Serverless.Json;

namespace Serverless.Tests.OpenApi;

/// <summary>The description of the API, as a host gives it out: holds requests and answers against it.</summary>
public sealed class DescribedApi
{
    private const string ComponentPrefix = "#/components/schemas/";
    private const string DefinitionPrefix = "https://components.test/#/$defs/";

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };

    private const char ByteOrderMark = '\uFEFF';

    private readonly ConcurrentDictionary<string, JsonSchema> _schemas = new(StringComparer.Ordinal);
    private readonly BuildOptions _build = new() { SchemaRegistry = new() };

    private DescribedApi(JsonObject document)
    {
        Document = document;
        Operations =
        [
            .. from path in document["paths"]!.AsObject()
               from operation in path.Value!.AsObject()
               select new DescribedOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
        ];
        var definitions = new JsonObject { ["$id"] = "https://components.test/", ["$defs"] = document["components"]!["schemas"]!.DeepClone() };
        JsonSchema.FromText(Rewrite(definitions), _build);
    }

    /// <summary>The document.</summary>
    public JsonObject Document { get; }

    /// <summary>Everything that it describes.</summary>
    public IReadOnlyList<DescribedOperation> Operations { get; }

    /// <summary>Reads a description.</summary>
    public static DescribedApi Parse(string json) => new(JsonNode.Parse(json)!.AsObject());

    /// <summary>What a request is for; null when nothing is described there.</summary>
    /// <param name="method">Its method.</param>
    /// <param name="path">Its path, as it was sent.</param>
    public DescribedOperation? Find(string method, string path) => Operations
        .Where(operation => operation.Method == method && operation.Matches(path))
        .OrderBy(operation => operation.Path.Count(character => character == '{'))
        .FirstOrDefault();

    /// <summary>What is wrong with an answer; null when it is as described.</summary>
    /// <param name="operation">What the request was for.</param>
    /// <param name="status">The status.</param>
    /// <param name="mediaType">The media type; null when there is none.</param>
    /// <param name="body">The body; null for one that is a stream, and is not looked at.</param>
    public string? Judge(DescribedOperation operation, int status, string? mediaType, string? body)
    {
        if (operation.Answer(status, Document) is not { } answer)
        {
            return $"the status {status} is not described";
        }

        if (answer["content"]?.AsObject() is not { Count: > 0 } content)
        {
            return body is null or "" ? null : $"a body is not described for {status}";
        }

        if (mediaType is null || content[mediaType] is not { } described)
        {
            return $"the media type {mediaType} is not described for {status}";
        }

        if (body is not null && mediaType == Export.MediaType)
        {
            return body.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JudgeJson(described["schema"]!.AsObject(), line, takesAnyFormat: false))
                .FirstOrDefault(problem => problem is not null);
        }

        return body is null || !mediaType.EndsWith("json", StringComparison.Ordinal) ? null
            : JudgeCode(described, body) ?? JudgeJson(described["schema"]!.AsObject(), body, takesAnyFormat: false);
    }

    /// <summary>What is wrong with the body of a request that succeeded; null when it is as described.</summary>
    public string? JudgeRequest(DescribedOperation operation, string? mediaType, string body)
    {
        var content = operation.Json["requestBody"]?["content"]?.AsObject();
        return content is null || body.Length == 0 || mediaType != "application/json" ? null
            : content[mediaType] is not { } described ? $"the media type {mediaType} of the request is not described"
            : JudgeJson(described["schema"]!.AsObject(), AsUnderstood(body), takesAnyFormat: true);
    }

    // Of a repeated name the last counts, and half a surrogate pair is the replacement character.
    private static string AsUnderstood(string body)
    {
        using var document = JsonDocument.Parse(JsonText.Mended(Encoding.UTF8.GetBytes(body.TrimStart(ByteOrderMark))));
        return Copy(document.RootElement)?.ToJsonString() ?? "null";

        static JsonNode? Copy(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => new JsonObject(value.EnumerateObject()
                .GroupBy(member => member.Name, StringComparer.Ordinal)
                .Select(same => KeyValuePair.Create(same.Key, Copy(same.Last().Value)))),
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Copy)]),
            JsonValueKind.Null => null,
            _ => JsonValue.Create(value.Clone()),
        };
    }

    // The code of an error is one of those that stand there as examples.
    private static string? JudgeCode(JsonNode described, string body)
    {
        if (described["examples"] is not JsonObject examples || JsonNode.Parse(body) is not JsonObject error)
        {
            return null;
        }

        var code = (error["code"] ?? error["error_code"])?.GetValue<string>();
        return code is null || examples.ContainsKey(code) ? null : $"the code {code} is not described";
    }

    // Times are taken in more forms than they are given out in.
    private string? JudgeJson(JsonObject schema, string body, bool takesAnyFormat)
    {
        var text = Rewrite(schema);
        var compiled = _schemas.GetOrAdd(text, key => JsonSchema.FromText(key, _build));
        using var instance = JsonDocument.Parse(body);
        var results = compiled.Evaluate(instance.RootElement, Options);
        if (results.IsValid)
        {
            return null;
        }

        var problems = (results.Details ?? [])
            .Where(detail => detail.Errors?.Count > 0)
            .SelectMany(detail => detail.Errors!.Where(error => !takesAnyFormat || error.Key != "format").Select(error => $"{detail.InstanceLocation} ({error.Key}): {error.Value}"))
            .ToList();
        return problems.Count == 0 && takesAnyFormat ? null : string.Join("; ", problems.DefaultIfEmpty("it is not valid"));
    }

    /// <summary>Everything that is said of an operation, with all that it refers to in its place.</summary>
    public string Spell(DescribedOperation operation) => Resolve(operation.Json, [])!.ToJsonString();

    // What refers to itself is spelled out once.
    private JsonNode? Resolve(JsonNode? node, IReadOnlyList<string> within) => node switch
    {
        JsonObject json when json["$ref"]?.GetValue<string>() is { } reference => within.Contains(reference)
            ? json.DeepClone()
            : Resolve(reference.Split('/').Skip(1).Aggregate((JsonNode)Document, (inner, name) => inner[name]!), [.. within, reference]),
        JsonObject json => new JsonObject(json.Select(member => KeyValuePair.Create(member.Key, Resolve(member.Value, within)))),
        JsonArray items => new JsonArray([.. items.Select(item => Resolve(item, within))]),
        _ => node?.DeepClone(),
    };

    private static string Rewrite(JsonObject schema) => schema.ToJsonString().Replace(ComponentPrefix, DefinitionPrefix, StringComparison.Ordinal);
}

/// <summary>An operation that is described.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">Its path, with names in braces.</param>
/// <param name="Json">Its description.</param>
public sealed record DescribedOperation(string Method, string Path, JsonObject Json)
{
    // The id of a trace may have slashes.
    private const string TracePath = "/v1/traces/{traceId}";

    private readonly string[] _segments = Path.Split('/');

    /// <summary>Its name.</summary>
    public string Id => Json["operationId"]!.GetValue<string>();

    /// <summary>Whether a path is one of its.</summary>
    public bool Matches(string path)
    {
        var sent = path.Split('/');
        return (sent.Length == _segments.Length || (Path == TracePath && sent.Length > _segments.Length))
            && _segments.Zip(sent).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>An answer by its status; null when there is none.</summary>
    /// <param name="status">The status.</param>
    /// <param name="document">The description, which describes some answers once.</param>
    public JsonObject? Answer(int status, JsonObject document)
    {
        var answer = Json["responses"]![status.ToString(System.Globalization.CultureInfo.InvariantCulture)]?.AsObject();
        return answer?["$ref"] is JsonValue reference
            ? document["components"]!["responses"]![reference.GetValue<string>().Split('/')[^1]]!.AsObject()
            : answer;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Method} {Path})";
}
