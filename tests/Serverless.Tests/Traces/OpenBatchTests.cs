using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>A batch that is found to be too large while it is still on its way: the answer comes when the rest of it has come.</summary>
public sealed class OpenBatchTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string TooMany = "Max 100 events per batch";

    // The worker's server would read the rest of a body for five seconds, and then break the connection under the host.
    private static readonly TimeSpan LongerThanTheServerDrains = TimeSpan.FromSeconds(7);

    [Theory]
    [InlineData("application/x-ndjson", "\n", "")]
    [InlineData("application/json", ",", "[")]
    public async Task The_101st_event_is_refused_however_slowly_the_rest_arrives(string contentType, string separator, string start)
    {
        var client = await fixture.CreateClientAsync();
        await using var request = await OpenRequest.BeginAsync(
            fixture.Host.Client.BaseAddress!, "POST /v1/ingest HTTP/1.1", $"x-api-key: {client.Key}", $"Content-Type: {contentType}");

        await request.SendBodyAsync(Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(TraceEvents.Simple().ToJsonString() + separator, 100))));
        await request.SendBodyAsync("{"u8.ToArray());
        await Task.Delay(LongerThanTheServerDrains);
        await request.SendBodyAsync("}"u8.ToArray());
        await request.EndBodyAsync();

        Assert.Contains(TooMany, await request.ReadAnswerAsync(), StringComparison.Ordinal);
    }
}
