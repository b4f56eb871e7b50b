using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;

namespace Serverless.Traces.Otel;

/// <summary>
/// Reads an <c>ExportTraceServiceRequest</c>: every span that calls a model, a tool or an agent becomes an event, as a client would have sent it; the others
/// are steps of their traces.
/// </summary>
internal sealed class SpanExportReader : ExportReader, IDisposable
{
    // Far more than the event of any sensible span has, and less than an event may have: one that is refused would take all others with it.
    private const int MaxLineBytes = 32 * 1024;

    private static readonly ExportNames Names = new(
        ["resourceSpans", "resource_spans"], ["scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans"], ["spans"]);

    private readonly ArrayBufferWriter<byte> _events = new(16 * 1024);
    private readonly ArrayBufferWriter<byte> _steps = new();
    private readonly ArrayBufferWriter<byte> _line = new(1024);
    private readonly Utf8JsonWriter _writer;
    private AttributeSet _resource = new();
    private int _stepCount;

    private SpanExportReader()
        : base(Names) => _writer = new Utf8JsonWriter(_line, JsonText.WriterOptions);

    /// <inheritdoc/>
    protected override string RecordName => "Span";

    /// <summary>Reads the export that a request brings.</summary>
    /// <exception cref="ApiException">400 when it is no export, or has too many spans; 413; 415.</exception>
    public static async Task<SpanEvents> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = await OtlpBody.ReadAsync(request, cancellationToken);
        return ReadAll(body);
    }

    /// <summary>Reads an export.</summary>
    /// <exception cref="ApiException">400: it is none, or holds too many spans.</exception>
    public static SpanEvents ReadAll(OtlpBody body)
    {
        using var export = new SpanExportReader();
        export.Read(body);
        return new(export._events.WrittenMemory, export.Count - export.Rejected - export._stepCount, export.Rejected, export.Reason)
        {
            Steps = new(export._steps.WrittenMemory, export._stepCount),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <inheritdoc/>
    protected override void BeginResource() => _resource = new();

    /// <inheritdoc/>
    protected override void AddResource(Resource resource) => _resource.Add(resource.Attributes);

    /// <inheritdoc/>
    protected override void ReadAttributes(ref Utf8JsonReader reader) => _resource = AttributeSet.Read(ref reader);

    /// <inheritdoc/>
    protected override string? ReadRecord(ArraySegment<byte> message) => Take(SpanReader.Read(ProtobufParsers.Span.ParseFrom(message.Array, message.Offset, message.Count)));

    /// <inheritdoc/>
    protected override string? ReadRecord(ref Utf8JsonReader reader) => Take(SpanReader.Read(ref reader));

    private string? Take(ExportedSpan span)
    {
        if (SpanMapper.FindProblem(span) is { } problem)
        {
            return problem;
        }

        var isStep = !GenAiAttributes.AreOfCall(span.Attributes);
        _line.ResetWrittenCount();
        if (isStep)
        {
            StepMapper.Write(_writer, span, _resource);
        }
        else
        {
            SpanMapper.Write(_writer, span, _resource);
        }

        _writer.Flush();
        _writer.Reset();
        if (_line.WrittenCount > MaxLineBytes)
        {
            return $"its event would be larger than {MaxLineBytes} bytes";
        }

        var lines = isStep ? _steps : _events;
        _stepCount += isStep ? 1 : 0;
        lines.Write(_line.WrittenSpan);
        lines.Write("\n"u8);
        return null;
    }
}
