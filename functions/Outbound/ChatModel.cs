using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Options;

namespace Serverless.Outbound;

/// <summary>
/// A chat model behind an API as OpenAI has it. The operator has chosen the address, so it is asked wherever it is; an answer is waited for 30
/// seconds, and is at most 1 MB.
/// </summary>
public sealed class ChatModel : IDisposable
{
    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer, in bytes.</summary>
    public const int MaxAnswerBytes = 1024 * 1024;

    // A name may come to mean another address.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly ChatModelOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    /// <summary>Prepares to ask the model that the settings name, if they do.</summary>
    public ChatModel(IOptions<ChatModelOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _client = new(new OutboundTelemetry(new SocketsHttpHandler { PooledConnectionLifetime = ConnectionLifetime, AllowAutoRedirect = false }))
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Whether the settings name a model.</summary>
    public bool IsConfigured => _options.Address is not null;

    /// <summary>Asks the model.</summary>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="maxTokens">The most tokens of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ChatModelException">There is no answer.</exception>
    /// <exception cref="InvalidOperationException">No model is configured.</exception>
    public async Task<ChatAnswer> CompleteAsync(IReadOnlyList<ChatMessage> messages, int maxTokens, CancellationToken cancellationToken)
    {
        var endpoint = _options.Address ?? throw new InvalidOperationException($"No chat model is configured: {ChatModelOptions.EndpointSetting} is not set.");
        using var request = new HttpRequestMessage(HttpMethod.Post, AddressOf(endpoint));
        request.Content = new ReadOnlyMemoryContent(ChatCompletion.Request(_options.Model!, messages, maxTokens, endpoint.Host));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = _options.ApiKey is { Length: > 0 } key ? new AuthenticationHeaderValue("Bearer", key) : null;

        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(request, either.Token);
            RequireSuccess(response.StatusCode);
            return ChatCompletion.Read(await response.Content.ReadAsByteArrayAsync(either.Token), _options.Model!);
        }
        catch (OperationCanceledException slow) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChatModelException(ChatModelFailure.Unavailable, $"The chat model did not answer within {Patience.TotalSeconds} seconds", slow);
        }
        catch (HttpRequestException failed)
        {
            throw failed.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.InvalidResponse
                ? new ChatModelException(ChatModelFailure.BadAnswer, "The chat model's answer is too large, or not HTTP", failed)
                : new ChatModelException(ChatModelFailure.Unavailable, "The chat model cannot be reached", failed);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static Uri AddressOf(Uri endpoint) =>
        new UriBuilder(endpoint) { Path = $"{endpoint.AbsolutePath.TrimEnd('/')}/chat/completions" }.Uri;

    // What a provider says of an error may repeat the key, or the question: its status has to do.
    private static void RequireSuccess(HttpStatusCode status)
    {
        if (status is >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices)
        {
            return;
        }

        var failure = status is >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout
            ? ChatModelFailure.Unavailable
            : ChatModelFailure.Refused;
        throw new ChatModelException(failure, $"The chat model answered {(int)status}");
    }
}
