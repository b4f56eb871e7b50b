using Serverless.Http;

namespace Serverless.Tests.Http;

/// <summary>Which endpoints web pages may send to: whoever adds one below a path that takes things in says so.</summary>
[Trait("Category", "Fast")]
public sealed class PageUseTests
{
    [Fact]
    public void Pages_may_send_to_what_takes_logs_and_events_in_and_to_nothing_else() => Assert.Equal(
        [.. new RouteTable().Endpoints.Where(endpoint => endpoint.Method == "POST" && TakesIn(endpoint.Path)).Select(Name).Order(StringComparer.Ordinal)],
        new RouteTable().Endpoints.Where(endpoint => endpoint.Operation!.TakesFromPages).Select(Name).Order(StringComparer.Ordinal));

    private static bool TakesIn(string path) => path is "/v1/logs" or "/v1/ingest" or "/v1/otel" || path.StartsWith("/v1/otel/", StringComparison.Ordinal);

    private static string Name(DeclaredEndpoint endpoint) => $"{endpoint.Method} {endpoint.Path}";
}
