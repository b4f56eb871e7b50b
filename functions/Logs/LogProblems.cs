using Serverless.Http;
using Serverless.Logs.Entries;

namespace Serverless.Logs;

/// <summary>Everything that is wrong with a batch.</summary>
internal sealed class LogProblems
{
    private readonly List<ErrorDetail> _details = [];

    /// <summary>How many problems there are.</summary>
    public int Count { get; private set; }

    /// <summary>The entry that is being judged; null for the batch as a whole.</summary>
    public int? Index { get; set; }

    /// <summary>The problems found first, as many as an answer lists.</summary>
    public IReadOnlyList<ErrorDetail> Details => _details;

    /// <summary>Adds a problem of the current entry.</summary>
    public void Add(string? field, string code, string message)
    {
        if (Count++ < LogProblem.MaxShown)
        {
            _details.Add(new(Index, field, code, message));
        }
    }

    /// <summary>Adds that the current entry lacks a field.</summary>
    public void AddMissing(LogField field) => Add(field, "missing", "is required");

    /// <summary>Adds that a field of the current entry is of another type.</summary>
    /// <param name="field">The field.</param>
    /// <param name="type">What it has to be.</param>
    public void AddWrongType(LogField field, string type) => Add(field, "invalid_type", $"must be {type}");

    /// <summary>Adds that a text of the current entry is too long.</summary>
    public void AddTooLong(LogField field, int max, int length) => Add(field, "too_long", $"must be at most {max} bytes of UTF-8, not {length}");

    /// <summary>Adds that an object of the current entry is too large.</summary>
    public void AddTooLarge(LogField field, int max, int length) => Add(field, "too_large", $"must be at most {max} bytes of JSON, not {length}");

    /// <summary>Adds a problem of the batch as a whole: first, so that it is listed however many entries have theirs.</summary>
    public void AddOfBatch(string? field, string code, string message)
    {
        Count++;
        _details.Insert(0, new(null, field, code, message));
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        _details.Clear();
        Count = 0;
        Index = null;
    }

    private void Add(LogField field, string code, string problem)
    {
        var name = LogFields.Names[(int)field];
        Add(name, code, $"\"{name}\" {problem}");
    }
}
