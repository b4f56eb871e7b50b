using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;

namespace Serverless.Json;

/// <summary>
/// Writes JSON piece by piece, as whoever writes it knows its form: there is nothing to be remembered or checked, and most texts are copied as they are. Where a text
/// needs escapes, they are those of <see cref="JsonText.WriterOptions"/>.
/// </summary>
internal sealed class JsonLine
{
    private const int FirstCapacity = 4 * 1024;
    private const int NumberBytes = 32;

    // A character takes six bytes at most, escaped by its number; and a text, two quotation marks.
    private const int EscapedBytes = 6;
    private const int Marks = 2;

    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(0x20, 0x7F - 0x20).Select(letter => (byte)letter).Except("\"\\"u8.ToArray())]);

    private byte[] _bytes = new byte[FirstCapacity];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>What was written. Good until more is.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(..Length);

    /// <summary>Begins anew.</summary>
    public void Clear() => Length = 0;

    /// <summary>Ends an object or an array, each of whose members has a comma after it.</summary>
    /// <param name="bracket">What ends it.</param>
    public void End(ReadOnlySpan<byte> bracket)
    {
        Length -= _bytes[Length - 1] == ',' ? 1 : 0;
        Add(bracket);
    }

    /// <summary>Adds JSON as it stands.</summary>
    public void Add(ReadOnlySpan<byte> json)
    {
        json.CopyTo(Room(json.Length));
        Length += json.Length;
    }

    /// <summary>Adds a string.</summary>
    /// <param name="utf8">Its text, which is valid.</param>
    public void AddText(ReadOnlySpan<byte> utf8)
    {
        var room = Room(utf8.Length + Marks);
        room[0] = (byte)'"';
        var length = utf8.Length;
        if (utf8.IndexOfAnyExcept(Plain) < 0)
        {
            utf8.CopyTo(room[1..]);
        }
        else
        {
            room = Room((utf8.Length * EscapedBytes) + Marks);
            var status = JsonText.WriterOptions.Encoder!.EncodeUtf8(utf8, room[1..], out _, out length);
            Debug.Assert(status == OperationStatus.Done, "There is room for it, and it is valid.");
            room[0] = (byte)'"';
        }

        room[length + 1] = (byte)'"';
        Length += length + Marks;
    }

    /// <summary>Adds a member of an object that is a string, and a comma after it.</summary>
    public void AddMember(ReadOnlySpan<byte> name, ReadOnlySpan<byte> utf8)
    {
        AddText(name);
        Add(":"u8);
        AddText(utf8);
        Add(","u8);
    }

    /// <summary>Adds a whole number.</summary>
    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(NumberBytes), out var length);
        Length += length;
    }

    /// <summary>Adds a number, which is finite.</summary>
    public void Add(double number)
    {
        number.TryFormat(Room(NumberBytes), out var length, default, CultureInfo.InvariantCulture);
        Length += length;
    }

    /// <summary>Adds bytes, as a string in base64.</summary>
    public void AddBase64(ReadOnlySpan<byte> bytes)
    {
        var room = Room(Base64.GetMaxEncodedToUtf8Length(bytes.Length) + Marks);
        room[0] = (byte)'"';
        Base64.EncodeToUtf8(bytes, room[1..], out _, out var length);
        room[length + 1] = (byte)'"';
        Length += length + Marks;
    }

    private Span<byte> Room(int size)
    {
        if (size > _bytes.Length - Length)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, Length + size));
        }

        return _bytes.AsSpan(Length);
    }
}
