using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>The errors of requests that every surface refuses alike.</summary>
public static class RequestErrors
{
    /// <summary>403: the request came over plain HTTP.</summary>
    public static ApiException HttpsRequired() =>
        new(new(StatusCodes.Status403Forbidden, "FORBIDDEN", "Plain HTTP is not served: send the request over HTTPS"));

    /// <summary>404: nothing lives at this path.</summary>
    public static ApiException NotFound() =>
        new(new(StatusCodes.Status404NotFound, "NOT_FOUND", "There is nothing at this path"));

    /// <summary>405: the path exists, but not for this method.</summary>
    public static ApiException MethodNotAllowed(IReadOnlyList<string> allow) =>
        new(new(StatusCodes.Status405MethodNotAllowed, "METHOD_NOT_ALLOWED", $"This path answers {string.Join(", ", allow)} only") { Allow = allow });

    /// <summary>500: our fault. Says nothing of the cause.</summary>
    public static ApiException Internal() =>
        new(new(StatusCodes.Status500InternalServerError, "INTERNAL_ERROR", "An unexpected error occurred") { Retryable = true });

    /// <summary>413: the body is larger than the surface takes, as sent or once decompressed.</summary>
    public static ApiException TooLarge(long maxBytes) =>
        new(new(StatusCodes.Status413PayloadTooLarge, "PAYLOAD_TOO_LARGE", $"The body is larger than {maxBytes} bytes"));

    /// <summary>413: one value is larger than any field may be.</summary>
    public static ApiException ValueTooLarge(string where, int maxBytes) =>
        new(new(StatusCodes.Status413PayloadTooLarge, "PAYLOAD_TOO_LARGE", $"{where} is larger than {maxBytes} bytes"));

    /// <summary>415: a media type or content encoding that is not understood.</summary>
    public static ApiException UnsupportedMediaType(string message) =>
        new(new(StatusCodes.Status415UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", message));

    /// <summary>400 with every problem named.</summary>
    public static ApiException Invalid(string message, params IReadOnlyList<ErrorDetail> details) =>
        new(new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", message) { Details = details });

    /// <summary>400: the body stopped arriving, or is not what its <c>Content-Encoding</c> says.</summary>
    public static ApiException Unreadable(string message, Exception? cause = null) =>
        new(
            new(StatusCodes.Status400BadRequest, "VALIDATION_ERROR", message) { Details = [new(null, null, "invalid_encoding", message)] },
            cause);
}
