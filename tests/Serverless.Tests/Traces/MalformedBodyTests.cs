using System.IO.Compression;
using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Bodies that are no JSON, no text, or not what their compression says.</summary>
[Trait("Category", "Contract")]
public sealed class MalformedBodyTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string Corrupt = "The body is not what its Content-Encoding says";
    private static readonly string Good = TraceEvents.Simple().ToJsonString();

    [Theory]
    [InlineData("{", 2)]
    [InlineData("{\"model\":\"cut", 14)]
    [InlineData("{\"model\" \"gpt\"}", 10)]
    [InlineData("{\"latency_ms\":NaN}", 15)]
    [InlineData("{\"latency_ms\":-Infinity}", 16)]
    [InlineData("{\"latency_ms\":012}", 16)]
    [InlineData("{\"latency_ms\":.5}", 15)]
    [InlineData("{\"latency_ms\":+1}", 15)]
    [InlineData("{\"stream\":True}", 11)]
    [InlineData("{\"model\":\"x\",}", 14)]
    [InlineData("{'model':'x'}", 2)]
    [InlineData("{model:1}", 2)]
    [InlineData("{/* comment */}", 2)]
    [InlineData("// comment", 1)]
    [InlineData("{\"model\":\"tab\there\"}", 14)]
    [InlineData("{\"model\":\"\\x41\"}", 12)]
    [InlineData("{\"tags\":{\"a\":[1,]}}", 17)]
    [InlineData("event", 1)]
    [InlineData("}", 1)]
    public async Task A_line_that_is_no_JSON_is_refused_and_the_place_named(string line, int place)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync($"{Good}\n\n{line}\n{Good}\n");

        await ExpectBeginningAsync(response, $"Line 3 is not valid JSON at byte {place}: ");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData(" x")]
    [InlineData(",")]
    [InlineData("]")]
    [InlineData("{}")]
    [InlineData("// comment")]
    public async Task An_event_stands_alone_in_its_line(string rest)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Good + rest);

        await ExpectBeginningAsync(response, $"Line 1 is not valid JSON at byte {Good.Length + rest.IndexOf(rest.Trim()[0], StringComparison.Ordinal) + 1}: ");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task An_event_does_not_go_on_in_the_next_line()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync("{\n" + Good[1..]);

        await response.ExpectInvalidAsync(
            "Line 1 is not valid JSON at byte 2: Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed.");
    }

    [Theory]
    [InlineData("^")]
    [InlineData("[^")]
    [InlineData("[{0}^")]
    [InlineData("[{0},^]")]
    [InlineData("[{0}]^]")]
    [InlineData("[{0}]\n ^x")]
    [InlineData("[{0}]^,")]
    [InlineData("[{0} ^{0}]")]
    [InlineData("[\n{0},\n  {\"latency_ms\":^NaN}]")]
    [InlineData("{\"events\":[{0}]^")]
    [InlineData("{\"events\":[{0}],^}")]
    [InlineData("{\"events\":[{0}]}^{}")]
    [InlineData("{\"other\":[^}")]
    [InlineData("{^'events':[]}")]
    public async Task A_document_that_is_no_JSON_is_refused_and_the_place_named(string template)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var body = template.Replace("{0}", Good, StringComparison.Ordinal);
        var linesBefore = body[..body.IndexOf('^', StringComparison.Ordinal)].Split('\n');

        using var response = await client.PostJsonAsync(body.Replace("^", "", StringComparison.Ordinal));

        await ExpectBeginningAsync(response, $"The body is not valid JSON at line {linesBefore.Length}, byte {linesBefore[^1].Length + 1}: ");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task An_event_may_nest_64_deep_and_not_deeper(int depth, bool isAccepted)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var line = TraceEvents.With("unknown", Nested(depth - 1));
        var array = $"[{TraceEvents.With("unknown", Nested(depth - 2))}]";

        using var lines = await client.PostAsync(line);
        using var document = await client.PostJsonAsync(array);

        if (isAccepted)
        {
            await lines.ExpectAcceptedAsync(1);
            await document.ExpectAcceptedAsync(1);
        }
        else
        {
            await ExpectBeginningAsync(lines, "Line 1 is not valid JSON at byte ");
            await ExpectBeginningAsync(document, "The body is not valid JSON at line 1, byte ");
        }

        static string Nested(int levels) => new string('[', levels) + new string(']', levels);
    }

    [Theory]
    [InlineData("event_id", "\"\\ud800\"")]
    [InlineData("timestamp", "\"\\ud800\"")]
    [InlineData("status", "\"\\ud800\"")]
    [InlineData("tags", "{\"a\":[\"\\ud800\"]}")]
    public async Task Half_a_surrogate_pair_is_a_character_like_another_where_few_are_allowed(string field, string value)
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var response = await client.PostAsync($"{Good}\n{TraceEvents.With(field, value)}");

        await ExpectBeginningAsync(response, $"Line 2: \"{field}\" must be ");
    }

    [Theory]
    [InlineData("{\"\\ud800\":1,\"events\":[{0}]}")]
    [InlineData("{\"events\":[{0}],\"other\":[\"\\udc00\"]}")]
    public async Task Half_a_surrogate_pair_outside_the_events_changes_nothing(string body)
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var response = await client.PostJsonAsync(body.Replace("{0}", Good, StringComparison.Ordinal));

        await response.ExpectAcceptedAsync(1);
    }

    [Theory]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("C328")]
    [InlineData("C080")]
    [InlineData("E28228")]
    [InlineData("F4908080")]
    [InlineData("EDA080")]
    public async Task Bytes_that_are_not_UTF8_are_refused_and_the_place_named(string hexadecimal)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var inLine = await PostAsync($"{Good}\n{TraceEvents.With("model", "\"größe|\"")}\n{Good}", "application/x-ndjson");
        using var unknown = await PostAsync($"{Good}\n\n|", "application/x-ndjson");
        using var inEvent = await PostAsync($"[{Good},{TraceEvents.With("unknown", "\"大|\"")}]", "application/json");
        using var outside = await PostAsync($"{{\"|\":1,\"events\":[{Good}]}}", "application/json");
        using var after = await PostAsync($"[{Good}]|", "application/json");

        await inLine.ExpectInvalidAsync("Line 2 is not UTF-8");
        await unknown.ExpectInvalidAsync("Line 3 is not UTF-8");
        await inEvent.ExpectInvalidAsync("Event 2 is not UTF-8");
        await outside.ExpectInvalidAsync("The body is not UTF-8");
        await after.ExpectInvalidAsync("The body is not UTF-8");
        await fixture.Host.ExpectNothingTakenAsync(client);

        Task<HttpResponseMessage> PostAsync(string template, string contentType)
        {
            var parts = template.Split('|').Select(Encoding.UTF8.GetBytes).ToList();
            return client.PostAsync([.. parts[0], .. Convert.FromHexString(hexadecimal), .. parts[1]], contentType);
        }
    }

    [Fact]
    public async Task A_character_cut_by_the_end_of_the_body_is_refused()
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var response = await client.PostAsync([.. Encoding.UTF8.GetBytes(Good + "\n{\"model\":\""), 0xE2, 0x82], "application/x-ndjson");

        await response.ExpectInvalidAsync("Line 2 is not UTF-8");
    }

    [Fact]
    public async Task What_is_wrong_before_bytes_that_are_not_UTF8_is_named_first()
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var lines = await client.PostAsync([.. Encoding.UTF8.GetBytes($"{{}}\n{Good}"), 0xFF], "application/x-ndjson");
        using var array = await client.PostAsync([.. Encoding.UTF8.GetBytes($"[{Good},5,"), 0xFF], "application/json");

        await lines.ExpectInvalidAsync("Line 1: \"event_id\" is required");
        await array.ExpectInvalidAsync("Event 2: an event must be an object");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task A_compressed_body_is_accepted(string encoding)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var lines = await client.PostAsync(Compress($"{Good}\n{Good}", encoding), "application/x-ndjson", encoding);
        using var array = await client.PostAsync(Compress($"[{Good}]", encoding), "application/json", encoding);

        await lines.ExpectAcceptedAsync(2);
        await array.ExpectAcceptedAsync(1);
    }

    [Fact]
    public async Task Another_encoding_is_refused()
    {
        var client = await fixture.Host.AnyTraceClientAsync();

        using var response = await client.PostAsync(Encoding.UTF8.GetBytes(Good), "application/x-ndjson", "zstd");

        await response.ExpectErrorAsync(HttpStatusCode.UnsupportedMediaType, "Content-Encoding must be gzip, br, deflate or identity");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_body_that_is_not_what_its_encoding_says_is_refused(string encoding)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Encoding.UTF8.GetBytes(Good), "application/x-ndjson", encoding);

        await response.ExpectInvalidAsync(Corrupt);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Theory]
    [InlineData("gzip", 1)]
    [InlineData("gzip", 8)]
    [InlineData("gzip", 30)]
    [InlineData("br", 1)]
    [InlineData("deflate", 4)]
    public async Task A_compressed_body_that_is_cut_short_is_refused(string encoding, int missing)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await client.PostAsync(Compress($"{Good}\n", encoding)[..^missing], "application/x-ndjson", encoding);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    [Fact]
    public async Task Nothing_of_what_is_refused_is_stored()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var refused = TraceEvents.Simple($"{Guid.NewGuid()}").ToJsonString();
        foreach (var body in (string[])[$"{refused}\n{{", $"{refused}\n{{}}", $"{refused}\n{refused[..^1]},\"tags\":5}}"])
        {
            using var response = await client.PostAsync(body);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        using var accepted = await client.PostAsync(Good);

        // The queue delivers it no sooner than what was sent before.
        Assert.StartsWith($"{{\"event_id\":\"{TraceEvents.Id}\"", Assert.Single(await fixture.Host.StoredEventsAsync(client, 1)), StringComparison.Ordinal);
    }

    private static async Task ExpectBeginningAsync(HttpResponseMessage response, string beginning)
    {
        var text = (await LogClient.JsonAsync(response))["error"]!.GetValue<string>();
        Assert.StartsWith(beginning, text, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", text, StringComparison.Ordinal);
        await response.ExpectInvalidAsync(text);
    }

    private static byte[] Compress(string body, string encoding)
    {
        var output = new MemoryStream();
        using (Stream compressor = encoding switch
        {
            "gzip" or "x-gzip" => new GZipStream(output, CompressionLevel.Optimal),
            "br" => new BrotliStream(output, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(output, CompressionLevel.Optimal),
            _ => output,
        })
        {
            compressor.Write(Encoding.UTF8.GetBytes(body));
        }

        return output.ToArray();
    }
}
