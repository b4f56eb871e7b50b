using Serverless.Logs;
using Serverless.Logs.Query;
using Serverless.Times;

namespace Serverless.Alerts;

/// <summary>What alerts of a workspace are about that can be read together.</summary>
/// <param name="ProjectId">The project whose events they measure; null for logs.</param>
/// <param name="IsAboutLabels">Whether headers of chunks tell as a rule which entries they count; else chunks have to be opened.</param>
internal sealed record AlertSource(string? ProjectId, bool IsAboutLabels)
{
    /// <summary>What an alert is about.</summary>
    /// <exception cref="LogQueryException">Its question makes no sense.</exception>
    public static AlertSource Of(AlertRule rule) => new(rule.ProjectId, rule.Query is { } query && FilterOf(query, new(0, 0)).IsAboutLabels);

    /// <summary>The filter of a question.</summary>
    /// <param name="query">The question.</param>
    /// <param name="range">The times asked for.</param>
    /// <exception cref="LogQueryException">It makes no sense.</exception>
    public static LogFilter FilterOf(string query, TimeRange range)
    {
        var expression = LogQueryParser.Parse(query);
        return new(range, expression.Levels, expression);
    }
}
