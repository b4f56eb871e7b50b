using System.Diagnostics;
using Serverless.Diagnostics;

namespace Serverless.Outbound;

/// <summary>Shows every request to somebody else as a span. Neither its path nor what it carries is told: there may be secrets in both.</summary>
/// <param name="next">Sends it.</param>
internal sealed class OutboundTelemetry(HttpMessageHandler next) : DelegatingHandler(next)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var span = Instrumentation.Activities.StartActivity(request.Method.Method, ActivityKind.Client);
        span?.SetTag("http.request.method", request.Method.Method)
            .SetTag("server.address", request.RequestUri?.Host)
            .SetTag("server.port", request.RequestUri?.Port);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            span?.SetTag("http.response.status_code", (int)response.StatusCode);
            return response;
        }
        catch (Exception failure)
        {
            span.Fail(failure);
            throw;
        }
    }
}
