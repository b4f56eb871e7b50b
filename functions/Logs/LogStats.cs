using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary><c>GET /v1/logs/stats</c>: how many entries of each level, in steps of time.</summary>
public sealed class LogStats(SurfaceEndpoint endpoint, LogAdmission admission, LogCounter counter, TimeProvider time)
{
    private const int MaxBuckets = 1500;
    private const int UsualBuckets = 60;
    private static readonly (string Name, TimeSpan Length)[] Intervals =
    [
        ("1m", TimeSpan.FromMinutes(1)), ("5m", TimeSpan.FromMinutes(5)), ("15m", TimeSpan.FromMinutes(15)),
        ("1h", TimeSpan.FromHours(1)), ("6h", TimeSpan.FromHours(6)), ("1d", TimeSpan.FromDays(1)),
    ];

    private static readonly OptionField Interval = new(
        "interval", $"How long a step is; unless it is said, what gives about {UsualBuckets} steps. There may be {MaxBuckets} at most.", [.. Intervals.Select(interval => interval.Name)]);

    private static readonly TextField GroupBy = new(
        "group_by", "Counts by the values of a field too: `environment`, `project_id`, `trace_id`, `span_id`, `metadata.<path>`, `error.<path>`, by the names that questions have for them.")
    {
        MinLength = 1,
        MaxLength = RequestProblems.MaxParameterLength,
    };

    private static readonly TextField Cursor = new("cursor", "The `next_cursor` of an answer that did not reach the end: counts what it left, in the same steps, to be added to it.");
    private static readonly Answer<LogStatsAnswer> Counted = Answer.Json(200, "The counts.", LogJson.Default.LogStatsAnswer);

    private static readonly ApiOperation Operation = new(nameof(LogStats), "Counts entries by level, in steps of time")
    {
        Description = "Without `end`, the counts end now. Counting ends early when it has taken 20 seconds; `reached` says how far back it has come, and `next_cursor` goes on from there. "
            + $"By a field, the ten most frequent values are told, and the others together; of {LogGroups.MaxValues} values and more, the later ones are among the others.",
        Credentials = LuminaLog.Readers,
        Query = [.. LogParameters.Times, .. LogParameters.Filters, Interval, GroupBy, Cursor],
        Answers = [Counted],
    };

    /// <summary><c>GET /v1/logs/stats</c>: counts over time.</summary>
    [Function(nameof(LogStats))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/stats")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await admission.AdmitReaderAsync(context);
        var now = time.GetUtcNow();
        var query = LogParameters.Open(context.Request, Operation);
        var filter = LogParameters.ReadFilter(query, Operation, now);
        if (filter.Range.To == DateTime.MaxValue.Ticks)
        {
            filter = filter with { Range = filter.Range with { To = Math.Max(now.UtcTicks, filter.Range.From) } };
        }

        var range = filter.Range;
        var interval = ReadInterval(query, range);
        var group = ReadGroup(query);
        var cursor = LogParameters.ReadCursor(query, Cursor);
        query.Problems.Conclude();

        var left = cursor is { } place ? filter with { Range = range with { To = Math.Min(range.To, place.Last.Ticks - 1) } } : filter;
        LogGroups? groups = null;
        var (counts, reached) = await counter.CountAsync(caller, left, Begin, cancellationToken);
        var buckets = counts.Buckets.Select(bucket => new LogBucket(bucket.Start, bucket.Levels.Sum(), LevelCounts.Of(bucket.Levels)));
        var answer = new LogStatsAnswer(interval.Name, counts.Total, buckets);
        if (reached is { } ticks)
        {
            answer = answer with { Reached = new(ticks, DateTimeKind.Utc), NextCursor = new RecordCursor(RecordPosition.Before(ticks), now.ToUnixTimeMilliseconds()).ToString() };
        }

        if (groups?.ToAnswer() is var (most, rest))
        {
            answer = answer with { Groups = most, Rest = rest };
        }

        await Counted.WriteAsync(context, answer, cancellationToken);

        LogCounts Begin()
        {
            groups = group is var (field, path) ? new(field, path, (int)((range.To / interval.Length.Ticks) - (range.From / interval.Length.Ticks)) + 1) : null;
            return new(range, interval.Length, groups);
        }
    }

    private static (LogField Field, string Path)? ReadGroup(RequestReader query)
    {
        if (query.Read(GroupBy) is not { } name)
        {
            return null;
        }

        var field = LogQueryParser.FieldOf(name);
        if (field is not (not (LogField.Message or LogField.Timestamp), _))
        {
            query.Complain(GroupBy, "invalid_option", "must be a field that questions can be about, but for message and timestamp");
        }

        return field;
    }

    private static (string Name, TimeSpan Length) ReadInterval(RequestReader query, TimeRange range)
    {
        var span = range.To - range.From;
        var usual = Array.FindIndex(Intervals, candidate => span / candidate.Length.Ticks <= UsualBuckets);
        var interval = Intervals[usual < 0 ? ^1 : usual];
        if (query.IsGiven(Interval))
        {
            interval = query.Read(Interval) is { } name ? Intervals.First(known => known.Name == name) : Intervals[^1];
        }

        if (span / interval.Length.Ticks >= MaxBuckets)
        {
            query.Problems.Add(Interval.Name, "out_of_range", $"The time from \"start\" to \"end\" must be less than {MaxBuckets} times \"interval\"");
        }

        return interval;
    }
}
