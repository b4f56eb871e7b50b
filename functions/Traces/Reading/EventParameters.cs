using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Times;
using Serverless.Traces.Events;

namespace Serverless.Traces.Reading;

/// <summary>The parameters by which readers say which events they want, and of which time. Those that an endpoint does not know are ignored.</summary>
internal static class EventParameters
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    private static readonly TimeField Start = new("start", "The first time.");
    private static readonly TimeField End = new("end", "The last time, which is part of the range.");
    private static readonly OptionField Status = new("status", "The field `status` has this value.", EventStatuses.Names);
    private static readonly TextField Model = new("model", "The field `model` has this value.");
    private static readonly TextField Environment = new("environment", "The field `environment` has this value.");
    private static readonly TextField SessionId = new("sessionId", "The field `session_id` has this value.");

    /// <summary>Whose events.</summary>
    public static TextField UserId { get; } = new("userId", "The field `user_id` has this value.");

    /// <summary>What holds for the time of every report, in words.</summary>
    /// <param name="usual">Which time that is unless it is said.</param>
    public static string ReportTime(string usual) =>
        $"Unless `start` and `end` say it, this is about the {usual}. The time may have {Longest.TotalDays} days at most; hours count as a whole.";

    /// <summary>Which time.</summary>
    public static IReadOnlyList<Field> Times { get; } = [Start, End];

    /// <summary>Which events of that time.</summary>
    public static IReadOnlyList<Field> Filters { get; } = [Status, Model, Environment, UserId, SessionId];

    /// <summary>How many of them at once.</summary>
    public static WholeNumberField Limit { get; } = new("limit", "The most events of a page.", 1, 200) { Default = 50 };

    /// <summary>Which page of them.</summary>
    public static TextField Cursor { get; } = new("cursor", "The `nextCursor` of the page before.");

    /// <summary>Begins to read the query string of a request.</summary>
    public static RequestReader Open(HttpRequest request) => RequestReader.OfQuery(request, new RequestProblems("Invalid query parameters"));

    /// <summary>Reads which events are wanted. Unless it is said, those of all times.</summary>
    public static EventFilter ReadFilter(RequestReader query, DateTimeOffset now) => new(ReadRange(query, now, TimeSpan.MaxValue))
    {
        Status = query.Read(Status) is { } name ? EventStatuses.Find(Encoding.UTF8.GetBytes(name)) : null,
        Model = query.Read(Model),
        Environment = query.Read(Environment),
        UserId = query.Read(UserId),
        SessionId = query.Read(SessionId),
    };

    /// <summary>
    /// Reads which time a report is about. What is not said begins and ends with whole hours or days, so that nothing has to be counted event by
    /// event.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="now">The time.</param>
    /// <param name="usual">How long it is unless it is said.</param>
    /// <param name="step">What it begins with then, in ticks: an hour or a day.</param>
    /// <exception cref="ApiException">400.</exception>
    public static TimeRange ReadReportRange(HttpRequest request, DateTimeOffset now, TimeSpan usual, long step)
    {
        var query = Open(request);
        var asked = ReadRange(query, new(((now.UtcTicks / step) + 1) * step, TimeSpan.Zero), usual);
        query.Problems.Conclude();

        var endOfHour = ((now.UtcTicks / TimeSpan.TicksPerHour) + 1) * TimeSpan.TicksPerHour;
        var range = asked.To == DateTime.MaxValue.Ticks ? asked with { To = Math.Max(asked.From, endOfHour - 1) } : asked;
        if (range.To - range.From > Longest.Ticks)
        {
            query.Problems.Add(Start.Name, "out_of_range", $"The time from \"start\" to \"end\" must be at most {Longest.TotalDays} days");
        }

        query.Problems.Conclude();
        return range;
    }

    /// <summary>
    /// Reads a time, both ends of which are included. Without <c>start</c> it begins so long before the end, or before now; without <c>end</c> it
    /// is open.
    /// </summary>
    /// <param name="query">The query string.</param>
    /// <param name="now">The time.</param>
    /// <param name="usual">How long it is unless it is said; <see cref="TimeSpan.MaxValue"/> for all there is.</param>
    public static TimeRange ReadRange(RequestReader query, DateTimeOffset now, TimeSpan usual)
    {
        var (start, end) = (query.Read(Start)?.UtcTicks, query.Read(End)?.UtcTicks);
        if (start > end)
        {
            query.Complain(Start, "invalid_range", "must not be after \"end\"");
        }

        return new(start ?? Math.Max(0, (end ?? now.UtcTicks) - usual.Ticks), end ?? DateTime.MaxValue.Ticks);
    }
}
