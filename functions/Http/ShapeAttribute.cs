namespace Serverless.Http;

/// <summary>Says which of <see cref="Surface.Shapes"/> a member is, or each item of it: what no type of ours describes.</summary>
/// <param name="name">The name of the shape.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ShapeAttribute(string name) : Attribute
{
    /// <summary>The name of the shape.</summary>
    public string Name => name;
}
