using Serverless.Logs.Entries;

namespace Serverless.Logs.Query;

/// <summary>Reads a value of stored entries. It serves one reader at a time.</summary>
internal sealed class ValueOf
{
    private readonly LogField _field;
    private readonly Capture _capture = new();
    private readonly LogMatcher _matcher;

    /// <summary>Reads a value.</summary>
    /// <param name="field">The field.</param>
    /// <param name="path">The names that lead to the value within it, dots between them; empty for the field itself.</param>
    public ValueOf(LogField field, string path) => (_field, _matcher) = (field, new(new LogCondition(field, path, _capture)));

    /// <summary>The value; null when the entry lacks it, or it is an object or an array.</summary>
    public string? Read(ReadOnlySpan<byte> json, int level)
    {
        if (_field == LogField.Level)
        {
            return LogLevels.Names[level];
        }

        _capture.Text = null;
        return _matcher.Matches(json, level) ? _capture.Text : null;
    }

    private sealed record Capture : ValueTest
    {
        public string? Text { get; set; }

        protected override bool Passes(ReadOnlySpan<char> text)
        {
            Text = text.ToString();
            return true;
        }
    }
}
