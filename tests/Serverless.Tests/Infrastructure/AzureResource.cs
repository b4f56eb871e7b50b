using System.Text.Json.Nodes;

namespace Serverless.Tests.Infrastructure;

/// <summary>A resource as a template declares it or as a prediction has it.</summary>
internal sealed class AzureResource(JsonNode json)
{
    /// <summary>Its type, without the version of its API.</summary>
    public string Type => Read("type")!;

    /// <summary>Its own name, without those of the resources it belongs to.</summary>
    public string Name => Read("name")!.Split('/')[^1];

    /// <summary>Its id, where that is known beforehand.</summary>
    public string? Id => Read("id");

    /// <summary>On what its existence depends; null when it is always there.</summary>
    public string? Condition => Read("condition");

    /// <summary>A part of it, by the path to it; null when it is not there.</summary>
    public JsonNode? Find(string path) => path.Split('.').Aggregate(
        (JsonNode?)json, (node, name) => node is JsonArray array ? array[int.Parse(name)] : node?[name]);

    /// <summary>A text as it is, anything else as JSON.</summary>
    public string? Read(string path) => Find(path) switch
    {
        null => null,
        JsonValue value => value.ToString(),
        var composed => composed.ToJsonString(),
    };
}
