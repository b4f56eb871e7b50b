using System.Text.Json.Nodes;

namespace Serverless.Tests.Infrastructure;

/// <summary>A template as the compiler writes it: main.bicep, or one of its modules.</summary>
internal sealed class Template(JsonNode json)
{
    private const string Deployment = "Microsoft.Resources/deployments";

    /// <summary>Its parameters by name.</summary>
    public JsonObject Parameters => json["parameters"]!.AsObject();

    /// <summary>Its variables by name.</summary>
    public JsonObject Variables => json["variables"]!.AsObject();

    /// <summary>The properties of a type of its own.</summary>
    public JsonObject Definition(string name) => json["definitions"]![name]!.AsObject();

    /// <summary>The resources that it creates.</summary>
    public IEnumerable<AzureResource> Resources => Declared.Where(resource => resource["existing"] is null).Select(resource => new AzureResource(resource));

    /// <summary>The templates of its modules.</summary>
    public IEnumerable<Template> Modules => Declared.Where(resource => resource["type"]!.GetValue<string>() == Deployment).Select(TemplateOf);

    /// <summary>The parameters whose values are secrets.</summary>
    public IEnumerable<string> Secrets =>
        Parameters.Where(parameter => parameter.Value!["type"]?.GetValue<string>().StartsWith("secure", StringComparison.Ordinal) == true)
            .Select(parameter => parameter.Key);

    /// <summary>The roles that it gives.</summary>
    public IEnumerable<(string Name, string Id)> Roles =>
        json["variables"]?["roles"]?.AsObject().Select(role => (role.Key, role.Value!.GetValue<string>())) ?? [];

    // Where every resource has a name of its own the compiler writes an object, else an array.
    private IEnumerable<JsonNode> Declared =>
        json["resources"] is JsonObject named ? named.Select(resource => resource.Value!) : json["resources"]!.AsArray()!;

    /// <summary>The template of one of its modules.</summary>
    public Template Module(string name) => TemplateOf(json["resources"]![name]!);

    /// <summary>The condition of one of its modules.</summary>
    public string? Condition(string module) => new AzureResource(json["resources"]![module]!).Condition;

    /// <summary>What one of its modules is given for a parameter; null when it is not given anything.</summary>
    public string? Given(string module, string parameter) => new AzureResource(json["resources"]![module]!).Read($"properties.parameters.{parameter}.value");

    /// <summary>The one resource of a type.</summary>
    public AzureResource Resource(string type) => Assert.Single(Resources, resource => resource.Type == type);

    /// <summary>Where it reads a parameter and does not only ask whether it is empty. A module's template is a matter of its own.</summary>
    public IEnumerable<string> Readers(string parameter) => Texts(json)
        .Where(text => text.Text.Replace($"empty(parameters('{parameter}'))", "", StringComparison.Ordinal)
            .Contains($"parameters('{parameter}')", StringComparison.Ordinal))
        .Select(text => text.Path);

    /// <inheritdoc/>
    public override string ToString() => json.ToJsonString();

    private static Template TemplateOf(JsonNode module) => new(module["properties"]!["template"]!);

    // An expression may be the name of a property as well.
    private static IEnumerable<(string Path, string Text)> Texts(JsonNode? node) => node switch
    {
        JsonObject named => named.Where(property => property.Key != "template")
            .SelectMany(property => Texts(property.Value).Prepend((named.GetPath(), property.Key))),
        JsonArray array => array.SelectMany(Texts),
        JsonValue value => [(value.GetPath(), value.ToString())],
        _ => [],
    };
}
