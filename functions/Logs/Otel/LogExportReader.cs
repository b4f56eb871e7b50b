using System.Buffers;
using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Otlp;
using Serverless.Otlp.Messages;
using Serverless.Redaction;

namespace Serverless.Logs.Otel;

/// <summary>
/// Reads an <c>ExportLogsServiceRequest</c>: every record becomes an entry as a client would have sent it, judged by the same rules. Nothing is stored before the
/// batch is sent: what fills up meanwhile waits in memory, compressed.
/// </summary>
internal sealed class LogExportReader : ExportReader, IDisposable
{
    private static readonly ExportNames Names = new(
        ["resourceLogs", "resource_logs"], ["scopeLogs", "scope_logs", "instrumentationLibraryLogs", "instrumentation_library_logs"], ["logRecords", "log_records", "logs"]);

    private readonly ChunkUpload _upload;
    private readonly LogEntryReader _entry;
    private readonly LogProblems _problems = new();
    private readonly ArrayBufferWriter<byte> _json = new(4 * 1024);
    private readonly Utf8JsonWriter _writer;
    private readonly LogRecordMapper _mapper;
    private readonly RepeatedField<KeyValue> _resource = [];

    /// <summary>Reads an export.</summary>
    /// <param name="upload">Takes the entries.</param>
    /// <param name="redaction">What is taken out of them, as far as that is known already.</param>
    public LogExportReader(ChunkUpload upload, RedactionRules redaction)
        : base(Names)
    {
        _upload = upload;
        _entry = LogBatchReader.Entry(upload, redaction);
        _writer = new(_json, JsonText.WriterOptions);
        _mapper = new(BatchId.ReceivedAt(upload.Chunk.Batch));
    }

    /// <summary>The size of the accepted entries, in bytes of JSON: what the quota is charged.</summary>
    public long BytesUsed { get; private set; }

    /// <inheritdoc/>
    protected override string RecordName => "Record";

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    /// <inheritdoc/>
    protected override void BeginResource()
    {
        _resource.Clear();
        _mapper.BeginResource(_resource);
    }

    /// <inheritdoc/>
    protected override void AddResource(Resource resource)
    {
        _resource.AddRange(resource.Attributes);
        _mapper.BeginResource(_resource);
    }

    /// <inheritdoc/>
    protected override void ReadAttributes(ref Utf8JsonReader reader)
    {
        JsonMessages.ReadAttributes(ref reader, _resource);
        _mapper.BeginResource(_resource);
    }

    /// <inheritdoc/>
    protected override void BeginScope(Scope scope) => _mapper.Scope = scope;

    /// <inheritdoc/>
    protected override string? ReadRecord(ArraySegment<byte> message) => Take(ProtobufParsers.LogRecord.ParseFrom(message.Array, message.Offset, message.Count));

    /// <inheritdoc/>
    protected override string? ReadRecord(ref Utf8JsonReader reader) => JsonMessages.TryReadLogRecord(ref reader, out var record, out var problem) ? Take(record) : problem;

    private string? Take(LogRecord record)
    {
        if (LogRecordMapper.FindProblem(record) is { } refused)
        {
            return refused;
        }

        _json.ResetWrittenCount();
        _mapper.Write(_writer, record);
        _writer.Flush();
        _writer.Reset();
        var window = _json.WrittenSpan;
        var reader = new Utf8JsonReader(window);
        reader.Read();
        _entry.TryRead(ref reader);
        _problems.Clear();
        if (!_entry.Validate(window, _problems))
        {
            return _problems.Details[0].Message;
        }

        _entry.AppendTo(_upload.Chunk, window, Count - 1);
        BytesUsed += _entry.Size;
        if (_upload.IsFull)
        {
            _upload.SetAside();
        }

        return null;
    }
}
