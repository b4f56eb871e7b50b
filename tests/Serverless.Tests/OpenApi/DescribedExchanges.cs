using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Serverless.Tests.OpenApi;

/// <summary>Holds every request of the contract tests, and its answer, against the description that the host itself gives out.</summary>
internal static class DescribedExchanges
{
    private static readonly ConcurrentDictionary<string, bool> AllCalled = new(StringComparer.Ordinal);
    private static readonly SemaphoreSlim Gate = new(1);
    private static DescribedApi? _api;

    /// <summary>The operations that were called in this run.</summary>
    public static ICollection<string> Called => AllCalled.Keys;

    /// <summary>The description that a host gives out, asked for once: all hosts of a run are of the same build.</summary>
    /// <param name="send">Sends a request to the host.</param>
    /// <param name="address">Any address of the host.</param>
    public static async Task<DescribedApi> DescriptionAsync(Func<HttpRequestMessage, Task<HttpResponseMessage>> send, Uri address)
    {
        await Gate.WaitAsync();
        try
        {
            if (_api is null)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, "/openapi.json"));
                using var response = await send(request);
                _api = DescribedApi.Parse(await response.Content.ReadAsStringAsync());
            }

            return _api;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>Makes sure that an exchange is as it is described.</summary>
    public static async Task VerifyAsync(DescribedApi api, HttpRequestMessage request, HttpResponseMessage response)
    {
        // What has no id was answered by a host, before the application.
        if (!response.Headers.Contains("X-Request-Id"))
        {
            return;
        }

        if (api.Find(request.Method.Method, request.RequestUri!.AbsolutePath) is not { } operation)
        {
            Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests, $"{request.Method} {request.RequestUri.AbsolutePath} answers {response.StatusCode}, and is not described.");
            return;
        }

        AllCalled[operation.Id] = true;
        var mediaType = response.Content.Headers.ContentType?.MediaType;
        var body = mediaType == "text/event-stream" ? null : await response.Content.ReadAsStringAsync();
        var problem = api.Judge(operation, (int)response.StatusCode, mediaType, body);
        Assert.True(problem is null, $"{operation}: {problem}\n{(int)response.StatusCode} {body}");

        // Entries of a batch may be rejected while others are accepted: it is these that the description is about.
        if (response.IsSuccessStatusCode
            && body?.Contains("\"rejected\":", StringComparison.Ordinal) != true
            && request.Content is ByteArrayContent { Headers.ContentEncoding.Count: 0 } content)
        {
            var sent = Encoding.UTF8.GetString(await content.ReadAsByteArrayAsync());
            var wrong = api.JudgeRequest(operation, content.Headers.ContentType?.MediaType, sent);
            Assert.True(wrong is null, $"{operation}: {wrong}\nThe request was: {sent[..Math.Min(2_000, sent.Length)]}");
        }
    }
}
