using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Serverless.Outbound;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine.Steps;

/// <summary>
/// Sends HTTP requests. Every try of a step has the same <c>Idempotency-Key</c>, so that a receiver who minds it takes the request once.
/// </summary>
internal sealed class HttpStepRunner(GuardedHttp http, TimeProvider time) : IStepRunner
{
    private const string IdempotencyHeader = "Idempotency-Key";
    private const string DefaultMediaType = "application/json";

    // The part that is pointed to may be small in a large answer.
    private const int MaxBodyBytes = 1024 * 1024;

    // Whoever asks for more patience than this is asked again without it.
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public string Kind => "http";

    /// <inheritdoc/>
    public async Task<StepResult> RunAsync(AppStep step, StepCall call, CancellationToken cancellationToken)
    {
        var definition = (HttpStep)step;
        using var request = new HttpRequestMessage();
        Fill(request, definition, call);
        try
        {
            var response = await http.SendAsync(request, step.Timeout, MaxBodyBytes, cancellationToken);
            return !response.IsSuccess ? Failure(response)
                : !response.IsWhole ? new StepFailed($"the server answered with more than {MaxBodyBytes} bytes")
                : Result(response.Body, definition.Pointer);
        }
        catch (OutboundRefusedException refusal)
        {
            return new StepFailed($"its URL {refusal.Message}");
        }
        catch (OutboundFailedException failure)
        {
            return new StepFailed($"the server {failure.Message}") { MayPass = true };
        }
    }

    private static void Fill(HttpRequestMessage request, HttpStep step, StepCall call)
    {
        request.Method = new HttpMethod(step.Method);
        request.RequestUri = Uri.TryCreate(StepTemplate.Parse(step.Url).RenderUrl(call.ValueOf), UriKind.Absolute, out var url)
            ? url
            : throw new TemplateException("its URL is none");
        if (step.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(StepTemplate.Parse(body).RenderBody(call.ValueOf)));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(DefaultMediaType);
        }

        if (!step.Headers.ContainsKey(IdempotencyHeader))
        {
            request.Headers.Add(IdempotencyHeader, call.IdempotencyKey);
        }

        foreach (var (name, template) in step.Headers)
        {
            var value = StepTemplate.Parse(template).RenderHeader(name, call.ValueOf);
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                // It is about the body, and says nothing if there is none.
                request.Content?.Headers.Remove(name);
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }
    }

    private static StepResult Result(ReadOnlyMemory<byte> body, string? pointer)
    {
        if (pointer is null)
        {
            return new StepCompleted(Encoding.UTF8.GetString(ByteOrderMark.Remove(body).Span));
        }

        try
        {
            using var json = ReceivedJson.Parse(body);
            return JsonPointer.Find(json.RootElement, pointer) is not { } value ? new StepFailed($"the server answered with JSON that has nothing at {pointer}")
                : new StepCompleted(value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText());
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return new StepFailed("the server answered with something else than JSON");
        }
    }

    private StepFailed Failure(GuardedResponse response) => new($"the server answered {(int)response.Status}")
    {
        MayPass = response.Status is HttpStatusCode.RequestTimeout or (HttpStatusCode)425 or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError,
        RetryAfter = RetryAfter(response.Headers.RetryAfter),
    };

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? (header?.Date - time.GetUtcNow());
        return wait is null || wait < TimeSpan.Zero ? null : wait < LongestRetryAfter ? wait : LongestRetryAfter;
    }
}
