using System.Text.Json;
using Google.Protobuf.Collections;
using Serverless.Ingestion.Chunks;
using Serverless.Otlp;
using Serverless.Otlp.Messages;
using Serverless.Redaction;

namespace Serverless.Logs.Otel;

/// <summary>
/// Reads an <c>ExportLogsServiceRequest</c>: every record becomes an entry as a client would have sent it, judged by the same rules. Nothing is stored before the
/// batch is sent: what fills up meanwhile waits in memory, compressed.
/// </summary>
internal sealed class LogExportReader : ExportReader
{
    private static readonly ExportNames Names = new(
        ["resourceLogs", "resource_logs"], ["scopeLogs", "scope_logs", "instrumentationLibraryLogs", "instrumentation_library_logs"], ["logRecords", "log_records", "logs"]);

    private readonly ChunkUpload _upload;
    private readonly LogEntryReader _entry;
    private readonly LogProblems _problems = new();
    private readonly LogRecordFields _fields = new();
    private readonly LogRecordMapper _mapper;
    private readonly RepeatedField<KeyValue> _resource = [];
    private bool _isNewResource;

    /// <summary>Reads an export.</summary>
    /// <param name="upload">Takes the entries.</param>
    /// <param name="redaction">What is taken out of them, as far as that is known already.</param>
    public LogExportReader(ChunkUpload upload, RedactionRules redaction)
        : base(Names)
    {
        _upload = upload;
        _entry = LogBatchReader.Entry(upload, redaction);
        _mapper = new(BatchId.ReceivedAt(upload.Chunk.Batch));
    }

    /// <summary>The size of the accepted entries, in bytes of JSON: what the quota is charged.</summary>
    public long BytesUsed { get; private set; }

    /// <inheritdoc/>
    protected override string RecordName => "Record";

    /// <inheritdoc/>
    protected override void BeginResource()
    {
        _resource.Clear();
        _isNewResource = true;
    }

    /// <inheritdoc/>
    protected override void AddResource(Resource resource) => _resource.AddRange(resource.Attributes);

    /// <inheritdoc/>
    protected override void ReadAttributes(ref Utf8JsonReader reader) => JsonMessages.ReadAttributes(ref reader, _resource);

    /// <inheritdoc/>
    protected override void BeginScope(Scope scope)
    {
        _mapper.BeginScope(scope);
        if (_isNewResource)
        {
            // By now all is known of it.
            _mapper.BeginResource(_resource);
            _isNewResource = false;
        }
    }

    /// <inheritdoc/>
    protected override string? ReadRecord(ArraySegment<byte> message)
    {
        _fields.Read(message);
        return Take();
    }

    /// <inheritdoc/>
    protected override string? ReadRecord(ref Utf8JsonReader reader)
    {
        if (!JsonMessages.TryReadLogRecord(ref reader, out var record, out var problem))
        {
            return problem;
        }

        _fields.Read(record);
        return Take();
    }

    private string? Take()
    {
        if (LogRecordMapper.FindProblem(_fields) is { } refused)
        {
            return refused;
        }

        var window = _mapper.Write(_fields, _entry);
        _problems.Clear();
        if (!_entry.Validate(window, _problems))
        {
            return _problems.Details[0].Message;
        }

        _entry.AppendTo(_upload.Chunk, window, Count - 1);
        _mapper.Took();
        BytesUsed += _entry.Size;
        if (_upload.IsFull)
        {
            _upload.SetAside();
        }

        return null;
    }
}
