using System.Text.Json;
using Serverless.Json;

namespace Serverless.Outbound;

/// <summary>Reads JSON that others sent, which may be anything.</summary>
internal static class ReceivedJson
{
    /// <summary>Reads a document, in whichever Unicode encoding it came.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(JsonText.Mended(ByteOrderMark.Remove(body).Span));

    /// <summary>A member of an object; null when there is none, or it is no object.</summary>
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;
}
