namespace Serverless.Tests.Infrastructure;

/// <summary>A node of the syntax tree of a Bicep file.</summary>
/// <param name="Type">What the grammar calls it.</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Text">Its source.</param>
/// <param name="Children">What it is made of, punctuation left out.</param>
internal sealed record BicepNode(string Type, int Line, string Text, IReadOnlyList<BicepNode> Children)
{
    /// <summary>Whether it is here that the text is no Bicep.</summary>
    public bool IsMistake => Type is "ERROR" or "MISSING";

    /// <summary>This node and all below it.</summary>
    public IEnumerable<BicepNode> All => Children.SelectMany(child => child.All).Prepend(this);

    /// <summary>The text of a string that has no parts to be computed; else null.</summary>
    public string? Literal => Type != "string" ? null
        : Children.Count == 0 ? ""
        : Children is [{ Type: "string_content" } content] ? content.Text
        : null;

    /// <summary>An object's properties.</summary>
    public IEnumerable<(string Name, BicepNode Value)> Properties => Children
        .Where(child => child.Type == "object_property")
        .Select(property => (property.Children[0].Literal ?? property.Children[0].Text, property.Children[^1]));

    /// <summary>An array's elements.</summary>
    public IEnumerable<BicepNode> Elements => Children.Where(child => child.Type != "comment");

    /// <summary>A property of an object, by its path; null when it is not there.</summary>
    public BicepNode? Find(string path) => path.Split('.').Aggregate(
        (BicepNode?)this, (node, name) => node?.Properties.Where(property => property.Name == name).Select(property => property.Value).FirstOrDefault());

    /// <summary>The source of a property, a string without its quotes.</summary>
    public string? Read(string path) => Find(path) is { } value ? value.Literal ?? value.Text : null;
}
