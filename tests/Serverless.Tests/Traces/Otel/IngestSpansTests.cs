using System.Text;
using Microsoft.AspNetCore.Http;
using Serverless.Otlp;
using Serverless.Tests.Hosting;
using Serverless.Traces.Otel;
using Serverless.Traces.Requests;

namespace Serverless.Tests.Traces.Otel;

/// <summary>The two answers to an export, and what bodies it may come in.</summary>
[Trait("Category", "Fast")]
public sealed class IngestSpansTests
{
    private static readonly byte[] Whole = SpanExport.Of(SpanExport.Span(), SpanExport.Span());
    private static readonly byte[] Partial = SpanExport.Of("{}", SpanExport.Span(), "{}", "{}");

    [Fact]
    public async Task An_exporter_is_told_that_all_spans_were_taken()
    {
        var answer = await new DirectRequest(new LumiqTrace()) { Body = Whole }.SendAsync(AnswerExportAsync);

        Assert.Equal((200, """{"partialSuccess":{}}"""), (answer.Status, answer.Body));
        Assert.Equal("application/json; charset=utf-8", answer.Headers.ContentType);
    }

    [Fact]
    public async Task An_exporter_is_told_how_many_spans_were_not_taken_and_why()
    {
        var answer = await new DirectRequest(new LumiqTrace()) { Body = Partial }.SendAsync(AnswerExportAsync);

        Assert.Equal(
            (200, """{"partialSuccess":{"rejectedSpans":"3","errorMessage":"Span 1: \"traceId\" must be 32 hexadecimal digits, not all 0"}}"""),
            (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_client_of_ours_is_told_as_for_a_batch_of_events()
    {
        var whole = await new DirectRequest(new LumiqTrace()) { Body = Whole }.SendAsync(AnswerBatchAsync);
        var partial = await new DirectRequest(new LumiqTrace()) { Body = Partial }.SendAsync(AnswerBatchAsync);

        Assert.Equal((202, """{"accepted":2,"cv":7}"""), (whole.Status, whole.Body));
        Assert.Equal((202, """{"accepted":1,"cv":7,"rejected":3}"""), (partial.Status, partial.Body));
    }

    [Fact]
    public async Task An_export_may_be_compressed()
    {
        var answer = await new DirectRequest(new LumiqTrace()) { Body = Compression.Gzip(Whole), ContentEncoding = "gzip" }.SendAsync(AnswerBatchAsync);

        Assert.Equal((202, """{"accepted":2,"cv":7}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        var answer = await new DirectRequest(new LumiqTrace()) { Body = Whole, ContentType = "text/plain" }.SendAsync(AnswerExportAsync);

        Assert.Equal((415, """{"error":"Content-Type must be application/json or application/x-protobuf, in UTF-8"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_body_that_is_no_export_is_refused_in_one_sentence()
    {
        var answer = await new DirectRequest(new LumiqTrace()) { Body = "{\"resourceSpans\":5}"u8.ToArray() }.SendAsync(AnswerExportAsync);

        Assert.Equal((400, """{"error":"\"resourceSpans\" must be an array of objects"}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData(null, 0, 202)]
    [InlineData(null, 1, 413)]
    [InlineData("gzip", 0, 202)]
    [InlineData("gzip", 1, 413)]
    public async Task A_body_has_at_most_64_MB_decompressed(string? encoding, int more, int status)
    {
        var body = Encoding.UTF8.GetBytes("{}" + new string(' ', OtlpBody.MaxBytes - 2 + more));
        var sent = encoding is null ? body : Compression.Gzip(body);

        var answer = await new DirectRequest(new LumiqTrace()) { Body = sent, ContentEncoding = encoding }.SendAsync(AnswerBatchAsync);

        Assert.Equal((status, status == 202 ? """{"accepted":0,"cv":7}""" : """{"error":"The body is larger than 67108864 bytes"}"""), (answer.Status, answer.Body));
    }

    private static async Task AnswerExportAsync(HttpContext context, CancellationToken cancellationToken) =>
        await AnswerAsync(context, await SpanExportReader.ReadAsync(context.Request, cancellationToken), cancellationToken);

    private static async Task AnswerBatchAsync(HttpContext context, CancellationToken cancellationToken) =>
        await IngestExport.AnswerBatchAsync(context, await SpanExportReader.ReadAsync(context.Request, cancellationToken), 7, cancellationToken);

    private static Task AnswerAsync(HttpContext context, SpanEvents events, CancellationToken cancellationToken) =>
        new OtlpAnswer("", "rejectedSpans").WriteAsync(context, events.Rejected, events.Reason, cancellationToken);
}
