using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Texts;
using Serverless.Times;

namespace Serverless.Operator;

/// <summary>
/// The JSON body of an operator's request, read name by name. A value that is absent, or <c>null</c>, takes its default; problems are
/// collected, and <see cref="Conclude"/> tells them all.
/// </summary>
internal sealed class OperatorBody
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxWords = 16;
    private const int MaxWordLength = 64;

    private readonly IReadOnlyDictionary<string, JsonElement> _members;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private OperatorBody(IReadOnlyDictionary<string, JsonElement> members) => _members = members;

    /// <summary>What is wrong with it.</summary>
    public RequestProblems Problems { get; } = new("Invalid request body");

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">400 when it is no JSON object, 413, or 415.</exception>
    public static async Task<OperatorBody> ReadAsync(HttpContext context, CancellationToken cancellationToken) =>
        new(await JsonBody.ReadObjectAsync(context.Request, MaxBytes, cancellationToken));

    /// <summary>A text that has to be given, 1 to so many characters long.</summary>
    public string RequiredText(string name, int maxLength)
    {
        var text = Text(name, maxLength);
        if (text is null && !IsGiven(name))
        {
            Problems.Missing(name);
        }

        return text ?? "";
    }

    /// <summary>A text, 1 to so many characters long; null when it is not given.</summary>
    public string? Text(string name, int maxLength)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problems.Type(name, "a string");
            return null;
        }

        var text = value.GetString()!;
        if (string.IsNullOrWhiteSpace(text) || Characters.Exceed(text, maxLength) || text.Any(char.IsControl))
        {
            Problems.Value(name, $"1 to {maxLength} printable characters");
            return null;
        }

        return text;
    }

    /// <summary>One of a few words, in whatever case; null when it is not given.</summary>
    public string? Option(string name, IReadOnlyCollection<string> allowed)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problems.Type(name, "a string");
            return null;
        }

        var text = value.GetString()!;
        var option = allowed.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (option is null)
        {
            Problems.Option(name, text, allowed);
        }

        return option;
    }

    /// <summary>One of a few words, which has to be given.</summary>
    public string RequiredOption(string name, IReadOnlyCollection<string> allowed)
    {
        var option = Option(name, allowed);
        if (option is null && !IsGiven(name))
        {
            Problems.Missing(name);
        }

        return option ?? "";
    }

    /// <summary>A whole number of a range; null when it is not given.</summary>
    public long? Number(string name, long min, long max)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number)
        {
            Problems.Type(name, "a number");
            return null;
        }

        if (!value.TryGetInt64(out var number) || number < min || number > max)
        {
            Problems.Value(name, $"a whole number from {min} to {max}");
            return null;
        }

        return number;
    }

    /// <summary>A time after another; null when it is not given.</summary>
    public DateTimeOffset? Time(string name, DateTimeOffset after)
    {
        if (!TryGet(name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Problems.Type(name, "a string");
            return null;
        }

        if (!Timestamp.TryParse(Encoding.UTF8.GetBytes(value.GetString()!), out var time) || time.Ticks <= after.UtcTicks)
        {
            Problems.Value(name, "an ISO 8601 time in the future, such as 2030-01-26T14:30:00Z");
            return null;
        }

        return new(time.Ticks, TimeSpan.Zero);
    }

    /// <summary>Words, at most 16 of up to 64 letters, digits and <c>: . _ -</c>; none when they are not given.</summary>
    public IReadOnlyList<string> Words(string name)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(word => word.ValueKind != JsonValueKind.String))
        {
            Problems.Type(name, "an array of strings");
            return [];
        }

        var words = value.EnumerateArray().Select(word => word.GetString()!).Distinct(StringComparer.Ordinal).ToList();
        if (words.Count > MaxWords || !words.TrueForAll(IsWord))
        {
            Problems.Value(name, $"at most {MaxWords} words of 1 to {MaxWordLength} letters, digits and : . _ -");
        }

        return words;
    }

    /// <summary>Ends the reading: what has not been asked for is unknown.</summary>
    /// <exception cref="ApiException">400: something was wrong.</exception>
    public void Conclude()
    {
        foreach (var name in _members.Keys.Where(name => !_known.Contains(name)))
        {
            Problems.Unknown(name);
        }

        Problems.Conclude();
    }

    private static bool IsWord(string text) =>
        text.Length is > 0 and <= MaxWordLength && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ':' or '.' or '_' or '-');

    /// <summary>Whether there is a value of this name.</summary>
    public bool IsGiven(string name) => _members.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null;

    private bool TryGet(string name, out JsonElement value)
    {
        _known.Add(name);
        return _members.TryGetValue(name, out value) && value.ValueKind != JsonValueKind.Null;
    }
}
