using System.ComponentModel;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>A surface whose errors look as Lamina's do: that contract itself, and what the service says of itself and to its operator.</summary>
/// <param name="paths">The paths it owns, with all that lies below them.</param>
public abstract class LaminaEnvelope(params string[] paths) : Surface(paths)
{
    // More than is wrong with any request that was meant: one that was not gets no answer much larger than itself.
    private const int MaxDetails = 1000;

    /// <inheritdoc/>
    public override JsonTypeInfo ErrorType => LaminaErrorJson.Default.LaminaError;

    /// <inheritdoc/>
    protected override string UnavailableCode => "RESOURCE_UNAVAILABLE";

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> ErrorBody(ApiError error, string requestId) => JsonResponse.Body(
        new LaminaError(
            error.Message,
            error.Code,
            error.Retryable,
            error.Status == StatusCodes.Status429TooManyRequests ? error.RetryAfterSeconds : null,
            requestId,
            error.Details.Count == 0 ? null : [.. error.Details.Take(MaxDetails).Select(detail => new LaminaProblem(detail.Field, detail.Code, detail.Message))]),
        LaminaErrorJson.Default.LaminaError);
}

/// <summary>An error of Lamina.</summary>
internal sealed record LaminaError(
    [property: Description("What went wrong, in a sentence.")] string Error,
    [property: Description("What went wrong, for a program.")] string Code,
    [property: Description("Whether the same request may succeed later.")] bool Retryable,
    [property: Description("How long to wait first, in seconds; on 429 only."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? RetryAfter,
    [property: Description("The id of the request, as in the header X-Request-Id.")] string RequestId,
    [property: Description("Every problem of the request; on validation errors only."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LaminaProblem>? Details);

/// <summary>A problem of a request.</summary>
internal sealed record LaminaProblem(
    [property: Description("The parameter or the field; null when it is none in particular.")] string? Param,
    [property: Description("The rule that was broken, for a program.")] string Code,
    [property: Description("The rule in words.")] string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LaminaError))]
internal sealed partial class LaminaErrorJson : JsonSerializerContext;

/// <summary>An answer in Lamina's envelope.</summary>
/// <param name="Data">What was asked for.</param>
internal sealed record Answered<T>([property: Description("What was asked for.")] T Data)
    where T : notnull;
