using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Requests;

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

    private readonly List<(string Path, Placeholder Placeholder)> _named = [];

    /// <summary>Reads a step. What it takes for a wrong field does not matter: with a problem there will be no app.</summary>
    public AppStep Read(RequestFields fields)
    {
        var id = fields.RequiredId("id");
        AppStep step = fields.RequiredOption("kind", AppWords.StepKinds) switch
        {
            "text" => new TextStep(RequiredTemplate(fields, "template")) { Id = id },
            "http" => ReadHttp(fields, id),
            "llm" => ReadLanguageModel(fields, id),
            "search" => ReadSearch(fields, id),
            "delay" => new DelayStep(TimeSpan.FromSeconds(fields.RequiredNumber("seconds", 1, MaxDelaySeconds))) { Id = id },
            _ => new TextStep("") { Id = id },
        };
        return step with
        {
            After = ReadAfter(fields),
            Retries = fields.Number("retries", 0, MaxRetries) ?? step.Retries,
            Timeout = fields.Number("timeoutSeconds", 1, MaxTimeoutSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : step.Timeout,
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
                    problems.Add(path, "unknown_parameter", $"\"{path}\": there is no parameter \"{name}\".");
                    break;
                case PlaceholderKind.Step when !steps.Contains(name):
                    problems.Add(path, "unknown_step", $"\"{path}\": there is no step \"{name}\".");
                    break;
                case PlaceholderKind.Unknown:
                    problems.Add(path, "unknown_placeholder", $"\"{path}\": \"{{{{{name}}}}}\" is neither {{{{inputs.Name}}}} nor {{{{steps.id}}}}.");
                    break;
            }
        }
    }

    private HttpStep ReadHttp(RequestFields fields, string id)
    {
        var method = fields.Option("method", HttpStepRules.Methods) ?? HttpStepRules.Methods[0];
        var url = RequiredTemplate(fields, "url");
        if (url.Length > 0 && HttpStepRules.ProblemOf(StepTemplate.Parse(url)) is { } problem)
        {
            fields.Complain("url", "invalid_format", problem);
        }

        var headers = ReadHeaders(fields);
        var body = Template(fields, "body");
        var pointer = fields.Text("pointer", MaxPointerLength);
        if (pointer is not null && !HttpStepRules.IsPointer(pointer))
        {
            fields.Complain("pointer", "invalid_format", "must be a JSON pointer, such as /items/0/name");
        }

        return new(method, url) { Id = id, Headers = headers, Body = body, Pointer = pointer };
    }

    private LanguageModelStep ReadLanguageModel(RequestFields fields, string id)
    {
        var step = new LanguageModelStep(RequiredTemplate(fields, "prompt")) { Id = id, System = Template(fields, "system") };
        return step with { MaxTokens = fields.Number("maxTokens", 1, MaxTokens) ?? step.MaxTokens };
    }

    private SearchStep ReadSearch(RequestFields fields, string id)
    {
        var step = new SearchStep(RequiredTemplate(fields, "query")) { Id = id };
        return step with { Count = fields.Number("count", 1, MaxResults) ?? step.Count };
    }

    private Dictionary<string, string> ReadHeaders(RequestFields fields)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!fields.TryGet("headers", out var given))
        {
            return headers;
        }

        if (given.ValueKind != JsonValueKind.Object)
        {
            problems.Type(fields.PathOf("headers"), "an object of strings");
            return headers;
        }

        var header = new RequestFields(given, problems, fields.PathOf("headers"));
        var names = given.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal);
        foreach (var name in names.Where(name => header.TryGet(name, out _)))
        {
            var value = Template(header, name) ?? "";
            if (!HttpStepRules.IsHeaderName(name))
            {
                header.Complain(name, "invalid_format", "is no header that a step may set");
            }
            else if (!headers.TryAdd(name, value))
            {
                header.Complain(name, "duplicate", "is given twice, for the case of letters does not matter");
            }

            if (!HttpStepRules.IsHeaderValue(StepTemplate.Parse(value).Sample))
            {
                header.Complain(name, "invalid_format", "must be printable ASCII characters");
            }
        }

        if (headers.Count > MaxHeaders)
        {
            fields.Complain("headers", "too_many", $"must have 0 to {MaxHeaders} entries");
        }

        return headers;
    }

    private string[] ReadAfter(RequestFields fields)
    {
        var after = fields.Texts("after", 0, MaxSteps, int.MaxValue);
        _named.AddRange(after.Select(step => (step.Path, new Placeholder(PlaceholderKind.Step, step.Value))));
        return [.. after.Select(step => step.Value)];
    }

    private string RequiredTemplate(RequestFields fields, string name) => Note(fields, name, fields.RequiredText(name));

    private string? Template(RequestFields fields, string name) => fields.Text(name) is { } text ? Note(fields, name, text) : null;

    private string Note(RequestFields fields, string name, string text)
    {
        _named.AddRange(StepTemplate.Parse(text).Placeholders.Distinct().Select(placeholder => (fields.PathOf(name), placeholder)));
        return text;
    }
}
