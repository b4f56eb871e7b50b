using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Serverless.Http;

namespace Serverless.OpenApi;

/// <summary>Describes endpoints.</summary>
/// <param name="document">The description that they belong to.</param>
/// <param name="schemas">Takes the schemas that they need.</param>
internal sealed class OperationDescription(OpenApiDocument document, SchemaCatalog schemas)
{
    private const string ExampleRequestId = "5f0c8a52-6f6e-4d0a-9a55-1d5a1c1f7a10";

    private static readonly WholeNumberField RetryAfter = new("Retry-After", "How long to wait before the same request may succeed, in seconds.", 1, int.MaxValue);

    private static readonly TextField RequestIdHeader = new(RequestId.Header, "The id of the request: the caller's own, or a new one.");

    private static readonly (string, OpenApiMediaType)[] NoContents = [];

    private readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>Describes an endpoint of a surface.</summary>
    public OpenApiOperation Describe(ApiOperation operation, Surface surface)
    {
        var described = new OpenApiOperation
        {
            OperationId = char.ToLowerInvariant(operation.Name[0]) + operation.Name[1..],
            Summary = operation.Summary,
            Description = Paragraphs(operation.Description, WhoMay(operation.Access)),
            Tags = new HashSet<OpenApiTagReference> { new(surface.Name, document) },
            Parameters =
            [
                .. operation.Path.Select(field => Parameter(field, ParameterLocation.Path)),
                .. operation.Query.Select(field => Parameter(field, ParameterLocation.Query)),
                .. operation.Headers.Select(field => Parameter(field, ParameterLocation.Header)),
            ],
            RequestBody = operation.Body is { } body ? Request(operation, body) : null,
            Responses = [],
            Security = [.. operation.Credentials.Select(credential => new OpenApiSecurityRequirement { [new(credential.Name, document)] = [] })],
        };
        foreach (var answers in operation.Answers.GroupBy(answer => answer.Status))
        {
            described.Responses.Add(Status(answers.Key), Success([.. answers], operation, surface));
        }

        foreach (var errors in surface.ErrorsOf(operation).Concat(operation.Errors).GroupBy(error => error.Status).OrderBy(errors => errors.Key))
        {
            described.Responses.Add(Status(errors.Key), Failure([.. errors], operation, surface));
        }

        return described;
    }

    private static string? Paragraphs(params IReadOnlyList<string?> texts) => texts.OfType<string>().ToList() is { Count: > 0 } said ? string.Join("\n\n", said) : null;

    private static string? WhoMay(Access access) => access switch
    {
        Access.Define => "This needs the role `admin` or `owner`; of a key, the scope `admin`.",
        Access.Own => "This needs the role `owner`.",
        _ => null,
    };

    private static string Status(int status) => status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private OpenApiParameter Parameter(Field field, ParameterLocation location)
    {
        var schema = ApiDescription.Parse(field.ToSchema(), document);
        return new()
        {
            Name = field.Name,
            In = location,
            Description = field.Description,
            Required = location == ParameterLocation.Path || field.IsRequired,
            Schema = field.IsRepeatable ? new OpenApiSchema { Type = JsonSchemaType.Array, Items = schema } : schema,
            Example = field.Example?.DeepClone(),
        };
    }

    private OpenApiRequestBody Request(ApiOperation operation, Body body)
    {
        var contents = body.Contents.Count > 0
            ? body.Contents.Select(content => (content.MediaType, SchemaCatalog.Refer(content.Shape)))
            : [(RequestBody.Json, schemas.Add($"{operation.Name}Request", Field.SchemaOf(body.Fields, !body.IsClosed)))];
        return new()
        {
            Required = body.IsRequired,
            Description = $"At most {body.MaxBytes} bytes, decompressed.",
            Content = Contents([.. contents.Select(content => (content.Item1, Content(content.Item2, ReadExample(body.Example))))]),
        };
    }

    // Answers of one status differ in their media type; where they do not, the body is one of several.
    private OpenApiResponse Success(IReadOnlyList<Answer> answers, ApiOperation operation, Surface surface)
    {
        var bodies = answers.Where(answer => answer.MediaType is not null).GroupBy(answer => answer.MediaType!, StringComparer.Ordinal).ToList();
        return new OpenApiResponse
        {
            Description = string.Join(' ', answers.Select(answer => answer.Description)),
            Headers = Headers([RequestIdHeader, .. surface.HeadersOf(operation), .. answers.SelectMany(answer => answer.Headers).Distinct()]),
            Content = bodies.Count == 0 ? null : Contents([.. bodies.Select(same => (same.Key, Content([.. same])))]),
        };
    }

