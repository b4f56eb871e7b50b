using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Serverless.Outbound.Search;

/// <summary>Asks the provider: within a time, for an answer of bounded size, and once more if no connection came about.</summary>
public sealed class SearchUpstream(IOptions<SearchOptions> options, TimeProvider time) : IDisposable
{
    /// <summary>How long an answer may take, both tries included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const int MaxBytes = 1024 * 1024;

    private readonly ISearchProvider? _provider = (options.Value.Provider, options.Value.Address, options.Value.ApiKey) switch
    {
        (SearchOptions.Brave, { } endpoint, { Length: > 0 } key) => new BraveSearch(endpoint, key),
        (SearchOptions.Searxng, { } endpoint, _) => new SearxngSearch(endpoint),
        _ => null,
    };

    private readonly HttpClient _client = CreateClient();

    /// <summary>Searches.</summary>
    /// <param name="query">What to search for.</param>
    /// <param name="count">How many pages are wanted, 1 to 20.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="UpstreamException">The provider failed.</exception>
    internal async Task<IReadOnlyList<SearchResult>> SearchAsync(string query, int count, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await AskAsync(query, count, either.Token);
            RequireSuccess(response.StatusCode);
            using var answer = ReceivedJson.Parse(await ReadAsync(response, either.Token));
            return FoundPage.Clean(_provider!.Read(answer.RootElement), count);
        }
        catch (OperationCanceledException late) when (!cancellationToken.IsCancellationRequested)
        {
            throw new UpstreamException($"no answer within {Patience.TotalSeconds} seconds", late);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or InvalidDataException or JsonException)
        {
            throw new UpstreamException(failure.Message, failure);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> AskAsync(string query, int count, CancellationToken cancellationToken)
    {
        try
        {
            return await SendAsync();
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError
            is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            return await SendAsync();
        }

        async Task<HttpResponseMessage> SendAsync()
        {
            using var request = _provider!.Ask(query, count);
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
    }

    private static void RequireSuccess(HttpStatusCode status)
    {
        if (status != HttpStatusCode.OK)
        {
            throw new UpstreamException($"it answered {(int)status}")
            {
                IsAlive = status is HttpStatusCode.BadRequest or HttpStatusCode.RequestUriTooLong or HttpStatusCode.UnprocessableEntity,
            };
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > MaxBytes)
            {
                throw new UpstreamException($"its answer is larger than {MaxBytes} bytes");
            }
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    // The operator has chosen the address: nobody else leads us elsewhere.
    private static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        };
        var client = new HttpClient(new OutboundTelemetry(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("Serverless", "1.0"));
        return client;
    }
}
