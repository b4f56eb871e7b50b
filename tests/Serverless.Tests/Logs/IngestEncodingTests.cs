using System.IO.Compression;
using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>How a body may be packed: its media type, its character set and its compression.</summary>
[Trait("Category", "Contract")]
public sealed class IngestEncodingTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Entry = """{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"größer"}""";
    private const string Body = "{\"logs\":[" + Entry + "]}";
    private const string Corrupt = "The body is not what its Content-Encoding says";
    private static readonly int EntryBytes = Encoding.UTF8.GetByteCount(Entry);

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task A_compressed_body_is_accepted_and_charged_by_what_is_in_it(string encoding)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Compress(Encoding.UTF8.GetBytes(Body), encoding), encoding);

        await response.ExpectAcceptedAsync(1, EntryBytes);
        Assert.Equal([Entry], await logs.ReadStoredAsync(1));
    }

    [Theory]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, br")]
    [InlineData("gzipped")]
    public async Task Another_encoding_is_refused(string encoding)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Encoding.UTF8.GetBytes(Body), encoding);

        await response.ExpectErrorAsync(
            HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Encoding must be gzip, br, deflate or identity");
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Encoding.UTF8.GetBytes(Body), encoding);

        await response.ExpectInvalidAsync(null, "invalid_encoding", Corrupt);
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 4)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 12)]
    [InlineData("gzip", 40)]
    [InlineData("br", 1)]
    [InlineData("br", 20)]
    [InlineData("deflate", 1)]
    [InlineData("deflate", 4)]
    [InlineData("deflate", 20)]
    public async Task A_compressed_body_that_is_cut_short_is_refused(string encoding, int missing)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var whole = Compress(Encoding.UTF8.GetBytes(Body), encoding);

        using var response = await PostAsync(logs, whole[..^missing], encoding);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("VALIDATION_ERROR", (await LogClient.JsonAsync(response))["code"]!.GetValue<string>());
        await logs.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_gzip_body_whose_checksum_is_wrong_is_refused()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var damaged = Compress(Encoding.UTF8.GetBytes(Body), "gzip");
        damaged[^8] ^= 1;

        using var response = await PostAsync(logs, damaged, "gzip");

        await response.ExpectInvalidAsync(null, "invalid_encoding", Corrupt);
        await logs.ExpectNothingStoredAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("Application/JSON")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json;charset=\"UTF-8\"")]
    [InlineData("application/json; charset=utf8; version=1")]
    public async Task JSON_in_UTF8_is_accepted_whether_it_says_so_or_not(string? contentType)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Encoding.UTF8.GetBytes(Body), contentType: contentType);

        await response.ExpectAcceptedAsync(1, EntryBytes);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/x-ndjson")]
    [InlineData("application/jsonp")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("json")]
    public async Task Another_media_type_or_character_set_is_refused(string contentType)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(logs, Encoding.UTF8.GetBytes(Body), contentType: contentType);

        await response.ExpectErrorAsync(
            HttpStatusCode.UnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json, in UTF-8");
        await logs.ExpectNothingStoredAsync();
    }

    private static byte[] Compress(byte[] body, string encoding)
    {
        var output = new MemoryStream();
        using (Stream? compressor = encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(output, CompressionLevel.Optimal),
            "br" => new BrotliStream(output, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(output, CompressionLevel.Optimal),
            _ => null,
        })
        {
            (compressor ?? output).Write(body);
        }

        return output.ToArray();
    }

    private static Task<HttpResponseMessage> PostAsync(LogClient logs, byte[] body, string? encoding = null, string? contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        return logs.PostAsync(content);
    }
}
