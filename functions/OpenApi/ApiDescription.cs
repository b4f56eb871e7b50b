using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Serverless.Http;

namespace Serverless.OpenApi;

/// <summary>Puts the description of the API together from what its endpoints declare.</summary>
/// <param name="routes">The endpoints.</param>
/// <param name="surfaces">The surfaces they belong to.</param>
public sealed class ApiDescription(RouteTable routes, SurfaceMap surfaces)
{
    private const string Version = "1.0.0";

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The description in JSON, made once.</summary>
    /// <inheritdoc cref="Describe(string?)"/>
    /// <param name="name">The surface that is described, whatever the case of its letters; null for all of them.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<ReadOnlyMemory<byte>?> FindAsync(string? name, CancellationToken cancellationToken)
    {
        // The whole has a key that no path can name.
        var key = name is null ? "" : $"/{name}";
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        if (Describe(name) is not { } document)
        {
            return null;
        }

        var json = Encoding.UTF8.GetBytes(await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken));
        return _known.GetOrAdd(key, json);
    }

    /// <summary>Describes the API.</summary>
    /// <param name="name">The surface that is described, whatever the case of its letters; null for all of them.</param>
    /// <returns>The description; null when there is no such surface.</returns>
    public OpenApiDocument? Describe(string? name)
    {
        var endpoints = routes.Endpoints
            .Where(endpoint => endpoint.Operation is not null)
            .Select(endpoint => (Endpoint: endpoint, Surface: surfaces.OwnerOf(endpoint.Path)))
            .Where(found => name is null || found.Surface.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            .OrderBy(found => found.Endpoint.Path, StringComparer.Ordinal)
            .ThenBy(found => found.Endpoint.Method, StringComparer.Ordinal)
            .ToList();
        return endpoints.Count == 0 ? null : Describe(name is null ? "Serverless" : endpoints[0].Surface.Name, endpoints);
    }

    private static OpenApiDocument Describe(string title, List<(DeclaredEndpoint Endpoint, Surface Surface)> endpoints)
    {
        var own = endpoints.Select(found => found.Surface).Distinct().ToList();
        var document = new OpenApiDocument
        {
            Info = new()
            {
                Title = title,
                Version = Version,
                Description = own is [var only] ? only.Description : "Logs, traces of language models, runs of apps, and searches of agents: four contracts side by side.",
                License = new() { Name = "MIT", Identifier = "MIT" },
            },
            Servers = [new() { Url = "/", Description = "Where this description came from." }],
            Tags = new HashSet<OpenApiTag>(own.Select(surface => new OpenApiTag { Name = surface.Name, Description = surface.Description })),
            Paths = [],
            Components = new(),
        };
        document.RegisterComponents();
        AddCredentials(document, endpoints.SelectMany(found => found.Endpoint.Operation!.Credentials).Distinct());

        var schemas = new SchemaCatalog();
        own.ForEach(surface => schemas.Add(surface.Shapes));
        var writer = new OperationDescription(document, schemas);
        foreach (var (endpoint, surface) in endpoints)
        {
            if (!document.Paths.TryGetValue(endpoint.Path, out var path))
            {
                document.Paths[endpoint.Path] = path = new OpenApiPathItem { Operations = [] };
            }

            path.Operations!.Add(new HttpMethod(endpoint.Method), writer.Describe(endpoint.Operation!, surface));
        }

        foreach (var (name, schema) in schemas.Schemas)
        {
            document.AddComponent(name, Parse(schema, document));
        }

        return document;
    }

    /// <summary>A schema, as the document holds it.</summary>
    internal static OpenApiSchema Parse(JsonObject schema, OpenApiDocument document)
    {
        var parsed = OpenApiModelFactory.Parse<OpenApiSchema>(schema.ToJsonString(), OpenApiSpecVersion.OpenApi3_1, document, out var diagnostic);
        return parsed is not null && diagnostic.Errors.Count == 0
            ? parsed
            : throw new JsonException($"Not a schema: {string.Join(' ', diagnostic.Errors)} {schema.ToJsonString()}");
    }

    private static void AddCredentials(OpenApiDocument document, IEnumerable<Credential> credentials)
    {
        foreach (var credential in credentials)
        {
            document.AddComponent<IOpenApiSecurityScheme>(credential.Name, credential.IsBearer
                ? new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = credential.Description }
                : new OpenApiSecurityScheme { Type = SecuritySchemeType.ApiKey, In = credential.IsCookie ? ParameterLocation.Cookie : ParameterLocation.Header, Name = credential.Header, Description = credential.Description });
        }
    }
}
