using System.Globalization;
using System.Text;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Chunks;
using Serverless.Json;
using Serverless.Prices;
using Serverless.Redaction;
using Serverless.Tests.Hosting;
using Serverless.Tests.Ingestion;
using Serverless.Tests.Ingestion.Chunks;
using Serverless.Traces.Hours;
using Serverless.Traces.Requests;

namespace Serverless.Tests.Traces;

/// <summary>A batch means the same however it arrives.</summary>
public sealed class EventBatchPropertyTests
{
    private static readonly string Good = TraceEvents.Simple().ToJsonString();

    private static readonly Gen<string> Events = Gen.Frequency(
        (8, Gen.Elements(
            Good,
            TraceEvents.With("model", "\"größer 大 😀 \\ud83d\\ude00\""),
            TraceEvents.With("tags", "{\"a\":\"1\",\"é\":\"😀\",\"a\":\"2\"}"),
            TraceEvents.With("unknown", "[{\"é\":[null,-1.5e3]}]"),
            " " + Good + "\t")),
        (1, Gen.Elements(TraceEvents.With("latency_ms", "-1"), "5", "{}", "{\"model\":\"\\ud83d\"}", "{\"model\" \"x\"}", Good + Good, "é")));

    private static readonly Gen<(bool IsDocument, byte[] Body)> Bodies =
        from isDocument in Gen.Elements(false, true)
        from start in Gen.Elements("", "\uFEFF", "\r\n ")
        from events in Events.ArrayOf()
        from envelope in Gen.Elements(("[", "]"), ("{\"é\":[1,{}],\"events\":[", "]}\n"), ("{\"events\":[" + Good + "],\"events\":[", "],\"other\":\"x\"}"), ("[", ""), ("[", "]]"))
        from separator in Gen.Elements("\n", "\r\n", "\n\n \t\n")
        from damage in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, 400)))
        select (isDocument, Damaged(
            Encoding.UTF8.GetBytes(start + (isDocument ? envelope.Item1 + string.Join(',', events) + envelope.Item2 : string.Join(separator, events))), damage));

    [Fact]
    public void A_batch_that_arrives_byte_by_byte_means_what_it_means_whole() => Always.Holds(Bodies, static given =>
        Assert.Equal(Describe(given.IsDocument, given.Body, [given.Body.Length + 1]), Describe(given.IsDocument, given.Body, [1])));

    [Fact]
    public void A_batch_that_arrives_in_any_pieces_means_what_it_means_whole() => Always.Holds(
        Gen.Zip(Bodies, Gen.Choose(1, 90).NonEmptyListOf(), static (given, sizes) => (given, sizes)),
        static all => Assert.Equal(
            Describe(all.given.IsDocument, all.given.Body, [all.given.Body.Length + 1]), Describe(all.given.IsDocument, all.given.Body, [.. all.sizes])));

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(1_000_000)]
    public void A_line_larger_than_the_window_is_read_whole(int bytes)
    {
        var large = TraceEvents.With("unknown", $"\"{new string('x', bytes - TraceEvents.With("unknown", "\"\"").Length)}\"");
        var body = Encoding.UTF8.GetBytes($"{Good}\n{large}\n{large}\n{Good}");

        var whole = Describe(isDocument: false, body, [int.MaxValue]);

        Assert.StartsWith("4 events", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Describe(isDocument: false, body, [4096]));
        Assert.Equal(whole, Describe(isDocument: false, body, [60_001, 3]));
    }

    // Everything that can be told of a batch: the events kept, or the error.
    private static string Describe(bool isDocument, byte[] body, IReadOnlyList<int> sizes) => DescribeAsync(isDocument, body, sizes).GetAwaiter().GetResult();

    private static async Task<string> DescribeAsync(bool isDocument, byte[] body, IReadOnlyList<int> sizes)
    {
        var request = new DefaultHttpContext().Request;
        request.ContentType = isDocument ? "application/json" : "application/x-ndjson";
        using var buffer = new JsonBuffer(new PiecewiseStream(body, sizes));
        await using var upload = UnsentUploads.Begin(TraceChunks.Schema);
        var batch = EventBatchReader.For(request, buffer, upload, BuiltInPrices.List, RedactionRules.None);
        try
        {
            await batch.ReadAsync(CancellationToken.None);
        }
        catch (ApiException refused)
        {
            // How far broken JSON is read before the bytes after it are looked at depends on how it arrives.
            return isDocument && !Utf8.IsValid(body) ? $"{refused.Error.Status}" : $"{refused.Error.Status} {refused.Message}";
        }

        var receivedAt = BatchId.ReceivedAt(upload.Chunk.Batch).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        return $"{batch.Count} events\n{string.Join('\n', TraceClient.Lines(upload.Chunk.TakePart()))}".Replace(receivedAt, "now", StringComparison.Ordinal);
    }

    private static byte[] Damaged(byte[] body, int at)
    {
        if (at >= 0 && at < body.Length)
        {
            body[at] = 0xFF;
        }

        return body;
    }
}
