using System.Text.Json.Nodes;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>Reads the steps of definitions, and remembers what they name.</summary>
/// <param name="problems">Collects what is wrong.</param>
internal sealed class StepReader(RequestProblems problems)
{
    /// <summary>The most steps an app has.</summary>
    public const int MaxSteps = 20;

    private const int MaxRetries = 5;
    private const int MaxTimeoutSeconds = 300;
    private const int MaxHeaders = 20;
    private const int MaxPointerLength = 1_000;
    private const int MaxTokens = 4_096;
    private const int MaxResults = 20;
    private const int MaxDelaySeconds = 24 * 60 * 60;

    private static readonly OptionField Kind = new("kind", "What it does: puts a text together, sends an HTTP request, asks a language model, searches the web, or waits.", AppWords.StepKinds) { IsRequired = true };

    private static readonly TextField Template = new("template", "Of a `text`, which needs it: the text.") { IsRequired = true, MinLength = 1 };

    private static readonly TextField Url = new("url", "Of an `http`, which needs it: where to. The host has no placeholder, unless one stands for the whole address.") { IsRequired = true, MinLength = 1 };
    private static readonly OptionField Method = new("method", "Of an `http`: its method.", HttpStepRules.Methods) { Default = HttpStepRules.Methods[0] };
    private static readonly ObjectField Headers = new("headers", $"Of an `http`: its headers, at most {MaxHeaders}.")
    {
        Member = new JsonObject { ["type"] = new JsonArray("string", "null") },
        InWords = "an object of strings",
    };

    private static readonly TextField Body = new("body", "Of an `http`: its body; none without it.");
    private static readonly TextField Pointer = new("pointer", "Of an `http`: a JSON pointer to the part of the answer that is the result, without placeholders; the whole body without it.") { MaxLength = MaxPointerLength };

    private static readonly TextField Prompt = new("prompt", "Of an `llm`, which needs it: what the model is asked.") { IsRequired = true, MinLength = 1 };
    private static readonly TextField System = new("system", "Of an `llm`: what the model is told first.");
    private static readonly WholeNumberField Tokens = new("maxTokens", "Of an `llm`: the most tokens of the answer.", 1, MaxTokens) { Default = LanguageModelStep.DefaultMaxTokens };

    private static readonly TextField Query = new("query", "Of a `search`, which needs it: what to search for.") { IsRequired = true, MinLength = 1 };
    private static readonly WholeNumberField Count = new("count", "Of a `search`: the most results.", 1, MaxResults) { Default = SearchStep.DefaultCount };

    private static readonly WholeNumberField Seconds = new("seconds", "Of a `delay`, which needs it: how long it waits.", 1, MaxDelaySeconds) { IsRequired = true };

    private static readonly TextsField After = new("after", "Ids of steps to wait for beside those that its texts name.", new("", "") { MinLength = 1 }) { MaxCount = MaxSteps };
    private static readonly WholeNumberField Retries = new("retries", "How often it is tried again after a failure that may pass.", 0, MaxRetries) { Default = AppStep.DefaultRetries };
    private static readonly WholeNumberField Timeout = new("timeoutSeconds", "How long one try may take.", 1, MaxTimeoutSeconds) { Default = AppStep.DefaultTimeoutSeconds };

    // What only some kinds have, whether they need it or not.
    private static readonly Field[] OfSomeKinds = [Template, Url, Method, Headers, Body, Pointer, Prompt, System, Tokens, Query, Count, Seconds];

    private readonly List<(string Path, Placeholder Placeholder)> _named = [];

    /// <summary>Its id.</summary>
    public static NamingField Id { get; } = DefinitionFields.Id("Its id within the app.");

    /// <summary>What a step has.</summary>
    public static IReadOnlyList<Field> Fields { get; } = [Id, Kind, .. OfSomeKinds.Select(field => field with { IsRequired = false }), After, Retries, Timeout];

