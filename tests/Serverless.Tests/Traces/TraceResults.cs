using System.Text.Json;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>What became of the events that a client sent, as the host itself tells it.</summary>
internal static class TraceResults
{
    /// <summary>Expects that nothing of what the client sent was taken: what is taken is charged before it is answered.</summary>
    public static async Task ExpectNothingTakenAsync(this ContractHost host, TraceClient client) =>
        Assert.Equal(0, (await host.Operator.DoAsync("GET", $"organizations/{client.Organization}/usage"))["traces"]!["eventsUsed"]!.GetValue<int>());

    /// <summary>Waits until so many events are stored.</summary>
    /// <returns>Them as they stand, in the order of their sending.</returns>
    public static async Task<IReadOnlyList<string>> StoredEventsAsync(this ContractHost host, TraceClient client, int count)
    {
        var reader = await TraceReader.CreateAsync(host, client);
        await reader.WaitForAsync(count);
        using var response = await reader.GetAsync("/v1/events", "limit=200");
        using var page = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return [.. page.RootElement.GetProperty("events").EnumerateArray().Select(found => found.GetRawText()).Reverse()];
    }
}
