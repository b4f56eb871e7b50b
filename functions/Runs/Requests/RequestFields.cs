using System.Buffers;
using System.Text.Json;
using Serverless.Http;
using Serverless.Texts;

namespace Serverless.Runs.Requests;

/// <summary>
/// A JSON object of a request, read field by field. A field that is absent, or <c>null</c>, takes its default; what is wrong with a field
/// is told with the path that leads to it, such as <c>steps[1].url</c>.
/// </summary>
/// <param name="json">The object.</param>
/// <param name="problems">Collects what is wrong.</param>
/// <param name="path">What leads to the object; empty for the whole body.</param>
internal sealed class RequestFields(JsonElement json, RequestProblems problems, string path = "")
{
    private const int MaxIdLength = 64;
    private const int MaxNameLength = 100;
    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Collects what is wrong.</summary>
    public RequestProblems Problems => problems;

    /// <summary>The path of a field.</summary>
    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>Tells what is wrong with a field.</summary>
    /// <param name="name">The field.</param>
    /// <param name="code">The rule that was broken.</param>
    /// <param name="rule">The rule in words, going on from the path.</param>
    public void Complain(string name, string code, string rule) => problems.Add(PathOf(name), code, $"\"{PathOf(name)}\": {rule}.");

    /// <summary>The value of a field, whatever it is.</summary>
    public bool TryGet(string name, out JsonElement value) => json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text of any characters; null when it is not given.</summary>
    public string? Text(string name, int maxLength = int.MaxValue) => Text(name, minLength: 0, maxLength);

    /// <summary>A text of any characters, at least one, which has to be given.</summary>
    public string RequiredText(string name) => Required(name, Text(name, minLength: 1, int.MaxValue));

    /// <summary>A name, which has to be given: a line of 1 to 100 printable characters that neither begins nor ends with a space.</summary>
    public string RequiredName(string name) => Required(name, Name(name));

    /// <summary>A name, as <see cref="RequiredName"/> has it; null when it is not given.</summary>
    public string? Name(string name)
    {
        var text = Text(name, minLength: 1, MaxNameLength);
        if (text is not null && (text.Any(char.IsControl) || text.AsSpan().Trim().Length < text.Length))
        {
            Complain(name, "invalid_format", "must be one line that neither begins nor ends with a space");
        }

        return text;
    }

    /// <summary>An id, which has to be given: 1 to 64 of <c>[a-z0-9_-]</c>.</summary>
    public string RequiredId(string name)
    {
        var id = Text(name);
        if (id is not null && (id.Length is 0 or > MaxIdLength || id.AsSpan().ContainsAnyExcept(IdCharacters)))
        {
            Complain(name, "invalid_format", $"must be 1 to {MaxIdLength} of a-z, 0-9, _ and -");
        }

        return Required(name, id);
    }

    /// <summary>One of a few words; null when it is not given.</summary>
    public string? Option(string name, IReadOnlyCollection<string> allowed)
    {
        var text = Text(name);
        if (text is null || allowed.Contains(text))
        {
            return text;
        }

        problems.Option(PathOf(name), text, allowed);
        return null;
    }

    /// <summary>One of a few words, which has to be given.</summary>
    public string RequiredOption(string name, IReadOnlyCollection<string> allowed) => Required(name, Option(name, allowed));

    /// <summary>True or false; null when it is not given.</summary>
    public bool? Flag(string name)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        problems.Type(PathOf(name), "true or false");
        return null;
    }

    /// <summary>A whole number of a range; null when it is not given.</summary>
    public int? Number(string name, int min, int max)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
        {
            problems.Type(PathOf(name), "a whole number");
            return null;
        }

        if (number < min || number > max)
        {
            Complain(name, "out_of_range", $"must be from {min} to {max}");
            return null;
        }

        return (int)number;
    }

    /// <summary>A whole number of a range, which has to be given.</summary>
    public int RequiredNumber(string name, int min, int max)
    {
        var number = Number(name, min, max);
        Require(name);
        return number ?? min;
    }

    /// <summary>The texts of an array, each with its path. It has to be given unless it may be empty.</summary>
    public IReadOnlyList<(string Path, string Value)> Texts(string name, int minCount, int maxCount, int maxLength)
    {
        var texts = new List<(string Path, string Value)>();
        foreach (var (at, item) in Items(name, minCount, maxCount, "an array of strings"))
        {
            if (item.ValueKind != JsonValueKind.String)
            {
                problems.Type(at, "a string");
            }
            else if (IsWithin(at, item.GetString()!, 1, maxLength))
            {
                texts.Add((at, item.GetString()!));
            }
        }

        return texts;
    }

    /// <summary>The objects of an array. It has to be given unless it may be empty.</summary>
    public IReadOnlyList<RequestFields> Objects(string name, int minCount, int maxCount)
    {
        var objects = new List<RequestFields>();
        foreach (var (at, item) in Items(name, minCount, maxCount, "an array of objects"))
        {
            if (item.ValueKind == JsonValueKind.Object)
            {
                objects.Add(new(item, problems, at));
            }
            else
            {
                problems.Type(at, "an object");
            }
        }

        return objects;
    }

    /// <summary>Makes sure that no two values are the same.</summary>
    /// <param name="values">The values with their paths; what is empty was not given.</param>
    public void RequireUnique(IEnumerable<(string Path, string Value)> values)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (at, value) in values.Where(value => value.Value.Length > 0))
        {
            if (!seen.TryAdd(value, at))
            {
                problems.Add(at, "duplicate", $"\"{at}\": must not be the same as \"{seen[value]}\".");
            }
        }
    }

    private string? Text(string name, int minLength, int maxLength)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Type(PathOf(name), "a string");
            return null;
        }

        var text = value.GetString()!;
        return IsWithin(PathOf(name), text, minLength, maxLength) ? text : null;
    }

    private bool IsWithin(string at, string text, int minLength, int maxLength)
    {
        if (text.Length < minLength)
        {
            problems.Add(at, "too_short", $"\"{at}\": must not be empty.");
            return false;
        }

        if (Characters.Exceed(text, maxLength))
        {
            problems.Add(at, "too_long", $"\"{at}\": must be at most {maxLength} characters.");
            return false;
        }

        return true;
    }

    private IEnumerable<(string Path, JsonElement Value)> Items(string name, int minCount, int maxCount, string expected)
    {
        if (minCount > 0)
        {
            Require(name);
        }

        if (!TryGet(name, out var array))
        {
            return [];
        }

        if (array.ValueKind != JsonValueKind.Array)
        {
            problems.Type(PathOf(name), expected);
            return [];
        }

        var count = array.GetArrayLength();
        if (count < minCount || count > maxCount)
        {
            Complain(name, count < minCount ? "too_few" : "too_many", $"must have {minCount} to {maxCount} entries");
        }

        return array.EnumerateArray().Select((item, index) => ($"{PathOf(name)}[{index}]", item));
    }

    private string Required(string name, string? value)
    {
        Require(name);
        return value ?? "";
    }

    private void Require(string name)
    {
        if (!TryGet(name, out _))
        {
            problems.Missing(PathOf(name));
        }
    }
}
