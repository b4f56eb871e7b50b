using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>The header by which a client says that two requests are the same.</summary>
public static class IdempotencyKey
{
    /// <summary>The header.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Stands, as <c>true</c>, on an answer that was given before.</summary>
    public const string ReplayedHeader = "Idempotent-Replayed";

    private const int MaxLength = 255;

    /// <summary>The header, as requests are described.</summary>
    public static TextField Field { get; } = new(Header, "Makes the request safe to repeat: for 24 hours the same key with the same body gets the first answer again, and nothing is done twice.")
    {
        MinLength = 1,
        MaxLength = MaxLength,
        Rule = new(static key => key.All(character => character is >= ' ' and <= '~'), "printable ASCII characters") { Pattern = "^[ -~]+$" },
    };

    /// <summary>The header of an answer that was given before, as answers are described.</summary>
    public static TextField Replayed { get; } = new(ReplayedHeader, "`true` on the answer to a repeated request.");

    /// <summary>The errors of requests that carry one.</summary>
    public static IReadOnlyList<ApiError> Errors { get; } = [Conflict().Error, InProgress().Error];

    /// <summary>The key of a request; null when there is none.</summary>
    /// <exception cref="ApiException">400: it is not 1 to 255 printable characters.</exception>
    public static string? Of(HttpRequest request)
    {
        var sent = request.Headers[Header];
        if (sent.Count == 0)
        {
            return null;
        }

        var key = sent.ToString();
        return key.Length is > 0 and <= MaxLength && key.All(character => character is >= ' ' and <= '~')
            ? key
            : throw RequestErrors.Invalid(
                "Invalid header",
                new ErrorDetail(null, Header, "invalid_format", $"\"{Header}\" must be 1 to {MaxLength} printable ASCII characters"));
    }

    /// <summary>409: another request came under this key.</summary>
    public static ApiException Conflict() =>
        new(new(StatusCodes.Status409Conflict, "IDEMPOTENCY_CONFLICT", $"This {Header} was used for another body"));

    /// <summary>409: the same request is being carried out right now.</summary>
    public static ApiException InProgress() =>
        new(new(StatusCodes.Status409Conflict, "IDEMPOTENCY_CONFLICT", $"A request with this {Header} is in progress, please try again")
        {
            Retryable = true,
            RetryAfter = TimeSpan.FromSeconds(1),
        });
}
