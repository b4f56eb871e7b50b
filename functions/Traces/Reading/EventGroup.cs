using System.IO.Hashing;
using System.Text;
using Serverless.Traces.Events;
using Serverless.Traces.Figures;

namespace Serverless.Traces.Reading;

/// <summary>What events add up to that have something in common, such as their user.</summary>
/// <param name="key">What that is; empty for events that have none.</param>
internal sealed class EventGroup(string key)
{
    private const int MaxModels = 20;

    private readonly HashSet<ulong> _traces = [];
    private readonly SortedSet<string> _models = new(StringComparer.Ordinal);
    private long _first = long.MaxValue;
    private long _last;
    private string _user = "";

    /// <summary>What they have in common; null when that is nothing.</summary>
    public string? Key { get; } = key.Length > 0 ? key : null;

    /// <summary>How many there are.</summary>
    public long Requests { get; private set; }

    /// <summary>How many of them failed.</summary>
    public long Errors { get; private set; }

    /// <summary>What they cost, in USD.</summary>
    public decimal Cost { get; private set; }

    /// <summary>How many of them should have a cost, and have none.</summary>
    public long UnpricedRequests { get; private set; }

    /// <summary>The tokens sent.</summary>
    public long InputTokens { get; private set; }

    /// <summary>The tokens received.</summary>
    public long OutputTokens { get; private set; }

    /// <summary>The tokens sent that were cached.</summary>
    public long CachedTokens { get; private set; }

    /// <summary>How many traces they are of.</summary>
    public int Traces => _traces.Count;

    /// <summary>Their models by name, twenty at most.</summary>
    public IEnumerable<string> Models => _models;

    /// <summary>When the first of them happened.</summary>
    public DateTime FirstSeen => new(_first, DateTimeKind.Utc);

    /// <summary>When the last of them happened.</summary>
    public DateTime LastSeen => new(_last, DateTimeKind.Utc);

    /// <summary>The user of the newest that names one; null when none does.</summary>
    public string? User => _user.Length > 0 ? _user : null;

    /// <summary>Adds an event.</summary>
    public void Add(in EventMeasures measures)
    {
        _user = measures.UserId.Length > 0 && (_user.Length == 0 || measures.Ticks > _last) ? measures.UserId : _user;
        Requests++;
        Errors += EventStatuses.Errors.Contains(measures.Status) ? 1 : 0;
        Cost += measures.CostUsd ?? 0;
        UnpricedRequests += measures.IsUnpriced ? 1 : 0;
        InputTokens += measures.InputTokens ?? 0;
        OutputTokens += measures.OutputTokens ?? 0;
        CachedTokens += measures.CachedTokens ?? 0;
        _first = Math.Min(_first, measures.Ticks);
        _last = Math.Max(_last, measures.Ticks);
        _traces.Add(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(measures.TraceId)));
        if (_models.Count < MaxModels)
        {
            _models.Add(measures.Model);
        }
    }
}
