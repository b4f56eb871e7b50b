using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Http;
using Serverless.Texts;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>Reads the query string of a reading request, naming everything that is wrong with it.</summary>
internal sealed class LogQuery
{
    private const int MaxTextLength = 1024;
    private const int MaxMetadataFilters = 10;
    private const string MetadataPrefix = "metadata.";
    private static readonly string[] FilterParameters = ["level", "min_level", "environment", "project_id", "trace_id", "q"];
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    // As they were written: the framework's own collection takes names that differ in case for one.
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly List<ErrorDetail> _problems = [];

    /// <summary>Begins to read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="parameters">The parameters it may have beside those that say which entries are wanted.</param>
    public LogQuery(HttpRequest request, params ReadOnlySpan<string> parameters)
    {
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            var name = pair.DecodeName().ToString();
            if (!_values.TryGetValue(name, out var values))
            {
                _values[name] = values = [];
            }

            values.Add(pair.DecodeValue().ToString());
        }

        foreach (var name in _values.Keys)
        {
            if (!name.StartsWith(MetadataPrefix, StringComparison.Ordinal) && !FilterParameters.Contains(name) && !parameters.Contains(name))
            {
                Complain(name, "unknown_parameter", $"There is no parameter \"{name}\"");
            }
        }
    }

    /// <summary>The filter that the parameters describe. Without <c>start</c>, it begins an hour before the end, or before now.</summary>
    public LogFilter Filter(DateTimeOffset now)
    {
        var end = Time("end");
        var start = Time("start") ?? (end ?? now.UtcTicks) - DefaultRange.Ticks;
        if (start > end)
        {
            Complain("start", "invalid_range", "\"start\" must not be after \"end\"");
        }

        return new()
        {
            Range = new(Math.Max(0, start), end ?? DateTime.MaxValue.Ticks),
            Levels = Levels(),
            Environment = Text("environment"),
            ProjectId = Text("project_id"),
            TraceId = Text("trace_id"),
            Text = Text("q"),
            Metadata = Metadata(),
        };
    }

    /// <summary>The value of a parameter; null when it is absent, or not worth a second look.</summary>
    public string? Text(string name)
    {
        if (!_values.TryGetValue(name, out var values))
        {
            return null;
        }

        if (values is not [var value])
        {
            Complain(name, "repeated", $"\"{name}\" must be given once");
            return null;
        }

        if (value.Length == 0 || Characters.Exceed(value, MaxTextLength))
        {
            Complain(name, value.Length == 0 ? "too_short" : "too_long", $"\"{name}\" must have 1 to {MaxTextLength} characters");
            return null;
        }

        return value;
    }

    /// <summary>The value of a numeric parameter.</summary>
    public int Number(string name, int defaultValue, int max)
    {
        if (Text(name) is not { } text)
        {
            return defaultValue;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value < 1 || value > max)
        {
            Complain(name, "out_of_range", $"\"{name}\" must be a whole number from 1 to {max}");
        }

        return value;
    }

    /// <summary>Adds a problem.</summary>
    public void Complain(string name, string code, string message) => _problems.Add(new(null, name, code, message));

    /// <summary>Ends the reading.</summary>
    /// <exception cref="ApiException">400: something was wrong.</exception>
    public void Conclude()
    {
        if (_problems.Count > 0)
        {
            throw RequestErrors.Invalid("Invalid query parameters", _problems);
        }
    }

    private long? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        if (!Timestamp.TryParse(Encoding.UTF8.GetBytes(text.Replace(' ', '+')), out var timestamp))
        {
            Complain(name, "invalid_format", $"\"{name}\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z");
            return null;
        }

        return timestamp.Ticks;
    }

    private List<int> Levels()
    {
        var lowest = Text("min_level") is { } minimum ? Level("min_level", minimum) : 0;
        var wanted = _values.TryGetValue("level", out var named)
            ? named.Select(name => Level("level", name))
            : Enumerable.Range(0, LogLevels.Names.Count);
        var levels = wanted.Where(level => level >= lowest).Distinct().Order().ToList();
        if (levels.Count == 0 && _problems.Count == 0)
        {
            Complain("level", "invalid_range", "\"level\" must not lie below \"min_level\"");
        }

        return levels.Count == LogLevels.Names.Count ? [] : levels;
    }

    private int Level(string parameter, string name)
    {
        var level = LogLevels.Find(Encoding.UTF8.GetBytes(name));
        if (level < 0)
        {
            Complain(parameter, "invalid_option", $"\"{parameter}\" must be one of: {string.Join(", ", LogLevels.Names)}");
        }

        return level;
    }

    private List<(string Path, string Value)> Metadata()
    {
        var filters = _values.Keys
            .Where(name => name.StartsWith(MetadataPrefix, StringComparison.Ordinal))
            .Select(name => (Path: name[MetadataPrefix.Length..], Value: Text(name)!))
            .ToList();
        if (filters.Count > MaxMetadataFilters || filters.Exists(filter => filter.Path.Length == 0))
        {
            Complain("metadata", "invalid_format", $"At most {MaxMetadataFilters} parameters metadata.<key>=<value> may be given");
        }

        return filters;
    }
}
