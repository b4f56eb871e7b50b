using System.Text;
using System.Text.Json;
using Serverless.Http;
using Serverless.Outbound.Search;
using Serverless.Runs.Apps;
using Serverless.Texts;

namespace Serverless.Runs.Engine.Steps;

/// <summary>Searches the web; the result is a JSON array of pages.</summary>
internal sealed class SearchStepRunner(WebSearch search) : IStepRunner
{
    /// <inheritdoc/>
    public string Kind => "search";

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken)
    {
        var definition = (SearchStep)step;
        var query = WebSearch.Normalize(StepTemplate.Parse(definition.Query).Render(call.ValueOf, "query", StepTemplate.MaxLineBytes));
        if (query.Length == 0 || Characters.Exceed(query, WebSearch.MaxQueryLength))
        {
            return new StepFailed($"its query must have 1 to {WebSearch.MaxQueryLength} characters");
        }

        try
        {
            var answer = await search.FindAsync(query, definition.Count, cancellationToken);
            return new StepCompleted(Encoding.UTF8.GetString(JsonResponse.Body(writer => Write(writer, answer.Results)).Span));
        }
        catch (SearchException failure)
        {
            return new StepFailed(failure.Failure == SearchFailure.NotConfigured ? failure.Message : "the search provider did not answer")
            {
                MayPass = failure.Failure != SearchFailure.NotConfigured,
                RetryAfter = failure.RetryAfter > TimeSpan.Zero ? failure.RetryAfter : null,
            };
        }
    }

    private static void Write(Utf8JsonWriter writer, IReadOnlyList<SearchResult> results)
    {
        writer.WriteStartArray();
        foreach (var found in results)
        {
            writer.WriteStartObject();
            writer.WriteString("title", found.Title);
            writer.WriteString("url", found.Url.AbsoluteUri);
            writer.WriteString("snippet", found.Snippet);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
