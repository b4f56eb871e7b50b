using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Outbound.Search;

namespace Serverless.Agents;

/// <summary>
/// <c>GET /v1/search</c>. A search is counted when it is admitted, in the same transaction, and the count is taken back if it comes to
/// nothing: so every answer that was sent is counted once.
/// </summary>
public sealed class SearchWeb(AgentAdmission admission, WebSearch search, UpgradeUrl upgradeUrl, TimeProvider time)
{
    private const string DateFormat = "yyyy-MM-ddTHH:mm:ssZ";

    /// <summary>Serves the request.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        var query = SearchQuery.Read(context.Request);
        if (Refusal(query) is { } refusal)
        {
            await admission.AdmitAsync(context.Request);
            throw refusal;
        }

        var agent = await admission.AdmitSearchAsync(context.Request);
        var answer = await SearchAsync(agent, query, cancellationToken);
        await JsonResponse.WriteAsync(
            context.Response,
            writer => Write(writer, query, answer, agent.Usage, upgradeUrl.For(context.Request), time.GetElapsedTime(begun)),
            cancellationToken);
    }

    // What does not depend on who asks.
    private ApiException? Refusal(SearchQuery query) =>
        query.Problems.Count > 0 ? Lithtrix.Invalid(query.Problems)
        : search.MissingSetting is { } setting ? Lithtrix.NotConfigured("Search", setting)
        : null;

    private async Task<SearchAnswer> SearchAsync(AdmittedAgent agent, SearchQuery query, CancellationToken cancellationToken)
    {
        try
        {
            return await search.FindAsync(query.Text, query.Count, cancellationToken);
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

    private static void Write(Utf8JsonWriter writer, SearchQuery query, SearchAnswer answer, AgentUsage usage, string upgradeUrl, TimeSpan took)
    {
        writer.WriteStartObject();
        writer.WriteString("status", "success");
        writer.WriteString("query", query.Text);
        writer.WriteStartArray("results");
        foreach (var result in answer.Results)
        {
            Write(writer, result);
        }

        writer.WriteEndArray();
        writer.WriteStartObject("usage");
        usage.Write(writer, upgradeUrl);
        writer.WriteEndObject();
        writer.WriteBoolean("cached", answer.IsCached);
        writer.WriteNumber("response_time_ms", (long)took.TotalMilliseconds);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, SearchResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("title", result.Title);
        writer.WriteString("url", result.Url.AbsoluteUri);
        writer.WriteString("snippet", result.Snippet);
        writer.WriteString("source", result.Source);
        writer.WriteNumber("credibility_score", result.Credibility);
        writer.WriteString("published_date", result.PublishedAt?.UtcDateTime.ToString(DateFormat, CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }
}
