using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Webhooks.Deliveries;

/// <summary>A delivery as JSON, without its workspace and endpoint: as its row keeps it.</summary>
internal sealed record DeliveryDocument(
    string Source, string SourceId, string MessageId, string Type, DateTimeOffset HappenedAt, string? EndReason, IReadOnlyList<TryDocument> Tries)
{
    /// <summary>Writes a delivery.</summary>
    public static ReadOnlyMemory<byte> Encode(Delivery delivery) => JsonResponse.Body(
        new(
            delivery.Source,
            delivery.SourceId,
            delivery.MessageId,
            delivery.Type,
            delivery.HappenedAt,
            delivery.EndReason,
            [.. delivery.Tries.Select(TryDocument.Of)]),
        DeliveryDocumentJson.Default.DeliveryDocument);

    /// <summary>Reads a delivery.</summary>
    /// <exception cref="FormatException">These bytes are none.</exception>
    public static Delivery Decode(string workspace, string endpoint, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var document = JsonSerializer.Deserialize(bytes, DeliveryDocumentJson.Default.DeliveryDocument) ?? throw new JsonException("The document is empty.");
            return new(workspace, endpoint, document.Source, document.SourceId, document.MessageId, document.Type, document.HappenedAt)
            {
                EndReason = document.EndReason,
                Tries = [.. document.Tries.Select(each => each.Read())],
            };
        }
        catch (JsonException broken)
        {
            throw new FormatException("The document of a delivery cannot be read.", broken);
        }
    }
}

/// <summary>A try as the document has it.</summary>
internal sealed record TryDocument(
    int Attempt, DateTimeOffset At, int Repetition, string? MessageId, long? DurationMs, int? Status, string? Error, string? Answer, DateTimeOffset? NextAt)
{
    /// <summary>A try.</summary>
    public static TryDocument Of(DeliveryTry each) =>
        new(each.Attempt, each.At, each.Repetition, each.MessageId, (long?)each.Duration?.TotalMilliseconds, each.Status, each.Error, each.Answer, each.NextAt);

    /// <summary>The try that it is.</summary>
    public DeliveryTry Read() => new(Attempt, At)
    {
        Repetition = Repetition,
        MessageId = MessageId,
        Duration = DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null,
        Status = Status,
        Error = Error,
        Answer = Answer,
        NextAt = NextAt,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = false)]
[JsonSerializable(typeof(DeliveryDocument))]
internal sealed partial class DeliveryDocumentJson : JsonSerializerContext;
