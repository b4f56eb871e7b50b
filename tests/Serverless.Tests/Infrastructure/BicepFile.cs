namespace Serverless.Tests.Infrastructure;

/// <summary>Something that a Bicep file declares.</summary>
/// <param name="Kind">What: <c>parameter</c>, <c>variable</c>, <c>resource</c>, <c>module</c>, <c>output</c>, <c>type</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Node">The whole declaration.</param>
/// <param name="Decorators">What stands above it.</param>
internal sealed record BicepDeclaration(string Kind, string Name, BicepNode Node, IReadOnlyList<BicepNode> Decorators)
{
    /// <summary>Whether its value is a secret.</summary>
    public bool IsSecure => Decorators.Any(decorator => decorator.Text == "@secure()");

    /// <summary>Of a resource its type, of a module its path, without quotes.</summary>
    public string Target => Node.Children[1].Literal!;

    /// <summary>The type of a resource without the version of its API.</summary>
    public string ResourceType => Target.Split('@')[0];

    /// <summary>Whether the resource is only looked up.</summary>
    public bool IsExisting => Node.Text.Contains("' existing =", StringComparison.Ordinal);

    /// <summary>The condition of a resource or a module; null when it is always there.</summary>
    public string? Condition => Node.Children.FirstOrDefault(child => child.Type == "if_statement")?.Children[0].Text;

    /// <summary>The object of a resource or a module, the value of anything else.</summary>
    public BicepNode Body
    {
        get
        {
            var body = Node.Children[^1];
            while (body.Type is "if_statement" or "for_statement")
            {
                body = body.Children[^1];
            }

            return body;
        }
    }

    /// <summary>Whether a parameter may be left out.</summary>
    public bool HasDefault => Node.Children.Count > 2;
}

/// <summary>A Bicep file as the grammar reads it.</summary>
/// <param name="Path">Where it is, seen from the folder <c>infra</c>.</param>
/// <param name="Root">Its syntax tree.</param>
internal sealed record BicepFile(string Path, BicepNode Root)
{
    /// <summary>What it declares, in order.</summary>
    public IReadOnlyList<BicepDeclaration> Declarations { get; } = [.. Declare(Root)];

    /// <summary>The declarations of a kind.</summary>
    public IEnumerable<BicepDeclaration> Of(string kind) => Declarations.Where(declaration => declaration.Kind == kind);

    /// <summary>The declaration with a name.</summary>
    public BicepDeclaration Named(string name) => Declarations.First(declaration => declaration.Name == name && declaration.Kind != "output");

    /// <summary>The one resource of a type.</summary>
    public BicepDeclaration Resource(string type) => Assert.Single(Of("resource"), resource => resource.ResourceType == type && !resource.IsExisting);

    private static IEnumerable<BicepDeclaration> Declare(BicepNode root)
    {
        IReadOnlyList<BicepNode> decorators = [];
        foreach (var node in root.Children)
        {
            if (node.Type.EndsWith("_declaration", StringComparison.Ordinal))
            {
                yield return new(node.Type[..^"_declaration".Length], node.Children[0].Text, node, decorators);
            }

            decorators = node.Type == "decorators" ? node.Children : [];
        }
    }
}
