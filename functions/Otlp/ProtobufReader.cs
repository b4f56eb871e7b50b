using System.Buffers.Binary;
using Google.Protobuf;

namespace Serverless.Otlp;

/// <summary>Reads the fields of a message in protobuf one after the other, straight from its bytes.</summary>
/// <param name="message">The message.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int MaxVarintBytes = 10;

    // Set in every byte of a number but its last.
    private const byte MoreFollow = 0x80;

    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Where the field after the present one begins.</summary>
    public int Position { get; private set; }

    /// <summary>The number of the field.</summary>
    public int Field { get; private set; }

    /// <summary>How its value is written.</summary>
    public WireFormat.WireType Type { get; private set; }

    /// <summary>The value of a field that is a number.</summary>
    public ulong Number { get; private set; }

    /// <summary>Where the value of a field that has bytes stands.</summary>
    public Slice Value { get; private set; }

    /// <summary>The value of a field that has bytes.</summary>
    public readonly ReadOnlySpan<byte> Bytes => Value.Of(_message);

    /// <summary>Reads the next field; of a group, only that it begins or ends.</summary>
    /// <returns>False at the end of the message.</returns>
    /// <exception cref="FormatException">The message is cut, or is none.</exception>
    public bool Read()
    {
        if (Position == _message.Length)
        {
            return false;
        }

        var tag = ReadVarint();
        Field = (int)(tag >> 3);
        Type = (WireFormat.WireType)(tag & 7);
        if (tag > uint.MaxValue || Field == 0)
        {
            throw new FormatException("a field has no valid number");
        }

        switch (Type)
        {
            case WireFormat.WireType.Varint:
                Number = ReadVarint();
                break;
            case WireFormat.WireType.Fixed64:
                Number = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));
                break;
            case WireFormat.WireType.Fixed32:
                Number = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));
                break;
            case WireFormat.WireType.LengthDelimited:
                var length = ReadVarint();
                if (length > (ulong)(_message.Length - Position))
                {
                    throw new FormatException($"field {Field} is longer than the message it is in");
                }

                Value = new(Position, (int)length);
                Position += (int)length;
                break;
            case WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup:
                break;
            default:
                throw new FormatException($"field {Field} is of no known type");
        }

        return true;
    }

    private ulong ReadVarint()
    {
        // Most are of one byte.
        if (Position < _message.Length && _message[Position] is < MoreFollow and var value)
        {
            Position++;
            return value;
        }

        return ReadLongVarint();
    }

    private ulong ReadLongVarint()
    {
        var value = 0ul;
        for (var index = 0; index < MaxVarintBytes; index++)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & ~MoreFollow) << (7 * index);
            if (next < MoreFollow)
            {
                return value;
            }
        }

        throw new FormatException("a number is longer than any can be");
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _message.Length - Position)
        {
            throw new FormatException("the message is cut");
        }

        Position += count;
        return _message.Slice(Position - count, count);
    }
}

/// <summary>A part of some bytes.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct Slice(int Start, int Length)
{
    /// <summary>The part.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> bytes) => bytes.Slice(Start, Length);
}
