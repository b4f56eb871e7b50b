using System.Net;
using System.Text;
using Serverless.Tests.Hosting;
using Xunit.Abstractions;

namespace Serverless.Tests.Traces;

/// <summary>How large a body and a line may be, and that finding out takes no memory.</summary>
public sealed class BodySizeTests(TraceFixture fixture, ITestOutputHelper output) : IClassFixture<TraceFixture>
{
    private const long Megabyte = 1024 * 1024;
    private const long MaxBody = 100 * Megabyte;
    private const int MaxLine = 8 * 1024 * 1024;
    private const int BlockSize = 64 * 1024;
    private const long MaxGrowth = 64 * Megabyte;
    private const int BombMegabytes = 1000;
    private const string BodyTooLarge = "The body is larger than 104857600 bytes";

    private static readonly string Good = TraceEvents.Simple().ToJsonString();
    private static readonly byte[] Letters = Encoding.UTF8.GetBytes(new string('x', BlockSize));
    private static readonly byte[] BlankLine = Encoding.UTF8.GetBytes(new string(' ', BlockSize - 1) + "\n");

    [Fact]
    public async Task A_body_that_declares_more_than_100_MB_is_refused_unread()
    {
        var client = await fixture.CreateClientAsync();
        using var content = Padded(MaxBody + 1, declaresLength: true);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/ingest") { Content = content };
        request.Headers.Add("x-api-key", client.Key);

        // The client waits for a word from the server before it sends the body.
        request.Headers.ExpectContinue = true;
        using var response = await fixture.Host.Client.SendAsync(request);

        await response.ExpectErrorAsync(HttpStatusCode.RequestEntityTooLarge, BodyTooLarge);
        Assert.False(content.WasSent);
    }

    [Fact]
    public async Task A_body_of_100_MB_is_read_to_its_end()
    {
        var client = await fixture.CreateClientAsync();

        using var response = await client.PostAsync(Padded(MaxBody, declaresLength: true));

        await response.ExpectAcceptedAsync(1);
        Assert.Single(await client.TakeSentAsync());
    }

    [Fact]
    public async Task A_larger_one_whose_length_nobody_declared_is_refused_by_the_host_itself()
    {
        var client = await fixture.CreateClientAsync();

        using var response = await client.PostAsync(Padded(MaxBody + 1, declaresLength: false));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Empty(await client.TakeSentAsync());
    }

    [Theory]
    [InlineData("application/x-ndjson", "{0}\n{\"model\":\"", "\"}", "Line 2")]
    [InlineData("application/x-ndjson", "{0}\n\n{\"unknown\":\"", "\"}\n", "Line 3")]
    [InlineData("application/x-ndjson", "no JSON", "", "Line 1")]
    [InlineData("application/json", "[{0},{\"tags\":{\"a\":\"", "\"}}]", "Event 2")]
    [InlineData("application/json", "{\"events\":[{0}],\"other\":\"", "\"}", "One value of the body")]
    public async Task A_line_or_value_of_more_than_8_MB_is_refused(string contentType, string start, string end, string place)
    {
        var client = await fixture.CreateClientAsync();
        using var content = new GeneratedContent(
            Encoding.UTF8.GetBytes(start.Replace("{0}", Good, StringComparison.Ordinal)), Letters, (MaxLine / BlockSize) + 1, Encoding.UTF8.GetBytes(end));
        content.Headers.ContentType = new(contentType);

        using var response = await client.PostAsync(content);

        await response.ExpectErrorAsync(HttpStatusCode.RequestEntityTooLarge, $"{place} is larger than 8388608 bytes");
        await client.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task A_line_of_almost_8_MB_is_accepted_when_it_is_what_is_not_kept()
    {
        var client = await fixture.CreateClientAsync();

        using var response = await client.PostAsync(TraceEvents.With("unheard_of", $"\"{new string('x', MaxLine - 1024)}\""));

        await response.ExpectAcceptedAsync(1);
        Assert.DoesNotContain("unheard_of", Assert.Single(await client.TakeSentEventsAsync()), StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_line_of_51_MB_is_refused_once_it_has_arrived_and_takes_no_memory()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync());
        var client = await WarmClientAsync(process);
        var before = process.PeakMemory;
        await using var request = await BeginAsync(process, client);

        await request.SendBodyAsync(Encoding.UTF8.GetBytes($"{Good}\n{{\"model\":\""));
        for (var sent = 0L; sent < 51 * Megabyte; sent += BlockSize)
        {
            await request.SendBodyAsync(Letters);
        }

        await request.EndBodyAsync();
        ExpectRefused(await request.ReadAnswerAsync(), "Line 2 is larger than 8388608 bytes", process.PeakMemory - before);
    }

    [LinuxFact]
    public async Task A_gzip_bomb_is_refused_and_takes_no_memory()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync());
        var client = await WarmClientAsync(process);
        var before = process.PeakMemory;
        await using var request = await BeginAsync(process, client, "Content-Encoding: gzip");

        // Gzip members of a megabyte of blank lines each.
        var megabyte = Compression.Gzip([.. Enumerable.Repeat(BlankLine, (int)(Megabyte / BlockSize)).SelectMany(block => block)]);
        await request.SendBodyAsync(Enumerable.Repeat(megabyte, BombMegabytes).SelectMany(bytes => bytes).ToArray());
        await request.EndBodyAsync();

        ExpectRefused(await request.ReadAnswerAsync(), BodyTooLarge, process.PeakMemory - before);
    }

    private static Task<OpenRequest> BeginAsync(ServerlessProcess process, TraceClient client, params IEnumerable<string> headers) =>
        OpenRequest.BeginAsync(
            process.Client.BaseAddress!, "POST /v1/ingest HTTP/1.1", [$"x-api-key: {client.Key}", "Content-Type: application/x-ndjson", .. headers]);

    private static async Task<TraceClient> WarmClientAsync(ServerlessProcess process)
    {
        var client = await process.CreateTraceClientAsync();
        using var response = await client.PostAsync(TraceEvents.Lines(100));
        await response.ExpectAcceptedAsync(100);
        return client;
    }

    private void ExpectRefused(string answer, string text, long growth)
    {
        output.WriteLine($"{growth / Megabyte} MB more memory");
        Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
        Assert.EndsWith($"{{\"error\":\"{text}\"}}", answer, StringComparison.Ordinal);
        Assert.InRange(growth, 0, MaxGrowth);
    }

    // One event, and as many blank lines as it takes.
    private static GeneratedContent Padded(long length, bool declaresLength)
    {
        var rest = length - Good.Length - 1;
        return new(
            Encoding.UTF8.GetBytes(Good + "\n"), BlankLine, (int)(rest / BlockSize), Encoding.UTF8.GetBytes(new string(' ', (int)(rest % BlockSize))))
        {
            DeclaresLength = declaresLength,
        };
    }
}
