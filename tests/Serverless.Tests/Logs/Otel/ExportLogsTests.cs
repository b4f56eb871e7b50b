using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Serverless.Otlp.Messages;
using Serverless.Tests.Hosting;
using Serverless.Tests.Traces.Otel;

namespace Serverless.Tests.Logs.Otel;

/// <summary>Exports of log records over HTTP: what they are answered, and the entries they become.</summary>
[Trait("Category", "Contract")]
public sealed class ExportLogsTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Path = "/v1/otel/v1/logs";
    private const ulong Time = 1_795_262_400_123_456_789;

    private static readonly Resource Shop = new() { Attributes = { ProtobufExport.Text("service.name", "shop"), ProtobufExport.Text("deployment.environment.name", "staging") } };

    private static LogRecord Record => new() { TimeUnixNano = Time, SeverityNumber = 9, SeverityText = "INFO", Body = new() { StringValue = "Order placed" } };

    [Fact]
    public async Task A_record_becomes_an_entry_with_all_that_it_says()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var record = Record;
        record.TraceId = ByteString.CopyFrom(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c"));
        record.SpanId = ByteString.CopyFrom(Convert.FromHexString("b7ad6b7169203331"));
        record.Attributes.Add([
            ProtobufExport.Number("order.id", 4711),
            new() { Key = "paid", Value = new() { BoolValue = true } },
            new() { Key = "total", Value = new() { DoubleValue = 12.5 } },
            new() { Key = "rate", Value = new() { DoubleValue = double.NaN } },
            new() { Key = "items", Value = new() { ArrayValue = new() { Values = { new AnyValue { StringValue = "a" }, new AnyValue { IntValue = 2 } } } } },
            new() { Key = "customer", Value = new() { KvlistValue = new() { Values = { ProtobufExport.Text("name", "Ann") } } } },
            new() { Key = "raw", Value = new() { BytesValue = ByteString.CopyFrom(1, 2, 3) } },
            new() { Key = "none" },
            ProtobufExport.Text("service.name", "checkout"),
        ]);

        await AcceptAsync(logs, ProtobufExport.WithResource(Shop, record), 1);

        var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!.AsObject();
        entry.Remove("id");
        Assert.Equal(
            """
            {"timestamp":"2026-11-21T12:00:00.123456789Z","level":"info","message":"Order placed","environment":"staging","trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331",
            "metadata":{"order.id":4711,"paid":true,"total":12.5,"rate":"NaN","items":["a",2],"customer":{"name":"Ann"},"raw":"AQID","none":null,"service.name":"checkout","otel.scope.name":"tests","otel.scope.version":"1"}}
            """.ReplaceLineEndings(""),
            entry.ToJsonString());
        Assert.Single((await logs.ReadAsync("?start=2000-01-01T00:00:00Z&query=metadata.service.name:checkout"))["logs"]!.AsArray());
        Assert.Empty((await logs.ReadAsync("?start=2000-01-01T00:00:00Z&query=metadata.service.name:shop"))["logs"]!.AsArray());
    }

    [Fact]
    public async Task An_exception_is_the_error_of_its_entry()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var record = new LogRecord
        {
            TimeUnixNano = Time,
            SeverityNumber = 17,
            Attributes =
            {
                ProtobufExport.Text("exception.type", "PaymentDeclined"), ProtobufExport.Text("exception.message", "The card was declined"),
                ProtobufExport.Text("exception.stacktrace", "PaymentDeclined: The card was declined\r\n   at charge\n\n   at pay  \n"),
            },
        };

        await AcceptAsync(logs, ProtobufExport.WithResource(Shop, record), 1);

        var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!;
        Assert.Equal(
            """{"type":"PaymentDeclined","message":"The card was declined","stack_trace":["PaymentDeclined: The card was declined","   at charge","   at pay"]}""",
            entry["error"]!.ToJsonString());
        Assert.Equal(("error", "", """{"service.name":"shop","otel.scope.name":"tests","otel.scope.version":"1"}"""), (Text(entry, "level"), Text(entry, "message"), entry["metadata"]!.ToJsonString()));
    }

    [Theory]
    [InlineData("""{"type":"TypeError","message":"No","stack":"TypeError: No\n    at pay","code":"declined"}""", "", """{"type":"TypeError","message":"No","stack_trace":["TypeError: No","    at pay"]}""", """{"code":"declined"}""")]
    [InlineData("""{"type":"TypeError","message":"No","stack":"TypeError: No"}""", "", """{"type":"TypeError","message":"No","stack_trace":["TypeError: No"]}""", null)]
    [InlineData("""{"stack":"TypeError: No"}""", "RangeError", """{"type":"RangeError"}""", """{"stack":"TypeError: No"}""")]
    [InlineData("""{"message":"No"}""", "", null, """{"message":"No"}""")]
    [InlineData("""{}""", "", null, """{}""")]
    public async Task An_object_with_a_stack_is_an_error_as_pino_writes_it(string sent, string exceptionType, string? error, string? rest)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var fields = JsonNode.Parse(sent)!.AsObject().Select(field => ProtobufExport.Text(field.Key, field.Value!.GetValue<string>()));
        var record = Record;
        record.Attributes.Add(new KeyValue { Key = "err", Value = new() { KvlistValue = new() { Values = { fields } } } });
        if (exceptionType.Length > 0)
        {
            record.Attributes.Add(ProtobufExport.Text("exception.type", exceptionType));
        }

        await AcceptAsync(logs, ProtobufExport.Of(record), 1);

        var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!;
        Assert.Equal((error, rest), (entry["error"]?.ToJsonString(), entry["metadata"]!["err"]?.ToJsonString()));
    }

    [Theory]
    [InlineData(1, "", "debug")]
    [InlineData(8, "", "debug")]
    [InlineData(12, "Information", "info")]
    [InlineData(13, "", "warn")]
    [InlineData(20, "", "error")]
    [InlineData(21, "", "fatal")]
    [InlineData(24, "", "fatal")]
    [InlineData(99, "", "fatal")]
    [InlineData(0, "Warning", "warn")]
    [InlineData(0, "PANIC", "panic")]
    [InlineData(0, "notice", "info")]
    [InlineData(0, "", "info")]
    public async Task Severities_are_levels(int number, string text, string level)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var record = Record;
        (record.SeverityNumber, record.SeverityText) = (number, text);

        await AcceptAsync(logs, ProtobufExport.Of(record), 1);

        Assert.Equal(level, Text(Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!, "level"));
    }

    [Fact]
    public async Task What_a_record_lacks_is_made_up_for()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var before = DateTimeOffset.UtcNow.AddSeconds(-1);
        LogRecord[] records =
        [
            new() { Body = new() { StringValue = "without a time" } },
            new() { ObservedTimeUnixNano = Time, Body = new() { IntValue = 7 } },
            new() { TimeUnixNano = Time, EventName = "cart.emptied" },
            new() { TimeUnixNano = Time, Body = new() { KvlistValue = new() { Values = { ProtobufExport.Text("text", "Structured") } } } },
            new() { TimeUnixNano = Time, Body = new() { StringValue = new string('é', 6_000) } },
        ];

        await AcceptAsync(logs, ProtobufExport.Of(records), records.Length);

        var entries = (await logs.ReadAsync())["logs"]!.AsArray().ToDictionary(entry => Text(entry!, "message"), entry => entry!);
        Assert.InRange(entries["without a time"]["timestamp"]!.GetValue<DateTimeOffset>(), before, DateTimeOffset.UtcNow.AddSeconds(1));
        Assert.Equal("2026-11-21T12:00:00.123456789Z", Text(entries["7"], "timestamp"));
        Assert.Equal("cart.emptied", Text(entries["cart.emptied"]["metadata"]!, "event.name"));
        Assert.Contains("""{"text":"Structured"}""", entries.Keys);
        Assert.Equal(12_000, entries[new string('é', 5_120)]["metadata"]!["message_bytes"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_same_export_counts_once_however_it_is_sent_again()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var export = ProtobufExport.WithResource(Shop, Record, Record);

        await AcceptAsync(logs, export, 2);
        using var compressed = ProtobufExport.Content(Compression.Gzip(export));
        compressed.Headers.ContentEncoding.Add("gzip");
        using var again = await SendAsync(logs.Key, compressed);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());

        // Whatever comes next is stored after what came before.
        await AcceptAsync(logs, ProtobufExport.Of(Record), 3);
    }

    [Fact]
    public async Task Both_forms_become_the_same()
    {
        const string Json =
            """
            {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"tests","version":"1"},"logRecords":[{"timeUnixNano":"1795262400123456789","severityNumber":"SEVERITY_NUMBER_INFO","severityText":"INFO",
            "body":{"stringValue":"Order placed"},"traceId":"0AF7651916CD43DD8448EB211C80319C","attributes":[{"key":"order.id","value":{"intValue":"4711"}},
            {"key":"customer","value":{"kvlistValue":{"values":[{"key":"items","value":{"arrayValue":{"values":[{"doubleValue":1.5},{"boolValue":true},{"bytesValue":"AQID"}]}}}]}}}]}]}],
            "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"deployment.environment.name","value":{"stringValue":"staging"}}]}}]}
            """;
        var record = Record;
        record.TraceId = ByteString.CopyFrom(Convert.FromHexString("0af7651916cd43dd8448eb211c80319c"));
        AnyValue items = new() { ArrayValue = new() { Values = { new AnyValue { DoubleValue = 1.5 }, new AnyValue { BoolValue = true }, new AnyValue { BytesValue = ByteString.CopyFrom(1, 2, 3) } } } };
        record.Attributes.Add([ProtobufExport.Number("order.id", 4711), new() { Key = "customer", Value = new() { KvlistValue = new() { Values = { new KeyValue { Key = "items", Value = items } } } } }]);
        var (json, protobuf) = (await LogClient.CreateAsync(fixture.Host), await LogClient.CreateAsync(fixture.Host));

        using var answer = await SendAsync(json.Key, new StringContent(Json, Encoding.UTF8, "application/json"));
        Assert.Equal((HttpStatusCode.OK, """{"partialSuccess":{}}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        await json.WaitForAsync(1);
        await AcceptAsync(protobuf, ProtobufExport.WithResource(Shop, record), 1);

        Assert.Equal(await EntryAsync(protobuf), await EntryAsync(json));

        static async Task<string> EntryAsync(LogClient logs)
        {
            var entry = Assert.Single((await logs.ReadAsync())["logs"]!.AsArray())!.AsObject();
            entry.Remove("id");
            return entry.ToJsonString();
        }
    }

    [Fact]
    public async Task A_record_that_is_not_valid_is_rejected_alone()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var (huge, wrong) = (Record, Record);
        huge.Attributes.Add(ProtobufExport.Text("huge", new string('x', 101 * 1024)));
        wrong.TraceId = ByteString.CopyFrom(1, 2, 3);

        using var answer = await SendAsync(logs.Key, ProtobufExport.Content(ProtobufExport.Of(new LogRecord(), Record, huge, wrong)));

        var partial = ExportResponse.Parser.ParseFrom(await answer.Content.ReadAsByteArrayAsync()).PartialSuccess;
        Assert.Equal((3, "Record 1: \"message\" must not be empty"), (partial.Rejected, partial.ErrorMessage));
        await logs.WaitForAsync(1);
    }

    [Fact]
    public async Task As_many_records_as_an_export_may_have_are_taken()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var records = Enumerable.Range(0, 8192).Select(number => new LogRecord { TimeUnixNano = Time + (ulong)number, Body = new() { StringValue = $"Record {number}" } }).ToList();

        await AcceptAsync(logs, ProtobufExport.Of(records), 8192);
        using var answer = await SendAsync(logs.Key, ProtobufExport.Content(ProtobufExport.Of([.. records, Record])));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_no_export_is_refused_in_the_envelope_of_logs()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var answer = await SendAsync(logs.Key, new StringContent("[]", Encoding.UTF8, "application/json"));

        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_ERROR", "The body must be an object with \"resourceLogs\""), (answer.StatusCode, Text(error, "code"), Text(error, "error")));
    }

    [Fact]
    public async Task Without_a_key_nothing_is_taken()
    {
        using var json = await SendAsync("lqt_000000000000", new StringContent("{}", Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.Unauthorized, json.StatusCode);
        Assert.Equal("INVALID_API_KEY", JsonNode.Parse(await json.Content.ReadAsStringAsync())!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Metrics_are_not_taken()
    {
        using var content = ProtobufExport.Content([]);
        using var answer = await fixture.Host.Client.PostAsync("/v1/otel/v1/metrics", content);

        Assert.Equal((HttpStatusCode.NotFound, "application/x-protobuf"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private async Task AcceptAsync(LogClient logs, byte[] export, int entries)
    {
        using var answer = await SendAsync(logs.Key, ProtobufExport.Content(export));
        Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, (await answer.Content.ReadAsByteArrayAsync()).Length));
        await logs.WaitForAsync(entries);
    }

    private async Task<HttpResponseMessage> SendAsync(string key, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.Add("x-api-key", key);
        return await fixture.Host.Client.SendAsync(request);
    }

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
