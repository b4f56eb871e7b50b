using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>A batch that is found to be too large while it is still on its way.</summary>
public sealed class OpenBatchTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string TooMany = "Max 100 events per batch";

    [Theory]
    [InlineData("application/x-ndjson", "\n", "")]
    [InlineData("application/json", ",", "[")]
    public async Task The_101st_event_is_refused_as_soon_as_it_begins(string contentType, string separator, string start)
    {
        var client = await fixture.CreateClientAsync();
        await using var request = await OpenRequest.BeginAsync(
            fixture.Host.Client.BaseAddress!, "POST /v1/ingest HTTP/1.1", $"x-api-key: {client.Key}", $"Content-Type: {contentType}");

        await request.SendBodyAsync(Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(TraceEvents.Simple().ToJsonString() + separator, 100))));
        await request.SendBodyAsync("{"u8.ToArray());

        // The body has no end: a server that waited for it would wait forever.
        Assert.Contains(TooMany, await request.ReadAnswerAsync(), StringComparison.Ordinal);
    }
}
