using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Ingestion.Records;
using Serverless.Json;

namespace Serverless.Traces.Events;

/// <summary>The tags of an event: strings by name, of equal names the last. One instance serves a whole batch.</summary>
internal sealed class EventTags
{
    private const int MaxTags = 64;
    private const int MaxNameLength = 128;
    private const int MaxLength = 1024;
    private static readonly TextRule ValueRule = new(0, MaxLength);

    private readonly ArrayBufferWriter<byte> _names = new();
    private Tag[] _tags = [];
    private int _count;

    /// <summary>The rule in words: what follows "must be".</summary>
    public static string Rule { get; } = $"an object of at most {MaxTags} strings of at most {MaxLength} characters, with names of at most {MaxNameLength}";

    /// <summary>Reads the object that a reader stands on.</summary>
    /// <param name="reader">A copy of the reader; the object is whole.</param>
    /// <returns>Whether the tags are as they have to be.</returns>
    public bool TryRead(Utf8JsonReader reader)
    {
        _count = 0;
        _names.ResetWrittenCount();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!TryFind(ref reader, out var index))
            {
                return false;
            }

            var name = (Start: (int)reader.TokenStartIndex, reader.ValueSpan.Length);
            reader.Read();
            _tags[index] = _tags[index] with
            {
                Name = Token(name.Start, name.Length),
                Value = Token((int)reader.TokenStartIndex, reader.ValueSpan.Length),
                IsAccepted = ValueRule.Accepts(ref reader),
            };
            reader.TrySkip();
        }

        return AreAllAccepted();
    }

    /// <summary>The rule as a JSON Schema.</summary>
    public static JsonObject ToSchema() => new()
    {
        ["type"] = "object",
        ["additionalProperties"] = ValueRule.ToSchema(),
        ["propertyNames"] = new JsonObject { ["maxLength"] = MaxNameLength },
        ["maxProperties"] = MaxTags,
    };

    /// <summary>Writes the tags just read, once found to be as they have to be.</summary>
    /// <param name="window">The bytes they were read from.</param>
    /// <param name="line">Where to write them.</param>
    public void Write(ReadOnlySpan<byte> window, ref RecordLine line)
    {
        line.Add("{"u8);
        for (var index = 0; index < _count; index++)
        {
            line.Add(index == 0 ? default : ","u8);
            line.Add(window[_tags[index].Name]);
            line.Add(":"u8);
            line.Add(window[_tags[index].Value]);
        }

        line.Add("}"u8);
    }

    // The place of the tag whose name the reader stands on, a new one if need be; false when there is no room, or the name is too long.
    private bool TryFind(ref readonly Utf8JsonReader reader, out int index)
    {
        for (index = 0; index < _count; index++)
        {
            if (reader.ValueTextEquals(_names.WrittenSpan[_tags[index].Unescaped]))
            {
                return true;
            }
        }

        if (_count == MaxTags || JsonText.Beginning(reader.ValueSpan, MaxNameLength).Length < reader.ValueSpan.Length)
        {
            return false;
        }

        if (_count == _tags.Length)
        {
            Array.Resize(ref _tags, MaxTags);
        }

        var start = _names.WrittenCount;
        _names.Advance(reader.CopyString(_names.GetSpan(reader.ValueSpan.Length)));
        _tags[_count++].Unescaped = start.._names.WrittenCount;
        return true;
    }

    private bool AreAllAccepted()
    {
        foreach (ref readonly var tag in _tags.AsSpan(.._count))
        {
            if (!tag.IsAccepted)
            {
                return false;
            }
        }

        return true;
    }

    // A string with its quotation marks.
    private static Range Token(int start, int length) => start..(start + length + 2);

    private record struct Tag(Range Unescaped, Range Name, Range Value, bool IsAccepted);
}
