using System.Text;
using System.Text.Json.Serialization;
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
            var pages = answer.Results.Select(found => new FoundPage(found.Title, found.Url.AbsoluteUri, found.Snippet));
            return new StepCompleted(Encoding.UTF8.GetString(JsonResponse.Body(pages, FoundPageJson.Default.IEnumerableFoundPage).Span));
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
}

/// <summary>A page that a search found, as part of the result of a step.</summary>
internal sealed record FoundPage(string Title, string Url, string Snippet);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IEnumerable<FoundPage>))]
internal sealed partial class FoundPageJson : JsonSerializerContext;
