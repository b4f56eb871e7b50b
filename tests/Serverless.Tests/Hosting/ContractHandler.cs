using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Serverless.Tests.OpenApi;

namespace Serverless.Tests.Hosting;

/// <summary>
/// Keeps limits by client address out of the way of contract tests. Every request says that it comes from an address of its own, which a host
/// with no front end before it believes; where one stands before it, a short wait that the host asks for is waited. A request that names
/// its address itself is about these limits, and is left alone. And everything is held against the description of the API.
/// </summary>
internal sealed class ContractHandler() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
{
    private const string AddressHeader = "X-Client-IP";
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(65);

    private static readonly string[] LimitedByAddress =
        ["/v1/auth/login", "/v1/register", "/v1/apps", "/v1/runs", "/v1/templates", "/v1/triggers", "/v1/webhooks", "/v1/alerts", "/v1/account"];

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var description = await DescribedExchanges.DescriptionAsync(asking => base.SendAsync(asking, cancellationToken), request.RequestUri!);
        var response = await SendPatientlyAsync(request, cancellationToken);
        await DescribedExchanges.VerifyAsync(description, request, response);
        return response;
    }

    private async Task<HttpResponseMessage> SendPatientlyAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Contains(AddressHeader))
        {
            return await base.SendAsync(request, cancellationToken);
        }

        while (true)
        {
            request.Headers.Remove(AddressHeader);
            request.Headers.Add(AddressHeader, NewAddress());
            var response = await base.SendAsync(request, cancellationToken);
            if (response is not { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter.Delta: { } wait }
                || wait > LongestWait
                || !LimitedByAddress.Any(path => request.RequestUri!.AbsolutePath.StartsWith(path, StringComparison.Ordinal)))
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(wait, cancellationToken);
        }
    }

    // Of the network for documentation, whose upper half of an address counts.
    private static string NewAddress()
    {
        var network = RandomNumberGenerator.GetBytes(4);
        return string.Create(CultureInfo.InvariantCulture, $"2001:db8:{network[0]:x}{network[1]:x2}:{network[2]:x}{network[3]:x2}::1");
    }
}
