using System.Buffers;
using System.Text.Json;
using Serverless.Redaction;

namespace Serverless.Traces.Hours;

/// <summary>Takes out of steps what is not to be stored. One instance serves a whole batch.</summary>
/// <param name="rules">What is taken out.</param>
internal sealed class StepRedaction(RedactionRules rules)
{
    private readonly Redactor? _redactor = rules.IsEmpty ? null : new(rules);
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly ArrayBufferWriter<byte> _value = new();

    /// <summary>A step as it is to be kept: good until the next call.</summary>
    /// <param name="line">The step.</param>
    public ReadOnlySpan<byte> Redact(ReadOnlySpan<byte> line)
    {
        if (_redactor is null)
        {
            return line;
        }

        _line.ResetWrittenCount();
        var copied = 0;
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // What people write is in these.
            var isText = reader.ValueTextEquals("name"u8) || reader.ValueTextEquals("error_code"u8) || reader.ValueTextEquals("error_message"u8) || reader.ValueTextEquals("attributes"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            _value.ResetWrittenCount();
            if (isText && _redactor.TryRedact(line[start..end], NamedIn.Everything, _value))
            {
                _line.Write(line[copied..start]);
                _line.Write(_value.WrittenSpan);
                copied = end;
            }
        }

        if (copied == 0)
        {
            return line;
        }

        _line.Write(line[copied..]);
        return _line.WrittenSpan;
    }
}
