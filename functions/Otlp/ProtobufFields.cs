using Google.Protobuf;

namespace Serverless.Otlp;

/// <summary>A field of a message.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">Its bytes, which are part of those of the message.</param>
internal readonly record struct ProtobufField(int Number, ArraySegment<byte> Value);

/// <summary>
/// The fields of a message in protobuf that are messages themselves: the way to its records, of which each is read by itself, so that one that is broken
/// costs no other, and all of them are never held as objects at once.
/// </summary>
internal static class ProtobufFields
{
    /// <summary>Goes through the fields that have bytes.</summary>
    /// <param name="message">The message.</param>
    /// <param name="messages">The numbers of the fields that have to be messages.</param>
    /// <exception cref="InvalidProtocolBufferException">It is no message, or is cut, or one of these fields is of another type.</exception>
    public static IEnumerable<ProtobufField> Of(ArraySegment<byte> message, params IReadOnlyList<int> messages)
    {
        while (message.Count > 0)
        {
            var input = new CodedInputStream(message.Array!, message.Offset, message.Count);
            var tag = input.ReadTag();
            var number = WireFormat.GetTagFieldNumber(tag);
            if (WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited)
            {
                if (messages.Contains(number))
                {
                    throw new FormatException($"field {number} is no message");
                }

                input.SkipLastField();
                message = From(message, (int)input.Position);
                continue;
            }

            var length = input.ReadLength();
            var rest = From(message, (int)input.Position);
            if (length < 0 || length > rest.Count)
            {
                throw new FormatException($"field {number} is longer than the message it is in");
            }

            yield return new(number, rest[..length]);
            message = rest[length..];
        }
    }

    private static ArraySegment<byte> From(ArraySegment<byte> message, int position) => message[(position - message.Offset)..];
}
