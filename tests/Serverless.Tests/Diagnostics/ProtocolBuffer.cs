using System.Buffers.Binary;
using System.Text;

namespace Serverless.Tests.Diagnostics;

/// <summary>A message in the encoding of Protocol Buffers, as far as OTLP uses it.</summary>
internal sealed class ProtocolBuffer
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;
    private const int Fixed32 = 5;

    private readonly List<(int Field, object Value)> _fields = [];

    /// <summary>Reads a message.</summary>
    public ProtocolBuffer(ReadOnlyMemory<byte> message)
    {
        var position = 0;
        while (position < message.Length)
        {
            var tag = ReadVarint(message.Span, ref position);
            _fields.Add(((int)(tag >> 3), ReadValue(message, ref position, (int)(tag & 7))));
        }
    }

    /// <summary>The messages in a field.</summary>
    public IEnumerable<ProtocolBuffer> Messages(int field) => All<ReadOnlyMemory<byte>>(field).Select(bytes => new ProtocolBuffer(bytes));

    /// <summary>The message in a field; null when there is none.</summary>
    public ProtocolBuffer? Message(int field) => Messages(field).FirstOrDefault();

    /// <summary>The text in a field; null when there is none.</summary>
    public string? Text(int field) => All<ReadOnlyMemory<byte>>(field).Select(bytes => Encoding.UTF8.GetString(bytes.Span)).FirstOrDefault();

    /// <summary>The bytes in a field as hexadecimal digits; empty when there are none.</summary>
    public string Hex(int field) => All<ReadOnlyMemory<byte>>(field).Select(bytes => Convert.ToHexStringLower(bytes.Span)).FirstOrDefault() ?? "";

    /// <summary>The whole number in a field, 0 when there is none.</summary>
    public ulong Number(int field) => All<ulong>(field).FirstOrDefault();

    /// <summary>The whole number in a field; null when there is none.</summary>
    public ulong? FindNumber(int field) => All<ulong>(field).Cast<ulong?>().FirstOrDefault();

    /// <summary>The floating-point number in a field; null when there is none.</summary>
    public double? FindDouble(int field) => FindNumber(field) is { } bits ? BitConverter.UInt64BitsToDouble(bits) : null;

    private IEnumerable<T> All<T>(int field) => _fields.Where(pair => pair.Field == field).Select(pair => pair.Value).OfType<T>();

    private static object ReadValue(ReadOnlyMemory<byte> message, ref int position, int type)
    {
        switch (type)
        {
            case Varint:
                return ReadVarint(message.Span, ref position);
            case Fixed64:
                position += sizeof(ulong);
                return BinaryPrimitives.ReadUInt64LittleEndian(message.Span[(position - sizeof(ulong))..]);
            case Fixed32:
                position += sizeof(uint);
                return (ulong)BinaryPrimitives.ReadUInt32LittleEndian(message.Span[(position - sizeof(uint))..]);
            case Bytes:
                var length = (int)ReadVarint(message.Span, ref position);
                position += length;
                return message.Slice(position - length, length);
            default:
                throw new FormatException($"There is no wire type {type}.");
        }
    }

    private static ulong ReadVarint(ReadOnlySpan<byte> message, ref int position)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[position++];
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
