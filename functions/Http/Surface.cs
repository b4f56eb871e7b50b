using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>One of the public contracts: which paths are its own, and how its errors look.</summary>
/// <param name="paths">The paths it owns, with all that lies below them.</param>
public abstract class Surface(params string[] paths)
{
    // How long storage usually takes to come back.
    private static readonly TimeSpan UnavailableFor = TimeSpan.FromSeconds(5);

    /// <summary>The name in logs, and in the description of the API.</summary>
    public abstract string Name { get; }

    /// <summary>What it is for, in a sentence or two.</summary>
    public abstract string Description { get; }

    /// <summary>What the body of an error is.</summary>
    public abstract JsonTypeInfo ErrorType { get; }

    /// <summary>The JSON Schemas of what no type of ours describes, by name.</summary>
    public virtual IReadOnlyDictionary<string, JsonObject> Shapes { get; } = new Dictionary<string, JsonObject>(StringComparer.Ordinal);

    /// <summary>The code of a 503.</summary>
    protected abstract string UnavailableCode { get; }

    /// <summary>Whether the contract owns a path, known or not.</summary>
    public bool Owns(PathString path) => Array.Exists(paths, own => path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether web pages may read from it: what is for those who run the service is none of theirs.</summary>
    public virtual bool IsReadByPages => false;

    /// <summary>What pages of other origins may do with an endpoint.</summary>
    public PageUse UseOf(ApiOperation operation, string method) =>
        operation.TakesFromPages ? PageUse.Send
        : IsReadByPages && HttpMethods.IsGet(method) ? PageUse.Read
        : PageUse.None;

    /// <summary>What comes before anything else on this surface's paths, even before a path is known to be one.</summary>
    /// <exception cref="ApiException">The request is refused.</exception>
    public virtual Task EnterAsync(HttpContext context) => Task.CompletedTask;

    /// <summary>What comes before an endpoint, where it is the same for all of them.</summary>
    /// <exception cref="ApiException">The request is refused.</exception>
    public virtual Task AdmitAsync(HttpContext context, ApiOperation operation) => Task.CompletedTask;

    /// <summary>The errors of an endpoint that it does not name itself, as they are the same for all that are like it.</summary>
    public virtual IEnumerable<ApiError> ErrorsOf(ApiOperation operation)
    {
        yield return RequestErrors.HttpsRequired().Error;
        if (operation.Body is { } body)
        {
            yield return RequestErrors.TooLarge(body.MaxBytes).Error;
            yield return RequestErrors.UnsupportedMediaType("The body is of another media type").Error;
        }

        yield return RequestErrors.Internal().Error;
        yield return Unavailable();
    }

    /// <summary>The headers that stand on the answers of an endpoint, beside those it names itself.</summary>
    public virtual IEnumerable<Field> HeadersOf(ApiOperation operation) => [];

    /// <summary>503: storage did not answer; nothing was acknowledged.</summary>
    public ApiError Unavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, UnavailableCode, "Storage cannot be reached at the moment, please try again")
        {
            Retryable = true,
            RetryAfter = UnavailableFor,
        };

    /// <summary>An error in the contract's envelope.</summary>
    public abstract ReadOnlyMemory<byte> ErrorBody(ApiError error, string requestId);
}
