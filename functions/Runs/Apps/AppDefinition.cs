namespace Serverless.Runs.Apps;

/// <summary>What an app is: the inputs it asks for, the steps that work on them, and which of their results it gives out.</summary>
internal sealed record AppDefinition
{
    /// <summary>Its id: unique among built-in apps and those of the workspace; 1 to 64 of <c>[a-z0-9-]</c>.</summary>
    public required string AppId { get; init; }

    /// <summary>Its name, for people; 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it does, for people; at most 1,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>Whether everybody sees it: built-in apps are public, those of a workspace are its own.</summary>
    public bool IsPublic { get; init; }

    /// <summary>The inputs, in the order they are asked for; at most 20.</summary>
    public IReadOnlyList<AppParameter> Parameters { get; init; } = [];

    /// <summary>The steps; 1 to 20. They form no circle.</summary>
    public required IReadOnlyList<AppStep> Steps { get; init; }

    /// <summary>The outputs, in the order they are shown; 1 to 20.</summary>
    public required IReadOnlyList<AppOutput> Outputs { get; init; }

    /// <summary>How many of its runs are under way at once; null for as many as come.</summary>
    public AppConcurrency? Concurrency { get; init; }
}

/// <summary>How many runs of an app are under way at once. The others wait in the order in which they were accepted.</summary>
/// <param name="Limit">So many; 1 to 100.</param>
/// <param name="Key">A text with places for inputs: runs for which it comes to the same share the limit. Null when all of them do.</param>
internal sealed record AppConcurrency(int Limit, string? Key);

/// <summary>What kind of value a parameter takes.</summary>
internal enum ParameterType
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>One of a list.</summary>
    Options,

    /// <summary>The address of a medium that can be fetched.</summary>
    Url,
}

/// <summary>An input that an app asks for.</summary>
internal sealed record AppParameter
{
    /// <summary>Its id within the app.</summary>
    public required string Id { get; init; }

    /// <summary>The name that inputs are given under; unique within the app, 1 to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>What it takes.</summary>
    public required ParameterType Type { get; init; }

    /// <summary>What it is for; at most 1,000 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>The values that may be chosen; 1 to 100 where the type is <see cref="ParameterType.Options"/>, else none.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>What holds when no value is given; null when one has to be.</summary>
    public string? Default { get; init; }

    /// <summary>The media types taken where the type is <see cref="ParameterType.Url"/>, such as <c>image/*</c>; none for all.</summary>
    public IReadOnlyList<string> Media { get; init; } = [];
}

/// <summary>A result that an app gives out.</summary>
/// <param name="Id">Its id within the app.</param>
/// <param name="Label">What it is called; 1 to 100 characters.</param>
/// <param name="Type">What it is: <c>text</c>, <c>json</c>, or <c>url</c>.</param>
/// <param name="Step">The step whose result it is.</param>
internal sealed record AppOutput(string Id, string Label, string Type, string Step);
