using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Runs.Engine;
using Serverless.Times;

namespace Serverless.Runs;

/// <summary>Which runs a list is asked for.</summary>
/// <param name="Filter">Those that match.</param>
/// <param name="Limit">How many of them, at most.</param>
/// <param name="Offset">How many to pass over first.</param>
internal sealed record RunListQuery(RunFilter Filter, int Limit, int Offset)
{
    private const int DefaultLimit = 25;
    private const int MaxLimit = 100;

    /// <summary>Reads the query string of a list.</summary>
    /// <exception cref="ApiException">400 with all that is wrong with it.</exception>
    public static RunListQuery Read(IQueryCollection query)
    {
        var problems = new RequestProblems("Invalid query parameters");
        var read = new RunListQuery(
            new(ReadStatus(query, problems), Find(query, "appId"), ReadSince(query, problems)),
            ReadNumber(query, "limit", DefaultLimit, 1, MaxLimit, problems),
            ReadNumber(query, "offset", 0, 0, int.MaxValue, problems));
        problems.Conclude();
        return read;
    }

    private static RunStatus? ReadStatus(IQueryCollection query, RequestProblems problems)
    {
        if (Find(query, "status") is not { } text)
        {
            return null;
        }

        var status = RunWords.RunStatusOf(text);
        if (status is null)
        {
            problems.Option("status", text, RunWords.RunStatuses);
        }

        return status;
    }

    private static DateTimeOffset? ReadSince(IQueryCollection query, RequestProblems problems)
    {
        if (Find(query, "since") is not { } text)
        {
            return null;
        }

        // A plus sign that was not escaped arrives as a space.
        if (Timestamp.TryParse(Encoding.UTF8.GetBytes(text.Replace(' ', '+')), out var time))
        {
            return new DateTimeOffset(time.Ticks, TimeSpan.Zero);
        }

        problems.Value("since", "an ISO 8601 time such as 2026-01-26T14:30:00Z");
        return null;
    }

    private static int ReadNumber(IQueryCollection query, string name, int otherwise, int min, int max, RequestProblems problems)
    {
        if (Find(query, name) is not { } text)
        {
            return otherwise;
        }

        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < min || number > max)
        {
            problems.Add(name, "out_of_range", $"\"{name}\": must be a whole number {(max == int.MaxValue ? $"of at least {min}" : $"from {min} to {max}")}.");
        }

        return number;
    }

    private static string? Find(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values.ToString() : null;
}
