namespace Serverless.Runs.Apps;

/// <summary>
/// A step of an app. Texts in it may name inputs, <c>{{inputs.Name}}</c>, and results of other steps, <c>{{steps.id}}</c>: naming a step means
/// waiting for it.
/// </summary>
internal abstract record AppStep
{
    /// <summary>How often a step is tried again that does not say it.</summary>
    public const int DefaultRetries = 2;

    /// <summary>How long one try of a step may take that does not say it.</summary>
    public const int DefaultTimeoutSeconds = 60;

    /// <summary>Its id within the app: 1 to 64 of <c>[a-z0-9_-]</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Steps to wait for beside those that are named.</summary>
    public IReadOnlyList<string> After { get; init; } = [];

    /// <summary>How often it is tried again after a failure that may pass; 0 to 5.</summary>
    public int Retries { get; init; } = DefaultRetries;

    /// <summary>How long one try may take; 1 s to 5 min.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(DefaultTimeoutSeconds);

    /// <summary>The word for its kind in definitions.</summary>
    public abstract string Kind { get; }

    /// <summary>Every text that may name inputs and steps.</summary>
    public abstract IEnumerable<string> Templates { get; }
}

/// <summary>Puts a text together.</summary>
/// <param name="Template">The text.</param>
internal sealed record TextStep(string Template) : AppStep
{
    /// <inheritdoc/>
    public override string Kind => "text";

    /// <inheritdoc/>
    public override IEnumerable<string> Templates => [Template];
}

/// <summary>Sends an HTTP request; its result is the body, or a part of it.</summary>
/// <param name="Method"><c>GET</c>, <c>POST</c>, <c>PUT</c>, <c>PATCH</c> or <c>DELETE</c>.</param>
/// <param name="Url">Where to.</param>
internal sealed record HttpStep(string Method, string Url) : AppStep
{
    /// <summary>Headers by name; at most 20.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The body; null for none.</summary>
    public string? Body { get; init; }

    /// <summary>A JSON pointer (RFC 6901) to the part of the answer that is the result; null for the whole body.</summary>
    public string? Pointer { get; init; }

    /// <inheritdoc/>
    public override string Kind => "http";

    /// <inheritdoc/>
    public override IEnumerable<string> Templates => [Url, .. Headers.Values, Body ?? ""];
}

/// <summary>Asks a language model; its result is the answer.</summary>
/// <param name="Prompt">What it is asked.</param>
internal sealed record LanguageModelStep(string Prompt) : AppStep
{
    /// <summary>The most tokens of the answer to a step that does not say it.</summary>
    public const int DefaultMaxTokens = 512;

    /// <summary>What it is told first; null for nothing.</summary>
    public string? System { get; init; }

    /// <summary>The most tokens of the answer; 1 to 4,096.</summary>
    public int MaxTokens { get; init; } = DefaultMaxTokens;

    /// <inheritdoc/>
    public override string Kind => "llm";

    /// <inheritdoc/>
    public override IEnumerable<string> Templates => [Prompt, System ?? ""];
}

/// <summary>Searches the web; its result is a JSON array of <c>{"title","url","snippet"}</c>.</summary>
/// <param name="Query">What to search for.</param>
internal sealed record SearchStep(string Query) : AppStep
{
    /// <summary>The most results of a step that does not say it.</summary>
    public const int DefaultCount = 5;

    /// <summary>The most results; 1 to 20.</summary>
    public int Count { get; init; } = DefaultCount;

    /// <inheritdoc/>
    public override string Kind => "search";

    /// <inheritdoc/>
    public override IEnumerable<string> Templates => [Query];
}

/// <summary>Waits; its result is empty.</summary>
/// <param name="Duration">How long: 1 s to 24 h.</param>
internal sealed record DelayStep(TimeSpan Duration) : AppStep
{
    /// <inheritdoc/>
    public override string Kind => "delay";

    /// <inheritdoc/>
    public override IEnumerable<string> Templates => [];
}
