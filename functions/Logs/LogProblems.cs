using Serverless.Http;

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
        if (Count++ < LuminaLog.MaxDetails)
        {
            _details.Add(new(Index, field, code, message));
        }
    }

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
}
