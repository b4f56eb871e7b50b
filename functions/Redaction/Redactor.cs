using System.Buffers;
using System.Text.Json;

namespace Serverless.Redaction;

/// <summary>Where the values of named keys are taken out.</summary>
internal enum NamedIn
{
    /// <summary>Nowhere.</summary>
    Nothing,

    /// <summary>In an object, at any depth.</summary>
    Everything,

    /// <summary>In the <c>context</c> of an object, at any depth.</summary>
    Context,
}

/// <summary>
/// Takes out of values of JSON what its rules say. Most hold nothing of the kind, and are passed over without being parsed. What is taken out once is not
/// found again. One instance serves a whole batch.
/// </summary>
/// <param name="rules">What is taken out.</param>
internal sealed class Redactor(RedactionRules rules)
{
    // What neither strings of JSON nor their reader take as it stands.
    private static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private readonly NamedKeys _keys = new(rules.Keys);
    private readonly ArrayBufferWriter<byte> _unescaped = new();
    private ArrayBufferWriter<byte> _text = new();
    private ArrayBufferWriter<byte> _spare = new();

    /// <summary>What is taken out.</summary>
    public RedactionRules Rules { get; } = rules;

    /// <summary>What stands for an e-mail address.</summary>
    public static ReadOnlySpan<byte> Email => "[email]"u8;

    /// <summary>What stands for the number of a card.</summary>
    public static ReadOnlySpan<byte> Card => "[card]"u8;

    /// <summary>What stands for an address of the network.</summary>
    public static ReadOnlySpan<byte> Address => "[ip]"u8;

    private static ReadOnlySpan<byte> Named => "\"[redacted]\""u8;

    /// <summary>Takes out what a value holds.</summary>
    /// <param name="json">The value, well-formed and without white space between its tokens.</param>
    /// <param name="named">Where the values of named keys are taken out.</param>
    /// <param name="output">Takes the value as it is to be kept, when it is another.</param>
    /// <returns>False when there is nothing to take out.</returns>
    public bool TryRedact(ReadOnlySpan<byte> json, NamedIn named, ArrayBufferWriter<byte> output)
    {
        if (!MayHold(json, named))
        {
            return false;
        }

        var start = output.WrittenCount;
        var copied = 0;
        var reader = new Utf8JsonReader(json);
        var contextDepth = named == NamedIn.Everything ? 0 : int.MaxValue;
        while (reader.Read())
        {
            var token = (int)reader.TokenStartIndex;
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (named == NamedIn.Context && reader.CurrentDepth == 1)
                    {
                        contextDepth = reader.ValueTextEquals("context"u8) ? 1 : int.MaxValue;
                    }

                    var isNamed = reader.CurrentDepth > contextDepth && _keys.Contains(in reader);
                    if (TryRedactText(in reader))
                    {
                        output.Write(json[copied..token]);
                        WriteText(output);
                        copied = token + reader.ValueSpan.Length + 2;
                    }

                    if (isNamed)
                    {
                        reader.Read();
                        var value = (int)reader.TokenStartIndex;
                        reader.Skip();
                        if (!json[value..(int)reader.BytesConsumed].SequenceEqual(Named))
                        {
                            output.Write(json[copied..value]);
                            output.Write(Named);
                            copied = (int)reader.BytesConsumed;
                        }
                    }

                    break;
                case JsonTokenType.String or JsonTokenType.Number when TryRedactText(in reader):
                    output.Write(json[copied..token]);
                    WriteText(output);
                    copied = (int)reader.BytesConsumed;
                    break;
            }
        }

        if (copied == 0)
        {
            return false;
        }

        output.Write(json[copied..]);
        return output.WrittenCount > start;
    }

    // Without escapes, what stands in a string stands so in the whole: a quotation mark is a part of nothing that is looked for.
    private bool MayHold(ReadOnlySpan<byte> json, NamedIn named) =>
        json.Contains((byte)'\\') || (named != NamedIn.Nothing && _keys.MayStandIn(json)) || HoldsAny(json);

    private bool HoldsAny(ReadOnlySpan<byte> text) =>
        (Rules.Emails && IsFound(EmailAddresses.Find(text)))
        || (Rules.Cards && IsFound(CardNumbers.Find(text)))
        || (Rules.Addresses && (IsFound(NetworkAddresses.FindIPv6(text)) || IsFound(NetworkAddresses.FindIPv4(text))));

    // Leaves in _text what is to be kept.
    private bool TryRedactText(ref readonly Utf8JsonReader reader)
    {
        var text = reader.ValueIsEscaped ? Unescape(in reader) : reader.ValueSpan;
        if (!HoldsAny(text))
        {
            return false;
        }

        _text.ResetWrittenCount();
        _text.Write(text);

        // What stood beside something that is gone may be seen for what it is only now.
        do
        {
            Replace(Rules.Emails, EmailAddresses.Find, Email);
            Replace(Rules.Cards, CardNumbers.Find, Card);
            Replace(Rules.Addresses, NetworkAddresses.FindIPv6, Address);
            Replace(Rules.Addresses, NetworkAddresses.FindIPv4, Address);
        }
        while (HoldsAny(_text.WrittenSpan));
        return true;
    }

    private ReadOnlySpan<byte> Unescape(ref readonly Utf8JsonReader reader)
    {
        _unescaped.ResetWrittenCount();
        _unescaped.Advance(reader.CopyString(_unescaped.GetSpan(reader.ValueSpan.Length)));
        return _unescaped.WrittenSpan;
    }

    private void Replace(bool isAsked, Finder find, ReadOnlySpan<byte> replacement)
    {
        var rest = _text.WrittenSpan;
        var found = isAsked ? find(rest) : default;
        if (!IsFound(found))
        {
            return;
        }

        _spare.ResetWrittenCount();
        for (; IsFound(found); found = find(rest))
        {
            _spare.Write(rest[..found.Start.Value]);
            _spare.Write(replacement);
            rest = rest[found.End.Value..];
        }

        _spare.Write(rest);
        (_text, _spare) = (_spare, _text);
    }

    private void WriteText(ArrayBufferWriter<byte> output)
    {
        output.Write("\""u8);
        var rest = _text.WrittenSpan;
        while (rest.IndexOfAny(Escaped) is >= 0 and var length)
        {
            output.Write(rest[..length]);
            WriteEscaped(rest[length], output);
            rest = rest[(length + 1)..];
        }

        output.Write(rest);
        output.Write("\""u8);
    }

    private static void WriteEscaped(byte character, ArrayBufferWriter<byte> output)
    {
        switch (character)
        {
            case (byte)'"':
                output.Write("\\\""u8);
                break;
            case (byte)'\\':
                output.Write("\\\\"u8);
                break;
            case (byte)'\n':
                output.Write("\\n"u8);
                break;
            default:
                output.Write("\\u00"u8);
                output.Write([Digit(character >> 4), Digit(character & 0xF)]);
                break;
        }
    }

    private static byte Digit(int value) => "0123456789abcdef"u8[value];

    private static bool IsFound(Range range) => range.End.Value > 0;

    private delegate Range Finder(ReadOnlySpan<byte> text);
}