    /// <summary>Reads a step. What it takes for a wrong field does not matter: with a problem there will be no app.</summary>
    public AppStep Read(RequestReader fields)
    {
        var id = fields.Read(Id) ?? "";
        AppStep step = fields.Read(Kind) switch
        {
            "text" => new TextStep(ReadTemplate(fields, Template) ?? "") { Id = id },
            "http" => ReadHttp(fields, id),
            "llm" => new LanguageModelStep(ReadTemplate(fields, Prompt) ?? "") { Id = id, System = ReadTemplate(fields, System), MaxTokens = fields.Number(Tokens) },
            "search" => new SearchStep(ReadTemplate(fields, Query) ?? "") { Id = id, Count = fields.Number(Count) },
            "delay" => new DelayStep(TimeSpan.FromSeconds(fields.Number(Seconds))) { Id = id },
            _ => new TextStep("") { Id = id },
        };
        return step with
        {
            After = ReadAfter(fields),
            Retries = fields.Number(Retries),
            Timeout = TimeSpan.FromSeconds(fields.Number(Timeout)),
        };
    }

    /// <summary>Makes sure that everything that was named exists.</summary>
    /// <param name="inputs">The names of the inputs.</param>
    /// <param name="steps">The ids of the steps.</param>
    public void CheckNames(IReadOnlySet<string> inputs, IReadOnlySet<string> steps)
    {
        foreach (var (path, (kind, name)) in _named)
        {
            switch (kind)
            {
                case PlaceholderKind.Input when !inputs.Contains(name):
                    problems.Complain(path, "unknown_parameter", $"there is no parameter \"{name}\"");
                    break;
                case PlaceholderKind.Step when !steps.Contains(name):
                    problems.Complain(path, "unknown_step", $"there is no step \"{name}\"");
                    break;
                case PlaceholderKind.Unknown:
                    problems.Complain(path, "unknown_placeholder", $"\"{{{{{name}}}}}\" is neither {{{{inputs.Name}}}} nor {{{{steps.id}}}}");
                    break;
            }
        }
    }

    private HttpStep ReadHttp(RequestReader fields, string id)
    {
        var method = fields.Read(Method) ?? HttpStepRules.Methods[0];
        var url = ReadTemplate(fields, Url) ?? "";
        if (url.Length > 0 && HttpStepRules.ProblemOf(StepTemplate.Parse(url)) is { } problem)
        {
            fields.Complain(Url, "invalid_format", problem);
        }

        var headers = ReadHeaders(fields);
        var body = ReadTemplate(fields, Body);
        var pointer = fields.Read(Pointer);
        if (pointer is not null && !HttpStepRules.IsPointer(pointer))
        {
            fields.Complain(Pointer, "invalid_format", "must be a JSON pointer, such as /items/0/name");
        }

        return new(method, url) { Id = id, Headers = headers, Body = body, Pointer = pointer };
    }

    private Dictionary<string, string> ReadHeaders(RequestReader fields)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (fields.Read(Headers) is not { } given)
        {
            return headers;
        }

        var members = new RequestReader(given, problems, fields.PathOf(Headers.Name));
        foreach (var header in members.Names.Select(name => new TextField(name, "")).Where(members.IsGiven))
        {
            var value = ReadTemplate(members, header) ?? "";
            if (!HttpStepRules.IsHeaderName(header.Name))
            {
                members.Complain(header, "invalid_format", "is no header that a step may set");
            }
            else if (!headers.TryAdd(header.Name, value))
            {
                members.Complain(header, "duplicate", "is given twice, for the case of letters does not matter");
            }

            if (!HttpStepRules.IsHeaderValue(StepTemplate.Parse(value).Sample))
            {
                members.Complain(header, "invalid_format", "must be printable ASCII characters");
            }
        }

        if (headers.Count > MaxHeaders)
        {
            fields.Complain(Headers, "too_many", $"must have 0 to {MaxHeaders} entries");
        }

        return headers;
    }

    private string[] ReadAfter(RequestReader fields)
    {
        var after = fields.Read(After) ?? [];
        _named.AddRange(after.Select(step => (step.Path, new Placeholder(PlaceholderKind.Step, step.Value))));
        return [.. after.Select(step => step.Value)];
    }

    // Null when it is not given, or not valid.
    private string? ReadTemplate(RequestReader fields, TextField field)
    {
        if (fields.Read(field) is not { } text)
        {
            return null;
        }

        _named.AddRange(StepTemplate.Parse(text).Placeholders.Distinct().Select(placeholder => (fields.PathOf(field.Name), placeholder)));
        return text;
    }
}
