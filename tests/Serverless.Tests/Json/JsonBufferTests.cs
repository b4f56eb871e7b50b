using System.Text;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Http;
using Serverless.Ingestion.Records;
using Serverless.Json;
using Serverless.Logs;
using Serverless.Logs.Entries;
using Serverless.Redaction;
using Serverless.Tests.Ingestion;
using Serverless.Tests.Ingestion.Chunks;

namespace Serverless.Tests.Json;

/// <summary>A body means the same however it arrives.</summary>
public sealed class JsonBufferTests
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00.5+02:00","level":"warn","message":"größer 大 😀 \ud83d\ude00"}""";

    private static readonly Gen<byte[]> Bodies =
        from start in Gen.Frequency((5, Gen.Constant("{\"logs\":[")), (1, Gen.Constant("\uFEFF{\"logs\":[")), (1, Gen.Constant("\n {\"api_key\":\"k\\u0065y\",\"other\":[{\"a\":[]},-1.5e3],\"logs\" : [")))
        from entries in Gen.Elements(
            Entry,
            " " + Entry + "\r\n",
            "{}",
            "{\"level\":\"loud\"}",
            "5",
            "{\"metadata\":{\"a\":[1,{\"b\":null}],\"é\":\"\\u00e9\"},\"error\":{\"stack_trace\":[\"x\",1]}," + Entry[1..],
            "{\"message\":\"\\ud83d\"}",
            "{\"message\" \"broken\"}",
            "\u00e9").ArrayOf()
        from end in Gen.Frequency((5, Gen.Constant("]}")), (1, Gen.Constant("],\"logs\":[" + Entry + "]}\n\t ")), (1, Gen.Constant("]}x")), (1, Gen.Constant("")))
        from damage in Gen.Frequency((4, Gen.Constant(-1)), (1, Gen.Choose(0, 200)))
        select Damaged(Encoding.UTF8.GetBytes(start + string.Join(',', entries) + end), damage);

    [Fact]
    public void A_body_that_arrives_byte_by_byte_means_what_it_means_whole() => Always.Holds(Bodies, static body =>
        Assert.Equal(Describe(body, [body.Length + 1]), Describe(body, [1])));

    [Fact]
    public void A_body_that_arrives_in_any_pieces_means_what_it_means_whole() => Always.Holds(
        Gen.Zip(Bodies, Gen.Choose(1, 90).NonEmptyListOf(), static (body, sizes) => (body, sizes)),
        static given => Assert.Equal(Describe(given.body, [given.body.Length + 1]), Describe(given.body, [.. given.sizes])));

    [Theory]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(131_072)]
    [InlineData(1_000_000)]
    public void An_entry_larger_than_the_window_is_read_whole(int bytes)
    {
        var padding = new string('x', bytes - "{'pad':'',".Length - Entry.Length + 1);
        var body = Encoding.UTF8.GetBytes($"{{\"logs\":[{Entry},{{\"pad\":\"{padding}\",{Entry[1..]},{Entry}]}}");

        var whole = Describe(body, [int.MaxValue]);

        Assert.StartsWith("3 accepted, 0 rejected", whole, StringComparison.Ordinal);
        Assert.Equal(whole, Describe(body, [4096]));
        Assert.Equal(whole, Describe(body, [60_001, 3]));
    }

    // Everything that can be told of a body: counts, problems, the entries kept, or the error.
    private static string Describe(byte[] body, IReadOnlyList<int> sizes) => DescribeAsync(body, sizes).GetAwaiter().GetResult();

    private static async Task<string> DescribeAsync(byte[] body, IReadOnlyList<int> sizes)
    {
        using var buffer = new JsonBuffer(new PiecewiseStream(body, sizes));
        await using var upload = UnsentUploads.Begin(LogChunks.Schema);
        var batch = new LogBatchReader(buffer, upload, RedactionRules.None);
        try
        {
            Assert.True(await batch.ReadAsync(CancellationToken.None));
        }
        catch (ApiException refused)
        {
            // Of two things wrong with a body, the one that is found first depends on how it arrives.
            return !Utf8.IsValid(body) ? $"{refused.Error.Status}" : $"{refused.Error.Status} {refused.Message}\n{string.Join('\n', refused.Error.Details)}";
        }

        var facts = $"{batch.Accepted} accepted, {batch.Rejected} rejected, {batch.BytesUsed} bytes, key {batch.ApiKey}";
        var batchId = upload.Chunk.Batch;
        return string.Join('\n', [facts, .. batch.Problems.Details.Select(detail => detail.ToString()), .. Lines(upload.Chunk.TakePart())])
            .Replace(batchId, "batch", StringComparison.Ordinal);
    }

    private static List<string> Lines(ReadOnlyMemory<byte> payload)
    {
        using var reader = new LineReader(payload);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
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
