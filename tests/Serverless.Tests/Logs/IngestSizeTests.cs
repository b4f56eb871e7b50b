using System.IO.Compression;
using System.Net;
using System.Text;
using Serverless.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>How large a body may be: as declared, as sent, and once decompressed.</summary>
public sealed class IngestSizeTests(ServerlessFixture fixture) : IClassFixture<ServerlessFixture>
{
    private const long MaxBody = 104_857_600;
    private const int MaxValue = 8 * 1024 * 1024;
    private const int BlockSize = 64 * 1024;
    private const string TooLarge = "The body is larger than 104857600 bytes";
    private const string ValueTooLarge = "One value of the body is larger than 8388608 bytes";
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"Hello"}""";
    private const string Start = "{\"logs\":[" + Entry + "],\"padding\":[0";
    private const string End = "]}";

    // An element of the padding: a comma and a string.
    private static readonly byte[] Block = Encoding.UTF8.GetBytes($",\"{new string('x', BlockSize - 3)}\"");

    [Fact]
    public async Task A_body_that_declares_more_than_100_MB_is_refused_unread()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = Padded(MaxBody + 1, declaresLength: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/logs") { Content = content };
        request.Headers.Add("x-api-key", logs.Key);

        // The client waits for a word from the server before it sends the body.
        request.Headers.ExpectContinue = true;
        using var response = await fixture.Host.Client.SendAsync(request);

        await response.ExpectErrorAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", TooLarge);
        Assert.False(content.WasSent);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_body_of_100_MB_is_read_to_its_end()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = Padded(MaxBody, declaresLength: true);

        using var response = await logs.PostAsync(content);

        await response.ExpectAcceptedAsync(1, Entry.Length);
    }

    [Fact]
    public async Task A_chunked_body_of_more_than_100_MB_is_refused_by_the_host_itself()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = Padded(MaxBody + 1, declaresLength: false);

        using var response = await logs.PostAsync(content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_small_body_that_decompresses_to_more_than_100_MB_is_refused(string encoding)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = await CompressAsync(Padded(MaxBody + 1, declaresLength: false), encoding);

        using var response = await logs.PostAsync(content);

        await response.ExpectErrorAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", TooLarge);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_small_body_that_decompresses_to_100_MB_is_accepted()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = await CompressAsync(Padded(MaxBody, declaresLength: false), "gzip");

        using var response = await logs.PostAsync(content);

        await response.ExpectAcceptedAsync(1, Entry.Length);
    }

    [Theory]
    [InlineData("{\"logs\":[" + Entry + ",{\"message\":\"", "\"}]}")]
    [InlineData("{\"logs\":[" + Entry + ",{\"metadata\":{\"a\":[\"", "\"]}}]}")]
    [InlineData("{\"logs\":[" + Entry + ",{\"unknown\":\"", "\"}]}")]
    [InlineData("{\"logs\":[" + Entry + ",\"", "\"]}")]
    [InlineData("{\"logs\":[" + Entry + "],\"other\":\"", "\"}")]
    [InlineData("{\"logs\":[" + Entry + "],\"", "\":1}")]
    public async Task A_value_of_more_than_8_MB_is_refused(string start, string end)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        using var content = new GeneratedContent(
            Encoding.UTF8.GetBytes(start),
            Encoding.UTF8.GetBytes(new string('x', BlockSize)),
            (MaxValue / BlockSize) + 1,
            Encoding.UTF8.GetBytes(end));

        using var response = await logs.PostAsync(content);

        await response.ExpectErrorAsync(HttpStatusCode.RequestEntityTooLarge, "PAYLOAD_TOO_LARGE", ValueTooLarge);
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_value_of_almost_8_MB_is_still_refused_by_its_field()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const int Length = MaxValue - 1024;

        using var response = await logs.PostAsync(
            $$"""{"logs":[{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"{{new string('x', Length)}}"}]}""");

        await response.ExpectNothingValidAsync(
            new ErrorDetail(0, "message", "too_long", $"\"message\" must be at most 10240 bytes of UTF-8, not {Length}"));
    }

    // A body of exactly so many bytes with one entry, and padding that is ignored.
    private static GeneratedContent Padded(long length, bool declaresLength)
    {
        var rest = length - Start.Length - End.Length;
        return new(
            Encoding.UTF8.GetBytes(Start),
            Block,
            (int)(rest / BlockSize),
            Encoding.UTF8.GetBytes(new string(' ', (int)(rest % BlockSize)) + End))
        {
            DeclaresLength = declaresLength,
        };
    }

    private static async Task<HttpContent> CompressAsync(HttpContent content, string encoding)
    {
        using var body = content;
        var output = new MemoryStream();
        await using (Stream compressor = encoding switch
        {
            "gzip" => new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true),
            "br" => new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(output, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            await body.CopyToAsync(compressor);
        }

        output.Position = 0;
        var compressed = new StreamContent(output);
        compressed.Headers.ContentEncoding.Add(encoding);
        return compressed;
    }
}
