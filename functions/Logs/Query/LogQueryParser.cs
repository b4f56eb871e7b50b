using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Logs.Query;

/// <summary>
/// Reads questions: words and "phrases" of the message, <c>field:value</c>, an asterisk at the end of a beginning, comparisons, <c>/regular expressions/</c>;
/// together by AND, which may be left out, OR, NOT and parentheses.
/// </summary>
internal sealed class LogQueryParser
{
    /// <summary>The longest question, in characters.</summary>
    public const int MaxLength = 2000;

    /// <summary>The most conditions of a question.</summary>
    public const int MaxConditions = 50;

    private const int MaxDepth = 20;
    private const int MaxExpressionLength = 200;
    private const string MetadataPrefix = "metadata.";
    private const string ErrorPrefix = "error.";

    private static readonly Dictionary<string, LogField> Fields = new(StringComparer.Ordinal)
    {
        ["level"] = LogField.Level,
        ["timestamp"] = LogField.Timestamp,
        ["message"] = LogField.Message,
        ["environment"] = LogField.Environment,
        ["project_id"] = LogField.ProjectId,
        ["trace_id"] = LogField.TraceId,
        ["span_id"] = LogField.SpanId,
        ["parent_span_id"] = LogField.ParentSpanId,
        ["privacy_mode"] = LogField.PrivacyMode,
    };

    private readonly string _text;
    private int _position;
    private int _depth;
    private int _conditions;

    private LogQueryParser(string text) => _text = text;

    /// <summary>Reads a question.</summary>
    /// <exception cref="LogQueryException">It makes no sense.</exception>
    public static LogExpression Parse(string text)
    {
        var parser = new LogQueryParser(text.Length <= MaxLength ? text : throw new LogQueryException(MaxLength, $"the question has more than {MaxLength} characters"));
        var expression = parser.ReadOr();
        return parser.IsAtEnd ? expression : throw parser.Wrong("there is no \"(\" for this \")\"");
    }

    /// <summary>What is wrong with a question, and where; null when it can be asked.</summary>
    public static string? FindMistake(string text)
    {
        try
        {
            Parse(text);
            return null;
        }
        catch (LogQueryException wrong)
        {
            return wrong.InWords;
        }
    }

