using FsCheck.Fluent;
using Serverless.Ingestion.Index;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Logs.Otel;
using Serverless.Otlp;
using Serverless.Otlp.Messages;
using Serverless.Redaction;
using Serverless.Tests.Ingestion;
using Serverless.Tests.Ingestion.Chunks;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Logs.Otel;

/// <summary>What records of one resource say alike is looked at once; all of its terms are there all the same.</summary>
[Trait("Category", "Fast")]
public sealed class LogExportTermsTests
{
    // Some say what their resource says too, some hold what is taken out, some are refused.
    private static readonly LogRecord[] Records =
    [
        new() { Body = new() { StringValue = "Order placed" } },
        new() { Body = new() { StringValue = "Own service" }, Attributes = { ProtobufExport.Text("service.name", "other") } },
        new() { Body = new() { StringValue = "An address" }, Attributes = { ProtobufExport.Text("to", "ada@example.com"), ProtobufExport.Number("total", 12) } },
        new() { Body = new() { StringValue = "An event" }, EventName = "cart.emptied", SeverityText = "Odd" },
        new() { Body = new() { StringValue = "No trace" }, TraceId = Google.Protobuf.ByteString.CopyFrom(1) },
        new() { Body = new() { StringValue = "Its own scope" }, Attributes = { ProtobufExport.Text("otel.scope.name", "own") } },
    ];

    private static readonly Resource[] Resources =
    [
        new(),
        new() { Attributes = { ProtobufExport.Text("service.name", "shop"), ProtobufExport.Text("deployment.environment.name", "production") } },
        new() { Attributes = { ProtobufExport.Text("service.name", "bank"), ProtobufExport.Text("owner", "bob@example.com"), ProtobufExport.Text("event.name", "of the resource") } },
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_terms_of_an_export_are_those_of_its_entries(bool isRedacted)
    {
        var redaction = RedactionRules.None with { Emails = isRedacted };
        var resource = from source in Gen.Elements(Resources) from records in Gen.Elements(Records).ArrayOf() select ProtobufExport.WithResource(source, records);
        Always.Holds(resource.ArrayOf().Select(parts => parts.SelectMany(part => part).ToArray()), export =>
        {
            using var upload = new DisposedUpload();
            using var body = OtlpBody.Of(export, isProtobuf: true);
            new LogExportReader(upload.Upload, redaction).Read(body);

            using var expected = new TermSet();
            using var lines = new LineReader(upload.Upload.Chunk.FinishPart());
            while (lines.TryRead(out var line))
            {
                LogTerms.Add(line, expected);
            }

            Assert.Equal(expected.ToSortedArray(), upload.Upload.Chunk.Terms.ToSortedArray());
        });
    }

    private sealed class DisposedUpload : IDisposable
    {
        public Serverless.Ingestion.Chunks.ChunkUpload Upload { get; } = UnsentUploads.Begin(LogChunks.Schema);

        // Nothing is staged: there is nothing to wait for.
        public void Dispose() => Upload.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
