using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Outbound.Search;

namespace Serverless.Agents;

/// <summary>
/// <c>GET /v1/search</c>. A search is counted when it is admitted, in the same transaction, and the count is taken back if it comes to
/// nothing: so every answer that was sent is counted once.
/// </summary>
public sealed class SearchWeb(SurfaceEndpoint endpoint, AgentAdmission admission, WebSearch search, UpgradeUrl upgradeUrl, TimeProvider time)
{
    /// <summary>How many results there are if nobody says how many.</summary>
    internal const int DefaultResults = 10;

    private const string FunctionName = "Search";

    private static readonly TextField Query = new("q", "What to search for.")
    {
        IsRequired = true,
        MinLength = 1,
        MaxLength = WebSearch.MaxQueryLength,
        Rule = new(static text => WebSearch.Normalize(text).Length > 0, "characters that are not all white space") { Pattern = @"[^\s\p{Cc}]" },
        Example = "durable queues",
    };

    private static readonly WholeNumberField Count = new("num_results", "The most results.", 1, WebSearch.MaxResults) { Default = DefaultResults };

    private static readonly Answer<SearchResponse> Found = Answer.Json(200, "The pages that were found.", AgentJson.Default.SearchResponse) with
    {
        Example =
            """
            {"status":"success","query":"Singapore climate policy","results":[
              {"title":"Singapore Green Plan 2030","url":"https://www.greenplan.gov.sg/","snippet":"A whole-of-nation movement.","source":"www.greenplan.gov.sg","credibility_score":1.0,"published_date":"2025-01-15T08:30:00Z"}],
             "usage":{"calls_total":42,"calls_remaining":258,"over_limit":false,"upgrade_url":"https://example.com/v1/billing/setup"},"cached":false,"response_time_ms":312}
            """,
    };

    /// <summary>The endpoint.</summary>
    internal static readonly ApiOperation Operation = new(FunctionName, "Searches the web; every result says how far its source is to be trusted")
    {
        Description = "A question that was asked within the last hour, by whomever, gets the same answer; white space and case do not matter, but for `AND`, `OR` and `NOT`. "
            + "Only successful searches count, those answered from memory too. Past the cap of the tier searches go on. Other parameters are ignored.",
        Credentials = [Lithtrix.Key],
        Query = [Query, Count],
        Answers = [Found],
        Errors = [Lithtrix.UpstreamFailed().Error, Lithtrix.UpstreamLeftAlone(TimeSpan.FromMinutes(1)).Error, Lithtrix.NotConfigured("Search", SearchOptions.ProviderSetting).Error],
    };

    /// <summary><c>GET /v1/search</c>: the web, searched.</summary>
    [Function(FunctionName)]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/search")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, HandleAsync);

    private async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var query = RequestReader.OfQuery(context.Request, new QueryProblems());
        var (text, count) = (query.Read(Query), query.Number(Count));
        if (!query.Problems.IsEmpty || search.MissingSetting is not null)
        {
            // What does not depend on who asks is told to those whose key is right, and is no search.
            await admission.AdmitAsync(context.Request);
            query.Problems.Conclude();
            throw Lithtrix.NotConfigured("Search", search.MissingSetting!);
        }

        var agent = await admission.AdmitSearchAsync(context.Request);
        var answer = await SearchAsync(agent, text!, count, cancellationToken);
        var usage = new SearchUsage(agent.Usage.Calls, agent.Usage.Remaining, agent.Usage.IsOverLimit, upgradeUrl.For(context.Request, agent.Usage));
        var found = new SearchResponse(
            "success", text!, answer.Results.Select(FoundResult.Of), usage, answer.IsCached, (long)time.GetElapsedTime(begun).TotalMilliseconds);
        await Found.WriteAsync(context, found, cancellationToken);
    }

    private async Task<SearchAnswer> SearchAsync(AdmittedAgent agent, string query, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await search.FindAsync(query, count, cancellationToken);
        }
        catch (Exception failure)
        {
            await admission.RefundAsync(agent);
            if (failure is SearchException reason)
            {
                throw Explain(reason);
            }

            throw;
        }
    }

    private static ApiException Explain(SearchException reason) =>
        reason.Failure == SearchFailure.LeftAlone ? Lithtrix.UpstreamLeftAlone(reason.RetryAfter) : Lithtrix.UpstreamFailed(reason);

    // Whatever is wrong with a parameter, all is said that it has to be.
    private sealed class QueryProblems : AgentProblems
    {
        public override void Missing(string name) => Say(name);

        public override void Repeated(string name) => Say(name);

        public override void Text(string name, TextField field, TextProblem problem) => Say(name);

        private void Say(string name) =>
            Complain(name, "invalid_format", name == Query.Name ? $"must be given once, with {Query.MinLength} to {Query.MaxLength} characters" : $"must be {Count.InWords}");
    }
}
