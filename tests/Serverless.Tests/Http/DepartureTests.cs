using Serverless.Tests.Hosting;

namespace Serverless.Tests.Http;

/// <summary>Clients that leave before their answer is whole.</summary>
public sealed class DepartureTests
{
    [Fact]
    public async Task Whoever_leaves_a_stream_leaves_no_failure_behind()
    {
        await using var process = await ServerlessProcess.StartAsync(await TestStorage.CreateAccountAsync());
        var logs = await process.CreateLogClientAsync();
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/v1/logs/tail"))
        {
            request.Headers.Add("x-api-key", logs.Key);
            using var response = await process.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.True(response.IsSuccessStatusCode);
        }

        // The end waits for whatever is under way.
        Assert.Equal(0, await process.StopAsync());

        Assert.DoesNotContain(process.Output, line => line.Contains("fail:", StringComparison.Ordinal) || line.Contains("warn:", StringComparison.Ordinal));
    }
}
