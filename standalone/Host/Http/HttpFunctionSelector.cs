using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace Serverless.Standalone.Host;

/// <summary>
/// Passes over the functions that do not take a request's method, so that it reaches the next best route, such as a catch-all.
/// ASP.NET Core's own policy would answer 405 instead; the Functions host does not.
/// </summary>
internal sealed class HttpFunctionSelector : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            if (candidates.IsValidCandidate(index)
                && candidates[index].Endpoint.Metadata.GetMetadata<HttpFunction>() is { } function
                && !function.Accepts(httpContext.Request.Method, candidates[index].Values))
            {
                candidates.SetValidity(index, false);
            }
        }

        return Task.CompletedTask;
    }
}
