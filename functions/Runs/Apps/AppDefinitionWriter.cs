using System.ComponentModel;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>Writes the definitions of apps, as <see cref="AppDefinitionReader"/> reads them: for the table, for runs, and for templates.</summary>
internal static class AppDefinitionWriter
{
    /// <summary>Writes a definition as a JSON object. It says neither the app's id nor whose it is.</summary>
    public static ReadOnlyMemory<byte> Write(AppDefinition definition) => JsonResponse.Body(DefinitionDocument.Of(definition), AppJson.Default.DefinitionDocument);
}

/// <summary>A definition in JSON. What it does not have is left out.</summary>
internal sealed record DefinitionDocument(
    [property: Description("The name, for people.")] string Name,
    [property: Description("What it does, for people.")] string? Description,
    [property: Description("The inputs, in the order they are asked for.")] IEnumerable<ParameterDocument> Parameters,
    [property: Description("What turns the inputs into the outputs.")] IEnumerable<StepDocument> Steps,
    [property: Description("The results that are given out, in the order they are shown.")] IEnumerable<OutputDocument> Outputs)
{
    [Description("How many of its runs are under way at once; absent when that is as many as come.")]
    public ConcurrencyDocument? Concurrency { get; init; }

    /// <summary>The document of a definition.</summary>
    public static DefinitionDocument Of(AppDefinition app) => new(
        app.Name,
        TextOrNull(app.Description),
        app.Parameters.Select(ParameterDocument.Of),
        app.Steps.Select(StepDocument.Of),
        app.Outputs.Select(output => new OutputDocument(output.Id, output.Label, output.Type, output.Step)))
    {
        Concurrency = app.Concurrency is { } concurrency ? new(concurrency.Limit, concurrency.Key) : null,
    };

    /// <summary>A text; null for an empty one.</summary>
    public static string? TextOrNull(string text) => text.Length > 0 ? text : null;

    /// <summary>Some texts; null for none.</summary>
    public static IReadOnlyList<string>? SomeOrNull(IReadOnlyList<string> texts) => texts.Count > 0 ? texts : null;
}

/// <summary>A parameter in a definition.</summary>
internal sealed record ParameterDocument(
    [property: Description("Its id within the app.")] string Id,
    [property: Description("The name that its value is given under.")] string Name,
    [property: Description("What it takes: `text`, `options` or `url`.")] string Type,
    [property: Description("What it is for.")] string? Description,
    [property: Description("The values that may be chosen.")] IReadOnlyList<string>? Options,
    [property: Description("What holds when no value is given.")] string? Default,
    [property: Description("The media types an address may lead to.")] IReadOnlyList<string>? Media)
{
    /// <summary>The document of a parameter.</summary>
    public static ParameterDocument Of(AppParameter parameter) => new(
        parameter.Id,
        parameter.Name,
        AppWords.WordOf(parameter.Type),
        DefinitionDocument.TextOrNull(parameter.Description),
        DefinitionDocument.SomeOrNull(parameter.Options),
        parameter.Default,
        DefinitionDocument.SomeOrNull(parameter.Media));
}

/// <summary>A step in a definition: what every kind has, around what is its kind's own.</summary>
internal sealed record StepDocument([property: Description("Its id within the app.")] string Id, [property: Description("What it does: `text`, `http`, `llm`, `search` or `delay`.")] string Kind)
{
    [Description("Of a `text`: the text.")]
    public string? Template { get; init; }

    [Description("Of an `http`: its method.")]
    public string? Method { get; init; }

    [Description("Of an `http`: where to.")]
    public string? Url { get; init; }

    [Description("Of an `http`: its headers.")]
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    [Description("Of an `http`: its body.")]
    public string? Body { get; init; }

    [Description("Of an `http`: a JSON pointer to the part of the answer that is the result.")]
    public string? Pointer { get; init; }

    [Description("Of an `llm`: what the model is asked.")]
    public string? Prompt { get; init; }

    [Description("Of an `llm`: what the model is told first.")]
    public string? System { get; init; }

    [Description("Of an `llm`: the most tokens of the answer.")]
    public int? MaxTokens { get; init; }

    [Description("Of a `search`: what to search for.")]
    public string? Query { get; init; }

    [Description("Of a `search`: the most results.")]
    public int? Count { get; init; }

    [Description("Of a `delay`: how long it waits.")]
    public int? Seconds { get; init; }

    [Description("Steps to wait for beside those that its texts name.")]
    public IReadOnlyList<string>? After { get; init; }

    [Description("How often it is tried again after a failure that may pass.")]
    public int? Retries { get; init; }

    [Description("How long one try may take.")]
    public int? TimeoutSeconds { get; init; }

    /// <summary>The document of a step.</summary>
    public static StepDocument Of(AppStep step)
    {
        var document = new StepDocument(step.Id, step.Kind)
        {
            After = DefinitionDocument.SomeOrNull(step.After),
            Retries = step.Retries,
            TimeoutSeconds = (int)step.Timeout.TotalSeconds,
        };
        return step switch
        {
            TextStep text => document with { Template = text.Template },
            HttpStep http => document with
            {
                Method = http.Method,
                Url = http.Url,
                Headers = http.Headers.Count > 0 ? http.Headers : null,
                Body = http.Body,
                Pointer = http.Pointer,
            },
            LanguageModelStep model => document with { Prompt = model.Prompt, System = model.System, MaxTokens = model.MaxTokens },
            SearchStep search => document with { Query = search.Query, Count = search.Count },
            DelayStep delay => document with { Seconds = (int)delay.Duration.TotalSeconds },
            _ => document,
        };
    }
}

/// <summary>An output in a definition.</summary>
internal sealed record OutputDocument(
    [property: Description("Its id within the app.")] string Id,
    [property: Description("What it is called.")] string Label,
    [property: Description("What it is: `text`, `json` or `url`.")] string Type,
    [property: Description("The step whose result it is.")] string Step);

/// <summary>In a definition, how many runs are under way at once.</summary>
internal sealed record ConcurrencyDocument(
    [property: Description("So many.")] int Limit,
    [property: Description("A text that may name inputs: runs for which it comes to the same share the limit.")] string? Key);
