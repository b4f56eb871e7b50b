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
    /// <exception cref="FormatException">It is no message, or is cut, or one of these fields is of another type.</exception>
    /// <exception cref="InvalidProtocolBufferException">A group in it makes no sense.</exception>
    public static IEnumerable<ProtobufField> Of(ArraySegment<byte> message, params IReadOnlyList<int> messages)
    {
        while (message.Count > 0)
        {
            var (number, value, end) = Next(message, messages);
            if (value is { } bytes)
            {
                yield return new(number, bytes);
            }

            message = message[end..];
        }
    }

    private static (int Number, ArraySegment<byte>? Value, int End) Next(ArraySegment<byte> message, IReadOnlyList<int> messages)
    {
        var reader = new ProtobufReader(message);
        reader.Read();
        if (reader.Type == WireFormat.WireType.LengthDelimited)
        {
            return (reader.Field, message.Slice(reader.Value.Start, reader.Value.Length), reader.Position);
        }

        if (messages.Contains(reader.Field))
        {
            throw new FormatException($"field {reader.Field} is no message");
        }

        return (reader.Field, null, reader.Type is WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup ? EndOfGroup(message) : reader.Position);
    }

    private static int EndOfGroup(ArraySegment<byte> message)
    {
        var input = new CodedInputStream(message.Array!, message.Offset, message.Count);
        input.ReadTag();
        input.SkipLastField();
        return (int)input.Position - message.Offset;
    }
}
