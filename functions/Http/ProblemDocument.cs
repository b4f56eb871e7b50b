using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Serverless.Http;

/// <summary>An error in the form of RFC 9457, for callers that ask for it.</summary>
[Description("An error in the form of RFC 9457.")]
internal sealed record ProblemDocument(
    [property: Description("Always \"about:blank\": what went wrong is in `code`.")] string Type,
    [property: Description("The status in words.")] string Title,
    [property: Description("The status.")] int Status,
    [property: Description("What went wrong, in a sentence.")] string Detail,
    [property: Description("What went wrong, for a program.")] string Code,
    [property: Description("Whether the same request may succeed later.")] bool Retryable,
    [property: Description("The id of the request, as in the header X-Request-Id.")] string RequestId,
    [property: Description("Every problem of the request; on validation errors only."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProblemDetail>? Errors)
{
    /// <summary>Its media type.</summary>
    public const string MediaType = "application/problem+json";

    /// <summary>The same with its encoding.</summary>
    public const string ContentType = $"{MediaType}; charset=utf-8";

    private const int MaxErrors = 1000;

    /// <summary>Whether a caller asks for this form: by its name, for whoever takes anything gets the envelope of the surface.</summary>
    public static bool IsWanted(HttpRequest request) => request.GetTypedHeaders().Accept
        .Any(accepted => accepted.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase) && accepted.Quality is null or > 0);

    /// <summary>Of an error.</summary>
    public static ProblemDocument Of(ApiError error, string requestId) => new(
        "about:blank",
        ReasonPhrases.GetReasonPhrase(error.Status),
        error.Status,
        error.Message,
        error.Code,
        error.Retryable,
        requestId,
        error.Details.Count == 0 ? null : [.. error.Details.Take(MaxErrors).Select(detail => new ProblemDetail(detail.Index, detail.Field, detail.Code, detail.Message))]);
}

/// <summary>A problem of a request.</summary>
internal sealed record ProblemDetail(
    [property: Description("The entry of the batch it is about, from zero; null when it is about the whole request.")] int? Index,
    [property: Description("The field or the parameter; null when it is none in particular.")] string? Field,
    [property: Description("The rule that was broken, for a program.")] string Code,
    [property: Description("The rule in words.")] string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemJson : JsonSerializerContext;