    private OpenApiMediaType Content(IReadOnlyList<Answer> answers)
    {
        var bodies = answers.Select(answer => answer.JsonType is { } type ? schemas.Refer(type) : answer.Schema).ToList();
        return Content(
            bodies is [var only] ? only : new JsonObject { ["anyOf"] = new JsonArray([.. bodies.Select(schema => schema.DeepClone())]) },
            answers[0] is { JsonType: not null } first ? ReadExample(first.Example) : answers[0].Example);
    }

    // Most endpoints of a surface fail alike: that is described once.
    private IOpenApiResponse Failure(IReadOnlyList<ApiError> errors, ApiOperation operation, Surface surface)
    {
        var name = $"{surface.Name}{errors[0].Status}{(TakesProtobuf(operation) ? "OfExport" : "")}";
        var content = string.Join('\n', errors.Select(error => $"{error.Code} {error.Message}"));
        if (_failures.TryAdd(name, content))
        {
            document.AddComponent(name, NewFailure(errors, operation, surface));
        }

        return _failures[name] == content ? new OpenApiResponseReference(name, document) : NewFailure(errors, operation, surface);
    }

    private OpenApiResponse NewFailure(IReadOnlyList<ApiError> errors, ApiOperation operation, Surface surface)
    {
        var byCode = errors.GroupBy(error => error.Code, StringComparer.Ordinal).ToList();
        var content = Content(schemas.Refer(surface.ErrorType), example: null);
        content.Examples = byCode.ToDictionary(
            same => same.Key,
            same => (IOpenApiExample)new OpenApiExample { Summary = same.First().Message, Value = JsonNode.Parse(surface.ErrorBody(same.First(), ExampleRequestId).Span) },
            StringComparer.Ordinal);
        return new()
        {
            Description = string.Join('\n', byCode.Select(same => $"* `{same.Key}`: {string.Join("; ", same.Select(error => error.Message).Distinct(StringComparer.Ordinal))}.")),
            Headers = Headers([RequestIdHeader, .. surface.HeadersOf(operation), .. errors.Any(error => error.Retryable) ? (Field[])[RetryAfter] : []]),
            Content = Contents(
            [
                (RequestBody.Json, content),
                (ProblemDocument.MediaType, Content(schemas.Refer(ProblemJson.Default.ProblemDocument), example: null)),
                .. TakesProtobuf(operation) ? [(ProtobufMessage.MediaType, Content(new() { ["type"] = "string", ["format"] = "binary", ["description"] = "A google.rpc.Status." }, example: null))] : NoContents,
            ]),
        };
    }

    private static bool TakesProtobuf(ApiOperation operation) => operation.Body?.Contents.Any(content => content.MediaType == ProtobufMessage.MediaType) == true;

    private OpenApiMediaType Content(JsonObject schema, JsonNode? example) =>
        new() { Schema = ParseReference(schema), Example = example };

    private static Dictionary<string, IOpenApiMediaType> Contents(params IReadOnlyList<(string MediaType, OpenApiMediaType Content)> contents) =>
        contents.ToDictionary(content => content.MediaType, IOpenApiMediaType (content) => content.Content, StringComparer.Ordinal);

    private static JsonNode? ReadExample(string? json) => json is null ? null : JsonNode.Parse(json);

    private IOpenApiSchema ParseReference(JsonObject schema) => schema["$ref"] is JsonValue reference
        ? new OpenApiSchemaReference(reference.GetValue<string>().Split('/')[^1], document)
        : ApiDescription.Parse(schema, document);

    private Dictionary<string, IOpenApiHeader> Headers(IEnumerable<Field> fields) => fields.ToDictionary(field => field.Name, Header, StringComparer.Ordinal);

    // What stands on many answers is described once.
    private IOpenApiHeader Header(Field field)
    {
        if (_headers.TryAdd(field.Name, field.Description))
        {
            document.AddComponent(field.Name, NewHeader(field));
        }

        return _headers[field.Name] == field.Description ? new OpenApiHeaderReference(field.Name, document) : NewHeader(field);
    }

    private OpenApiHeader NewHeader(Field field) => new() { Description = field.Description, Schema = ApiDescription.Parse(field.ToSchema(), document) };
}
