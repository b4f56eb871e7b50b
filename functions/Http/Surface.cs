using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>One of the public contracts: which paths are its own, and how its errors look.</summary>
/// <param name="paths">The paths it owns, with all that lies below them.</param>
public abstract class Surface(params string[] paths)
{
    // How long storage usually takes to come back.
    private static readonly TimeSpan UnavailableFor = TimeSpan.FromSeconds(5);

    /// <summary>The name in logs.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it is served at all; if not, its paths are as unknown as any other.</summary>
    public virtual bool IsServed => true;

    /// <summary>The code of a 503.</summary>
    protected abstract string UnavailableCode { get; }

    /// <summary>Whether the contract owns a path, known or not.</summary>
    public bool Owns(PathString path) => Array.Exists(paths, own => path.StartsWithSegments(own, StringComparison.OrdinalIgnoreCase));

    /// <summary>503: storage did not answer; nothing was acknowledged.</summary>
    public ApiError Unavailable() =>
        new(StatusCodes.Status503ServiceUnavailable, UnavailableCode, "Storage cannot be reached at the moment, please try again")
        {
            Retryable = true,
            RetryAfter = UnavailableFor,
        };

    /// <summary>Writes an error in the contract's envelope, as one JSON object.</summary>
    public abstract void WriteError(Utf8JsonWriter writer, ApiError error, string requestId);
}
