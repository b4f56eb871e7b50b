using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.Tests.Infrastructure;

/// <summary>
/// What a deployment is going to create, as the compiler predicts it: conditions and loops are carried out, and names and ids are worked out. What
/// only Azure can know stays an expression.
/// </summary>
internal sealed partial class Prediction(JsonNode json)
{
    /// <summary>The subscription that it is for.</summary>
    public const string Subscription = "00000000-0000-0000-0000-000000000001";

    /// <summary>All resources.</summary>
    public IReadOnlyList<AzureResource> Resources { get; } = [.. json["predictedResources"]!.AsArray().Select(resource => new AzureResource(resource!))];

    /// <summary>The resources of a type.</summary>
    public IEnumerable<AzureResource> Of(string type) => Resources.Where(resource => resource.Type == type);

    /// <summary>The one resource of a type.</summary>
    public AzureResource Resource(string type) => Assert.Single(Of(type));

    /// <summary>The type of the resource that another one is put on, such as a role; null when that is none of these.</summary>
    public string? ScopeOf(AzureResource extension)
    {
        var scope = Scope().Match(extension.Id!).Groups["scope"].Value;
        return Resources.SingleOrDefault(resource => resource.Id == scope)?.Type;
    }

    /// <inheritdoc/>
    public override string ToString() => json.ToJsonString();

    // Either the id begins with that of the scope, or an expression names it first.
    [GeneratedRegex(@"^(\[extensionResourceId\('(?<scope>[^']+)', |(?<scope>/.+)/providers/[^/]+/[^/]+/[^/]+$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Scope();
}
