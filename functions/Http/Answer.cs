using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Serverless.Http;

/// <summary>How an endpoint answers when all is well: requests are answered by it, and it is described by it.</summary>
/// <param name="Status">The status.</param>
/// <param name="Description">What it says, in a sentence.</param>
public record Answer(int Status, string Description)
{
    /// <summary>The media type of its body; null when it has none.</summary>
    public string? MediaType { get; init; }

    /// <summary>What its body is in JSON; null when that is not told by a type.</summary>
    public virtual JsonTypeInfo? JsonType => null;

    /// <summary>What its body is, as a JSON Schema, where no type tells that; a text unless it is said.</summary>
    public JsonObject Schema { get; init; } = new() { ["type"] = "string" };

    /// <summary>The headers that stand on it, beside those of every answer.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>A body, as it may be; null for no example. One in JSON is read when it is described, and not before.</summary>
    public string? Example { get; init; }

    /// <summary>An answer in JSON.</summary>
    public static Answer<T> Json<T>(int status, string description, JsonTypeInfo<T> type) => new(status, description, type) { MediaType = RequestBody.Json };

    /// <summary>Answers without a body.</summary>
    public void Write(HttpContext context) => context.Response.StatusCode = Status;
}

/// <summary>An answer in JSON.</summary>
/// <param name="Status">The status.</param>
/// <param name="Description">What it says, in a sentence.</param>
/// <param name="Type">What its body is.</param>
public sealed record Answer<T>(int Status, string Description, JsonTypeInfo<T> Type) : Answer(Status, Description)
{
    /// <inheritdoc/>
    public override JsonTypeInfo JsonType => Type;

    /// <summary>The body that says something.</summary>
    public ReadOnlyMemory<byte> BodyOf(T value) => JsonResponse.Body(value, Type);

    /// <summary>Answers.</summary>
    public Task WriteAsync(HttpContext context, T value, CancellationToken cancellationToken) => WriteBodyAsync(context, BodyOf(value), cancellationToken);

    /// <summary>Answers with a body that is there already.</summary>
    public Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Write(context);
        return JsonResponse.WriteAsync(context.Response, body, cancellationToken);
    }
}
