using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Texts;
using Serverless.Times;
using Serverless.Traces.Events;
using Serverless.Traces.Requests;

namespace Serverless.Traces.Reading;

/// <summary>
/// The query string of a request for data. Each endpoint reads the parameters it knows, and ignores the others; the first that is not
/// valid ends the request.
/// </summary>
/// <param name="query">The query string.</param>
internal sealed class EventQuery(IQueryCollection query)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 200;
    private const int MaxTextLength = 1024;

    /// <summary>
    /// The times asked for, <c>start</c> and <c>end</c> included. Without <c>start</c> they begin so long before the end, or before now;
    /// without <c>end</c> they are open.
    /// </summary>
    /// <param name="now">The time.</param>
    /// <param name="defaultLength">How long the range is unless it is said; <see cref="TimeSpan.MaxValue"/> for all there is.</param>
    /// <exception cref="ApiException">400.</exception>
    public TimeRange Range(DateTimeOffset now, TimeSpan defaultLength)
    {
        var start = Time("start");
        var end = Time("end");
        if (start > end)
        {
            throw LumiqTrace.Invalid("\"start\" must not be after \"end\"");
        }

        return new(start ?? Math.Max(0, (end ?? now.UtcTicks) - defaultLength.Ticks), end ?? DateTime.MaxValue.Ticks);
    }

    /// <summary>How many events a page takes: <c>limit</c>, 1 to 200, or 50.</summary>
    /// <exception cref="ApiException">400.</exception>
    public int Limit() =>
        Text("limit") is not { } text ? DefaultLimit
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
        : throw LumiqTrace.Invalid($"\"limit\" must be a whole number from 1 to {MaxLimit}");

    /// <summary>The place in <see cref="EventStatuses.Names"/> of <c>status</c>; null for all.</summary>
    /// <exception cref="ApiException">400.</exception>
    public int? Status() =>
        Text("status") is not { } name ? null
        : EventStatuses.Find(Encoding.UTF8.GetBytes(name)) is >= 0 and var status ? status
        : throw LumiqTrace.Invalid($"\"status\" must be one of: {string.Join(", ", EventStatuses.Names)}");

    /// <summary><c>model</c>; null for all.</summary>
    /// <exception cref="ApiException">400.</exception>
    public string? Model() => Text("model");

    /// <summary><c>environment</c>; null for all.</summary>
    /// <exception cref="ApiException">400.</exception>
    public string? Environment() => Text("environment");

    /// <summary><c>userId</c>; null for all.</summary>
    /// <exception cref="ApiException">400.</exception>
    public string? UserId() => Text("userId");

    /// <summary><c>traceId</c>, which has to be given.</summary>
    /// <exception cref="ApiException">400.</exception>
    public string TraceId() => Text("traceId") ?? throw LumiqTrace.Invalid("\"traceId\" is required");

    /// <summary><c>cursor</c>, as it was sent; null for the first page.</summary>
    /// <exception cref="ApiException">400.</exception>
    public string? Cursor() => Text("cursor");

    private long? Time(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        return Timestamp.TryParse(Encoding.UTF8.GetBytes(text.Replace(' ', '+')), out var time)
            ? time.Ticks
            : throw LumiqTrace.Invalid($"\"{name}\" must be an ISO 8601 time such as 2026-01-26T14:30:00Z");
    }

    private string? Text(string name) => query[name] switch
    {
        [] => null,
        [{ Length: >= 1 } text] when !Characters.Exceed(text, MaxTextLength) => text,
        [_] => throw LumiqTrace.Invalid($"\"{name}\" must have 1 to {MaxTextLength} characters"),
        _ => throw LumiqTrace.Invalid($"\"{name}\" must be given once"),
    };
}
