using System.Text;
using FsCheck.Fluent;
using Google.Protobuf;
using Serverless.Ingestion.Chunks;
using Serverless.Logs;
using Serverless.Logs.Otel;
using Serverless.Otlp;
using Serverless.Otlp.Messages;
using Serverless.Tests.Ingestion;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Logs.Otel;

/// <summary>Log records are read from their bytes; they mean what the library says they do, however they are written.</summary>
[Trait("Category", "Fast")]
public sealed class LogRecordFieldsTests
{
    private static readonly AnyValue Nested = new()
    {
        KvlistValue = new() { Values = { ProtobufExport.Text("a", "é\"\\\n"), new KeyValue { Key = "b", Value = new() { ArrayValue = new() { Values = { new AnyValue { IntValue = -7 }, new AnyValue() } } } } } },
    };

    // Fields as serializers write them, and such as none does: of other types, cut, of unknown numbers, no UTF-8, groups, values with several meanings.
    private static readonly byte[][] Fields =
    [
        .. ((LogRecord[])
        [
            new() { TimeUnixNano = 1_795_262_400_123_456_789 }, new() { ObservedTimeUnixNano = 1_795_262_400_000_000_000 }, new() { SeverityNumber = 17 }, new() { SeverityNumber = -1 },
            new() { SeverityText = "Warning" }, new() { EventName = "cart.emptied" }, new() { Body = new() { StringValue = "Order \"placed\"" } }, new() { Body = Nested }, new() { Body = new() },
            new() { TraceId = ByteString.CopyFrom([.. Enumerable.Range(1, 16).Select(number => (byte)number)]) }, new() { SpanId = ByteString.CopyFrom([.. Enumerable.Range(1, 8).Select(number => (byte)number)]) },
            new() { Attributes = { ProtobufExport.Text("name", "value"), ProtobufExport.Number("name", long.MinValue) } }, new() { Attributes = { new KeyValue { Key = "nested", Value = Nested } } },
            new() { Attributes = { new KeyValue { Key = "half", Value = new() { DoubleValue = 0.5 } }, new KeyValue { Key = "none", Value = new() { DoubleValue = double.NegativeInfinity } } } },
            new() { Attributes = { new KeyValue { Key = "yes", Value = new() { BoolValue = true } }, new KeyValue { Key = "raw", Value = new() { BytesValue = ByteString.CopyFrom(1, 2) } }, new KeyValue() } },
            new() { Attributes = { ProtobufExport.Text("exception.type", "Boom"), ProtobufExport.Text("exception.stacktrace", "a\n\n b"), ProtobufExport.Text("service.name", "other") } },
        ]).Select(record => record.ToByteArray()),
        ProtobufExport.Field(LogRecord.BodyFieldNumber, [.. new AnyValue { StringValue = "first" }.ToByteArray(), .. new AnyValue { IntValue = 2 }.ToByteArray()]),
        ProtobufExport.Field(LogRecord.BodyFieldNumber, [.. Nested.ToByteArray(), .. Nested.ToByteArray()]),
        ProtobufExport.Field(LogRecord.BodyFieldNumber, ProtobufExport.Field(AnyValue.StringValueFieldNumber, [0xC3, 0x28])),
        ProtobufExport.Field(LogRecord.AttributesFieldNumber, [.. ProtobufExport.Text("twice", "a").ToByteArray(), .. ProtobufExport.Text("again", "b").ToByteArray()]),
        ProtobufExport.Field(LogRecord.AttributesFieldNumber, [0x0A, 0x09, 0x61]),
        ProtobufExport.Field(LogRecord.SeverityTextFieldNumber, [0xFF]),
        ProtobufExport.Field(LogRecord.TimeUnixNanoFieldNumber, [1, 2]),
        ProtobufExport.Field(40, "unknown"u8.ToArray()),
        [0x40, 0x01],
        [0x45, 1, 2, 3, 4],
        [0x28, 0x01],
        [0x3B, 0x08, 0x01, 0x3C],
        [0x3B, 0x08],
        [0x0C],
        [0x0F],
        [0x80],
        [],
    ];

    [Fact]
    public void Whatever_stands_in_a_record_means_what_it_does_to_the_library() => Always.Holds(
        Gen.Elements(Fields).ArrayOf().Select(fields => fields.SelectMany(field => field).ToArray()),
        record => Assert.Equal(Try(() => EntryOf(fields => fields.Read(ProtobufParsers.LogRecord.ParseFrom(record)))), Try(() => EntryOf(fields => fields.Read(record)))),
        count: 2_000);

    [Fact]
    public void Of_what_serializers_write_nothing_becomes_an_object()
    {
        byte[] record = [.. Fields.Take(16).Select(LogRecord.Parser.ParseFrom).Aggregate((all, one) => { all.MergeFrom(one); return all; }).ToByteArray()];
        var (fields, mapper, entry) = (new LogRecordFields(), Mapper(), Entry());
        Read();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Read();

        // Of the error, which few records have, the texts do.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000);

        void Read()
        {
            fields.Read(record);
            mapper.Write(fields, entry);
        }
    }

    private static string EntryOf(Action<LogRecordFields> read)
    {
        var fields = new LogRecordFields();
        read(fields);
        return LogRecordMapper.FindProblem(fields) ?? Encoding.UTF8.GetString(Mapper().Write(fields, Entry()));
    }

    private static LogRecordMapper Mapper()
    {
        var mapper = new LogRecordMapper(DateTimeOffset.UnixEpoch);
        mapper.BeginResource([ProtobufExport.Text("service.name", "shop"), ProtobufExport.Text("host.name", "a")]);
        return mapper;
    }

    private static LogEntryReader Entry() => new(BatchId.New(DateTimeOffset.UnixEpoch));

    private static string Try(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidProtocolBufferException)
        {
            return "no record";
        }
    }
}
