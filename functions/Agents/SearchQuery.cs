using System.Globalization;
using Microsoft.AspNetCore.Http;
using Serverless.Outbound.Search;
using Serverless.Texts;

namespace Serverless.Agents;

/// <summary>What a search is asked for.</summary>
/// <param name="Text">The query, as it came.</param>
/// <param name="Count">The most results that are wanted.</param>
internal sealed record SearchQuery(string Text, int Count)
{
    /// <summary>How many results there are if nobody says how many.</summary>
    public const int DefaultResults = 10;

    /// <summary>What is wrong with it; empty when all is well.</summary>
    public IReadOnlyList<string> Problems { get; private init; } = [];

    /// <summary>Reads the query string of a request. What it does not know it ignores.</summary>
    public static SearchQuery Read(HttpRequest request)
    {
        var problems = new List<string>();
        var text = request.Query["q"] is [{ } query] && !Characters.Exceed(query, WebSearch.MaxQueryLength) && WebSearch.Normalize(query).Length > 0 ? query : null;
        if (text is null)
        {
            problems.Add($"q must be given once, with 1 to {WebSearch.MaxQueryLength} characters");
        }

        var count = request.Query["num_results"] switch
        {
            [] => DefaultResults,
            [var sent] when int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= WebSearch.MaxResults => number,
            _ => 0,
        };
        if (count == 0)
        {
            problems.Add($"num_results must be a whole number from 1 to {WebSearch.MaxResults}");
        }

        return new(text ?? "", count) { Problems = problems };
    }
}
