using System.Buffers.Text;
using System.Text.Json;
using Serverless.Json;

namespace Serverless.Operator;

/// <summary>A message as it lies in a queue, whatever it is. Ours are base64, and begin with a line of JSON.</summary>
/// <param name="Bytes">What was sent, or what lies there if that is no base64.</param>
internal readonly record struct RawMessage(ReadOnlyMemory<byte> Bytes)
{
    private const byte EndOfHeader = (byte)'\n';

    /// <summary>The object that the message begins with; null when there is none.</summary>
    public JsonElement? Header
    {
        get
        {
            var bytes = Bytes.Span;
            var end = bytes.IndexOf(EndOfHeader);
            try
            {
                var reader = new Utf8JsonReader(JsonText.Mended(end < 0 ? bytes : bytes[..end]));
                return JsonElement.ParseValue(ref reader) is { ValueKind: JsonValueKind.Object } header ? header : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    /// <summary>Reads a message.</summary>
    /// <param name="body">Its text, as the queue has it.</param>
    public static RawMessage Of(BinaryData body)
    {
        var bytes = body.ToArray();
        if (!Base64.IsValid(bytes))
        {
            return new(bytes);
        }

        Base64.DecodeFromUtf8InPlace(bytes, out var length);
        return new(bytes.AsMemory(..length));
    }
}
