using System.Text.Json;
using Serverless.Logs.Entries;

namespace Serverless.Logs.Query;

/// <summary>Judges stored entries by an expression, in one pass over each. It serves one reader at a time.</summary>
internal sealed class LogMatcher
{
    private readonly LogExpression _expression;
    private readonly LogCondition[] _conditions;
    private readonly uint[] _levels;
    private readonly bool[] _holds;
    private readonly Func<LogCondition, bool> _read;

    /// <summary>Judges by an expression.</summary>
    public LogMatcher(LogExpression expression)
    {
        _expression = expression;
        _conditions = [.. expression.Conditions];
        _levels = [.. _conditions.Select(condition => condition.Field == LogField.Level ? condition.Test.Levels : 0)];
        _holds = new bool[_conditions.Length];
        var places = new Dictionary<LogCondition, int>(ReferenceEqualityComparer.Instance);
        for (var place = 0; place < _conditions.Length; place++)
        {
            places[_conditions[place]] = place;
        }

        _read = condition => _holds[places[condition]];
    }

    /// <summary>Whether an entry is as the expression says.</summary>
    /// <param name="json">The entry as it is kept.</param>
    /// <param name="level">Its level.</param>
    public bool Matches(ReadOnlySpan<byte> json, int level)
    {
        for (var place = 0; place < _conditions.Length; place++)
        {
            _holds[place] = (_levels[place] >> level & 1) != 0;
        }

        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = LogFields.Find(ref reader);
            reader.Read();
            if (field is { } known && known != LogField.Level)
            {
                Judge(known, reader);
            }

            reader.Skip();
        }

        return _expression.Evaluate(_read);
    }

    private void Judge(LogField field, Utf8JsonReader reader)
    {
        for (var place = 0; place < _conditions.Length; place++)
        {
            var condition = _conditions[place];
            if (condition.Field == field)
            {
                _holds[place] = condition.Path.Length == 0
                    ? condition.Test.Passes(in reader)
                    : reader.TokenType == JsonTokenType.StartObject && PathPasses(reader, condition.Path, condition.Test);
            }
        }
    }

    // A name may itself hold dots, so the path is parted at each of them.
    private static bool PathPasses(Utf8JsonReader reader, ReadOnlySpan<char> path, ValueTest test)
    {
        for (var dot = path.IndexOf('.'); dot >= 0; dot = NextDot(path, dot))
        {
            if (NamePasses(reader, path, dot, test))
            {
                return true;
            }
        }

        return NamePasses(reader, path, path.Length, test);
    }

    // A repeated name overrules the one before.
    private static bool NamePasses(Utf8JsonReader reader, ReadOnlySpan<char> path, int length, ValueTest test)
    {
        var passes = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals(path[..length]);
            reader.Read();
            if (isName)
            {
                passes = length == path.Length
                    ? test.Passes(in reader)
                    : reader.TokenType == JsonTokenType.StartObject && PathPasses(reader, path[(length + 1)..], test);
            }

            reader.Skip();
        }

        return passes;
    }

    private static int NextDot(ReadOnlySpan<char> path, int dot) =>
        path[(dot + 1)..].IndexOf('.') is >= 0 and var next ? dot + 1 + next : -1;
}