    /// <summary>The field of a name; null when there is none.</summary>
    public static (LogField Field, string Path)? FieldOf(string name)
    {
        if (Fields.TryGetValue(name, out var field))
        {
            return (field, "");
        }

        foreach (var (prefix, objectField) in new[] { (MetadataPrefix, LogField.Metadata), (ErrorPrefix, LogField.Error) })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.Length > prefix.Length)
            {
                return (objectField, name[prefix.Length..]);
            }
        }

        return null;
    }

    private bool IsAtEnd
    {
        get
        {
            while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            {
                _position++;
            }

            return _position == _text.Length;
        }
    }

    private LogExpression ReadOr()
    {
        var parts = new List<LogExpression> { ReadAnd() };
        while (TryReadKeyword("OR"))
        {
            parts.Add(ReadAnd());
        }

        return parts is [var only] ? only : new LogOr(parts);
    }

    private LogExpression ReadAnd()
    {
        var parts = new List<LogExpression>();
        do
        {
            parts.Add(ReadNot());
        }
        while (TryReadKeyword("AND") || (!IsAtEnd && _text[_position] != ')' && !IsKeyword("OR")));
        return parts is [var only] ? only : new LogAnd(parts);
    }

    private LogExpression ReadNot()
    {
        if (!TryReadKeyword("NOT"))
        {
            return ReadPrimary();
        }

        Enter();
        var part = ReadNot();
        _depth--;
        return new LogNot(part);
    }

    private LogExpression ReadPrimary()
    {
        if (IsAtEnd || _text[_position] == ')' || IsKeyword("AND") || IsKeyword("OR"))
        {
            throw Wrong("a word, a \"phrase\" or field:value is missing");
        }

        if (_text[_position] != '(')
        {
            return ReadCondition();
        }

        var start = _position++;
        Enter();
        var inner = ReadOr();
        if (IsAtEnd || _text[_position] != ')')
        {
            throw new LogQueryException(start, "there is no \")\" for this \"(\"");
        }

        _position++;
        _depth--;
        return inner;
    }

    private LogCondition ReadCondition()
    {
        if (++_conditions > MaxConditions)
        {
            throw Wrong($"there are more than {MaxConditions} conditions");
        }

        var start = _position;
        if (_text[start] is '"' or '/')
        {
            return new(LogField.Message, "", ReadTest(LogField.Message));
        }

        while (_position < _text.Length && IsPartOfWord(_text[_position]) && _text[_position] != ':')
        {
            _position++;
        }

        if (_position == _text.Length || _text[_position] != ':')
        {
            _position = start;
            return new(LogField.Message, "", ReadTest(LogField.Message));
        }

        var name = _text[start.._position];
        var (field, path) = FieldOf(name) ?? throw new LogQueryException(
            start, $"there is no field \"{name}\"; there are {string.Join(", ", Fields.Keys)}, metadata.<path> and error.<path>, and text with a colon belongs in quotation marks");
        _position++;
        return new(field, path, ReadTest(field));
    }

    private ValueTest ReadTest(LogField field)
    {
        if (_position == _text.Length || char.IsWhiteSpace(_text[_position]) || _text[_position] is '(' or ')')
        {
            throw Wrong("a value is missing");
        }

        return _text[_position] switch
        {
            '/' => ReadExpression(),
            '"' => ReadQuoted(field),
            '<' or '>' => ReadComparison(field),
            _ => ReadWord(field),
        };
    }

    private RegularExpressionTest ReadExpression()
    {
        var start = _position++;
        var pattern = ReadUntil('/', start, "there is no \"/\" at the end of this regular expression", keepsEscapes: true);
        var isInAnyCase = _position < _text.Length && _text[_position] == 'i';
        _position += isInAnyCase ? 1 : 0;

        if (pattern.Length > MaxExpressionLength)
        {
            throw new LogQueryException(start, $"a regular expression may have {MaxExpressionLength} characters");
        }

        try
        {
            // What is matched without backtracking takes a time that goes with the text, and needs no other bound.
            return new(isInAnyCase
                ? new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)
                : new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant));
        }
        catch (Exception wrong) when (wrong is ArgumentException or NotSupportedException)
        {
            throw new LogQueryException(start, $"this is no regular expression that can be matched without backtracking: {wrong.Message}");
        }
    }

    private ValueTest ReadQuoted(LogField field)
    {
        var start = _position++;
        var text = ReadUntil('"', start, "there is no \"\"\" at the end of this phrase", keepsEscapes: false);
        if (field != LogField.Message)
        {
            return new EqualsTest(text);
        }

        return text.Length > 0 ? new ContainsTest(text, BeginsWord: true, EndsWord: true) : throw new LogQueryException(start, "this phrase is empty");
    }

    private ValueTest ReadWord(LogField field)
    {
        var start = _position;
        while (_position < _text.Length && IsPartOfWord(_text[_position]))
        {
            _position++;
        }

        var word = _text[start.._position];
        var isBeginning = word[^1] == '*';
        var text = isBeginning ? word[..^1] : word;
        if (text.Contains('*', StringComparison.Ordinal))
        {
            throw new LogQueryException(start, "an asterisk may stand at the end only; a regular expression can do more");
        }

        if (field == LogField.Level && !isBeginning && !LogLevels.Names.Contains(text, StringComparer.Ordinal))
        {
            throw new LogQueryException(start, $"there is no level \"{text}\"; there are {string.Join(", ", LogLevels.Names)}");
        }

        if (field != LogField.Message)
        {
            return isBeginning ? new PrefixTest(text) : new EqualsTest(text);
        }

        return text.Length > 0 ? new ContainsTest(text, BeginsWord: true, EndsWord: !isBeginning) : new PrefixTest("");
    }

    private CompareTest ReadComparison(LogField field)
    {
        var start = _position++;
        var isOrEqual = _position < _text.Length && _text[_position] == '=';
        _position += isOrEqual ? 1 : 0;
        var comparison = (_text[start], isOrEqual) switch
        {
            ('<', false) => Comparison.Less,
            ('<', true) => Comparison.LessOrEqual,
            ('>', false) => Comparison.Greater,
            _ => Comparison.GreaterOrEqual,
        };
        var begin = _position;
        while (_position < _text.Length && IsPartOfWord(_text[_position]))
        {
            _position++;
        }

        var text = _text[begin.._position];
        if (field == LogField.Level && LogLevels.Find(Encoding.UTF8.GetBytes(text)) is >= 0 and var level)
        {
            return new(comparison, null, null, level);
        }

        if (field is LogField.Metadata or LogField.Error
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number))
        {
            return new(comparison, number, null, null);
        }

        if (field is LogField.Metadata or LogField.Error or LogField.Timestamp && Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time))
        {
            return new(comparison, null, time.Ticks, null);
        }

        throw new LogQueryException(start, field switch
        {
            LogField.Level => $"a level is compared with one of {string.Join(", ", LogLevels.Names)}",
            LogField.Timestamp => "a timestamp is compared with a time such as 2026-01-26T14:30:00Z",
            LogField.Metadata or LogField.Error => "values are compared with a number, or a time such as 2026-01-26T14:30:00Z",
            _ => "only level, timestamp, metadata and error can be compared",
        });
    }

    private string ReadUntil(char end, int start, string problem, bool keepsEscapes)
    {
        var text = new StringBuilder();
        for (; _position < _text.Length; _position++)
        {
            if (_text[_position] == end)
            {
                _position++;
                return text.ToString();
            }

            if (_text[_position] == '\\' && _position + 1 < _text.Length)
            {
                // Within a regular expression a backslash has its own meaning, unless it is for the end.
                text.Append(keepsEscapes && _text[_position + 1] != end ? "\\" : "");
                _position++;
            }

            text.Append(_text[_position]);
        }

        throw new LogQueryException(start, problem);
    }

    private bool TryReadKeyword(string keyword)
    {
        if (!IsKeyword(keyword))
        {
            return false;
        }

        _position += keyword.Length;
        return true;
    }

    private bool IsKeyword(string keyword) =>
        !IsAtEnd
        && string.CompareOrdinal(_text, _position, keyword, 0, keyword.Length) == 0
        && (_position + keyword.Length == _text.Length || !IsPartOfWord(_text[_position + keyword.Length]));

    private void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong($"parentheses and NOT are nested deeper than {MaxDepth}");
        }
    }

    private LogQueryException Wrong(string problem) => new(_position, problem);

    private static bool IsPartOfWord(char character) => !char.IsWhiteSpace(character) && character is not ('(' or ')' or '"');
}

/// <summary>A question that makes no sense.</summary>
/// <param name="offset">Where, in characters from zero.</param>
/// <param name="problem">What is wrong there.</param>
internal sealed class LogQueryException(int offset, string problem) : Exception(problem)
{
    /// <summary>Where, in characters from zero.</summary>
    public int Offset { get; } = offset;

    /// <summary>What is wrong, and where, going on from the name of the question.</summary>
    public string InWords => $"makes no sense at character {Offset + 1}: {Message}";
}
