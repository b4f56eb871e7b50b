using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Serverless.Runs.Apps;

/// <summary>What a placeholder stands for.</summary>
internal enum PlaceholderKind
{
    /// <summary>The value of an input.</summary>
    Input,

    /// <summary>The result of a step.</summary>
    Step,

    /// <summary>Nothing there is: no app that was accepted has one.</summary>
    Unknown,
}

/// <summary>A place in a template that a value is put into.</summary>
/// <param name="Kind">What it stands for.</param>
/// <param name="Name">The name of the input, or the id of the step.</param>
internal sealed record Placeholder(PlaceholderKind Kind, string Name);

/// <summary>
/// A text with places for values: <c>{{inputs.Name}}</c> and <c>{{steps.id}}</c>, with or without spaces within the braces. Text without
/// places is itself. A value is data: wherever it is put, it cannot end what it stands in and begin something else. What a template comes to
/// is bounded while it is put together.
/// </summary>
internal sealed class StepTemplate
{
    /// <summary>The most bytes of an address, or of a header.</summary>
    public const int MaxLineBytes = 8 * 1024;

    /// <summary>The most bytes of a body, or of what becomes part of one.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    private const string Opening = "{{";
    private const string Closing = "}}";
    private const string InputPrefix = "inputs.";
    private const string StepPrefix = "steps.";

    // In place of any value: it is one within a string as well as outside.
    private const string SampleValue = "0";

    private readonly List<Part> _parts = [];

    private StepTemplate()
    {
    }

    /// <summary>The places, in the order of the text.</summary>
    public IEnumerable<Placeholder> Placeholders => _parts.Select(part => part.Placeholder).OfType<Placeholder>();

    /// <summary>What stands before the first place.</summary>
    public string Beginning => _parts is [{ Placeholder: null } first, ..] ? first.Text : "";

    /// <summary>Whether it is a JSON document that has places for values; a lone place is no document, but whatever its value is.</summary>
    public bool IsJson => Beginning.AsSpan().TrimStart() is ['{' or '[' or '"', ..] && IsOneJsonValue(Sample);

    /// <summary>What it comes to with a digit for every value.</summary>
    public string Sample => string.Concat(_parts.Select(part => part.Placeholder is null ? part.Text : SampleValue));

    /// <summary>Reads a template. Braces that do not hold a place are text like any other.</summary>
    public static StepTemplate Parse(string text)
    {
        var template = new StepTemplate();
        var rest = text.AsSpan();
        while (FindPlaceholder(rest) is var (start, end))
        {
            template.AddText(rest[..start]);
            template._parts.Add(new("", Read(rest[(start + Opening.Length)..(end - Closing.Length)].Trim())));
            rest = rest[end..];
        }

        template.AddText(rest);
        return template;
    }

    /// <summary>Puts values in as they are.</summary>
    /// <param name="valueOf">The value of each place.</param>
    /// <param name="name">What the result is called when it is too large.</param>
    /// <param name="maxBytes">The most bytes of it.</param>
    /// <exception cref="TemplateException">It is too large.</exception>
    public string Render(Func<Placeholder, string> valueOf, string name, int maxBytes)
    {
        var text = new BoundedText(name, maxBytes);
        foreach (var (part, placeholder) in _parts)
        {
            text.Append(placeholder is null ? part : valueOf(placeholder));
        }

        return text.ToString();
    }

    /// <summary>
    /// Puts values into an address: percent-encoded, each a part of the component it stands in. A place at the very beginning takes its value
    /// as it is, for that is an address itself.
    /// </summary>
    /// <param name="valueOf">The value of each place.</param>
    /// <exception cref="TemplateException">It is too large, or a value would make another resource of it.</exception>
    public string RenderUrl(Func<Placeholder, string> valueOf)
    {
        var url = new BoundedText("URL", MaxLineBytes);
        var values = new List<Range>();
        foreach (var (index, (part, placeholder)) in _parts.Index())
        {
            var start = url.Length;
            if (placeholder is null || index == 0)
            {
                url.Append(placeholder is null ? part : valueOf(placeholder));
                continue;
            }

            url.Append(valueOf(placeholder), Uri.EscapeDataString);
            values.Add(start..url.Length);
        }

        var address = url.ToString();
        return HttpStepRules.ProblemOf(address, values) is { } problem ? throw new TemplateException(problem) : address;
    }

    /// <summary>Puts values into a header.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="valueOf">The value of each place.</param>
    /// <exception cref="TemplateException">It is too large, or cannot stand in a header, as with a line break.</exception>
    public string RenderHeader(string name, Func<Placeholder, string> valueOf)
    {
        var value = Render(valueOf, $"header {name}", MaxLineBytes);
        return HttpStepRules.IsHeaderValue(value) ? value : throw new TemplateException($"a value in its header {name} is not printable ASCII");
    }

    /// <summary>
    /// Puts values into a body. If the body is a JSON document, those within strings are escaped, and those outside have to be JSON
    /// themselves. In any other body they stand as they are.
    /// </summary>
    /// <param name="valueOf">The value of each place.</param>
    /// <exception cref="TemplateException">It is too large, or a value that should be JSON is not.</exception>
    public string RenderBody(Func<Placeholder, string> valueOf)
    {
        if (!IsJson)
        {
            return Render(valueOf, "body", MaxBodyBytes);
        }

        var body = new BoundedText("body", MaxBodyBytes);
        var isInString = false;
        foreach (var (text, placeholder) in _parts)
        {
            if (placeholder is null)
            {
                isInString = EndsInString(text, isInString);
                body.Append(text);
            }
            else if (isInString)
            {
                body.Append(valueOf(placeholder), JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode);
            }
            else
            {
                body.Append(valueOf(placeholder), RequireJson);
            }
        }

        return body.ToString();
    }

    private static (int Start, int End)? FindPlaceholder(ReadOnlySpan<char> text)
    {
        for (var from = 0; text[from..].IndexOf(Opening) is >= 0 and var found; from += found + 1)
        {
            var start = from + found;
            var brace = text[(start + Opening.Length)..].IndexOfAny('{', '}');
            var end = start + Opening.Length + brace;
            if (brace >= 0 && text[end..].StartsWith(Closing))
            {
                return (start, end + Closing.Length);
            }
        }

        return null;
    }

    private static Placeholder Read(ReadOnlySpan<char> name) =>
        name.StartsWith(InputPrefix) ? new(PlaceholderKind.Input, name[InputPrefix.Length..].ToString())
        : name.StartsWith(StepPrefix) ? new(PlaceholderKind.Step, name[StepPrefix.Length..].ToString())
        : new(PlaceholderKind.Unknown, name.ToString());

    private static bool EndsInString(string json, bool isInString)
    {
        for (var index = 0; index < json.Length; index++)
        {
            if (json[index] == '"')
            {
                isInString = !isInString;
            }
            else if (json[index] == '\\')
            {
                index++;
            }
        }

        return isInString;
    }

    private static string RequireJson(string value) =>
        IsOneJsonValue(value) ? value : throw new TemplateException("a value in its JSON body should be JSON, and is not");

    private static bool IsOneJsonValue(string text)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(text));
            reader.Read();
            reader.Skip();
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void AddText(ReadOnlySpan<char> text)
    {
        if (!text.IsEmpty)
        {
            _parts.Add(new(text.ToString(), null));
        }
    }

    private sealed record Part(string Text, Placeholder? Placeholder);
}
