namespace Serverless.Http;

/// <summary>What went wrong with a request, before a surface puts it in its own words.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The machine-readable code, such as <c>VALIDATION_ERROR</c>.</param>
/// <param name="Message">One sentence for a person.</param>
public sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>Whether the same request may succeed later.</summary>
    public bool Retryable { get; init; }

    /// <summary>How long to wait first; null when it does not help, or is not known.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary><see cref="RetryAfter"/> in whole seconds, rounded up, at least one.</summary>
    public long? RetryAfterSeconds => RetryAfter is { } wait ? Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)) : null;

    /// <summary>Every problem found, for validation errors.</summary>
    public IReadOnlyList<ErrorDetail> Details { get; init; } = [];

    /// <summary>The methods that would have been allowed, for <c>Allow</c> on a 405.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];
}

/// <summary>One problem of a request.</summary>
/// <param name="Index">The entry of the batch it is about, from zero; null when it is about the whole request.</param>
/// <param name="Field">The field or parameter; null when there is none to name.</param>
/// <param name="Code">The rule that was broken.</param>
/// <param name="Message">The rule in words.</param>
public sealed record ErrorDetail(int? Index, string? Field, string Code, string Message);

/// <summary>Ends a request with an error. Thrown where no result type could carry it, caught by <see cref="SurfaceEndpoint"/> alone.</summary>
public sealed class ApiException(ApiError error, Exception? cause = null) : Exception(error.Message, cause)
{
    /// <summary>The error to answer with.</summary>
    public ApiError Error { get; } = error;
}
