using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Json;

namespace Serverless.Traces.Otel;

/// <summary>
/// Reads an <c>ExportTraceServiceRequest</c> in JSON: resources, their scopes, and the spans of those. A span that cannot become an event is
/// left out and counted; a document that is no such request is refused as a whole.
/// </summary>
internal sealed class ExportReader : IDisposable
{
    /// <summary>The most spans of a request.</summary>
    public const int MaxSpans = 1000;

    /// <summary>The largest body, decompressed, in bytes.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private const string ProtobufMediaType = "application/x-protobuf";

    // Far more than the event of any sensible span has, and less than an event may have: one that is refused would take all others with it.
    private const int MaxEventBytes = 32 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ArrayBufferWriter<byte> _lines = new(16 * 1024);
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly Utf8JsonWriter _writer;
    private AttributeSet _resource = new();
    private int _spans;
    private int _rejected;
    private string? _reason;

    private ExportReader() => _writer = new Utf8JsonWriter(_line, Options);

    /// <summary>Reads the export that a request brings.</summary>
    /// <exception cref="ApiException">400 when it is no export in JSON, or has too many spans; 413; 415.</exception>
    public static async Task<SpanEvents> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentType?.StartsWith(ProtobufMediaType, StringComparison.OrdinalIgnoreCase) == true)
        {
            throw RequestErrors.UnsupportedMediaType($"Only OTLP in JSON is taken: set OTEL_EXPORTER_OTLP_PROTOCOL to http/json, which sends {RequestBody.Json}");
        }

        await using var body = new BoundedStream(RequestBody.Open(request, RequestBody.Json), MaxBytes);
        using var bytes = new MemoryStream();
        await body.CopyToAsync(bytes, cancellationToken);
        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    /// <summary>Reads an export.</summary>
    /// <param name="body">The whole body, in UTF-8.</param>
    /// <exception cref="ApiException">400: it is no JSON, no such request, or holds too many spans.</exception>
    public static SpanEvents Read(Span<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8))
        {
            body = body["\uFEFF"u8.Length..];
        }

        RequireJson(body);
        JsonText.MendSurrogates(body);
        using var export = new ExportReader();
        export.ReadRequest(body);
        return new(export._lines.WrittenMemory, export._spans - export._rejected, export._rejected, export._reason);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    // What comes after may rely on it: one whole document in UTF-8.
    private static void RequireJson(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            throw RequestErrors.Invalid("The body is not UTF-8");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            reader.Read();
            JsonCopy.TrySkip(ref reader);
            reader.Read();
        }
        catch (JsonException broken)
        {
            throw RequestErrors.Invalid(
                $"The body is not valid JSON at line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {JsonText.Reason(broken)}");
        }
    }

    private void ReadRequest(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw RequestErrors.Invalid("The body must be an object with \"resourceSpans\"");
        }

        Utf8JsonReader resourceSpans = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            resourceSpans = ProtoJson.Is(ref reader, "resourceSpans"u8, "resource_spans"u8) ? reader : resourceSpans;
            reader.Skip();
        }

        ReadList(ref resourceSpans, ReadResourceSpans, "resourceSpans");
    }

    // The resource may stand after the spans that come from it.
    private void ReadResourceSpans(ref Utf8JsonReader reader)
    {
        _resource = new();
        Utf8JsonReader scopeSpans = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("resource"u8))
            {
                if (!ProtoJson.TryReadMessage(ref reader, ReadResource))
                {
                    throw RequestErrors.Invalid("\"resource\" must be an object");
                }
            }
            else
            {
                scopeSpans = ProtoJson.Is(ref reader, "scopeSpans"u8, "scope_spans"u8) ? reader : scopeSpans;
                reader.Skip();
            }
        }

        ReadList(ref scopeSpans, ReadScopeSpans, "scopeSpans");
    }

    private void ReadResource(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("attributes"u8))
            {
                _resource = AttributeSet.Read(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private void ReadScopeSpans(ref Utf8JsonReader reader)
    {
        Utf8JsonReader spans = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            spans = reader.ValueTextEquals("spans"u8) ? reader : spans;
            reader.Skip();
        }

        ReadList(ref spans, ReadSpan, "spans");
    }

    private void ReadSpan(ref Utf8JsonReader reader)
    {
        if (_spans == MaxSpans)
        {
            throw RequestErrors.Invalid($"Max {MaxSpans} spans per request");
        }

        _spans++;
        var span = SpanReader.Read(ref reader);
        if (SpanMapper.FindProblem(span) is { } problem)
        {
            Reject(problem);
            return;
        }

        _line.ResetWrittenCount();
        SpanMapper.Write(_writer, span, _resource);
        _writer.Flush();
        _writer.Reset();
        if (_line.WrittenCount > MaxEventBytes)
        {
            Reject($"its event would be larger than {MaxEventBytes} bytes");
            return;
        }

        _lines.Write(_line.WrittenSpan);
        _lines.Write("\n"u8);
    }

    private void Reject(string reason)
    {
        _rejected++;
        _reason ??= $"Span {_spans}: {reason}";
    }

    // Where a field stands twice, the last one counts: that is where the reader was left.
    private static void ReadList(ref Utf8JsonReader field, MessageReader read, string name)
    {
        if (field.TokenType == JsonTokenType.PropertyName && !ProtoJson.TryReadList(ref field, read))
        {
            throw RequestErrors.Invalid($"\"{name}\" must be an array of objects");
        }
    }
}
