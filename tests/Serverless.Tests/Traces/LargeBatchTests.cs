using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Serverless.Admission;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Batches that no queue message takes: their payload goes ahead into the table, once all of it is known to be right.</summary>
public sealed class LargeBatchTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

    [Theory]
    [InlineData(4, 1, 1)]
    [InlineData(100, 4, 12)]
    public async Task A_large_batch_goes_ahead_into_the_table_in_parts(int count, int least, int most)
    {
        var client = await fixture.CreateClientAsync();
        var events = Incompressible(count);

        using var response = await client.PostAsync(string.Join('\n', events));

        await response.ExpectAcceptedAsync(count);
        Assert.InRange(await client.CountRowsAsync(), least, most);
        Assert.Equal(events.Select(Tags), (await client.TakeSentEventsAsync()).Select(Tags));
    }

    [Theory]
    [InlineData("{}", "Line 61: \"event_id\" is required")]
    [InlineData("{]", "Line 61 is not valid JSON at byte 2: ']' is an invalid start of a property name. Expected a '\"'.")]
    public async Task Nothing_of_it_is_stored_before_all_is_known(string last, string problem)
    {
        var client = await fixture.CreateClientAsync();
        await fixture.Proxy.ResetWhenQuietAsync();

        using var response = await client.PostAsync(string.Join('\n', [.. Incompressible(60), last]));

        await response.ExpectInvalidAsync(problem);
        Assert.DoesNotContain(fixture.Proxy.Transactions, transaction => transaction.Method is "PUT" or "DELETE");
        await client.ExpectNothingStoredAsync();
    }

    [Fact]
    public async Task Nothing_of_it_stays_behind_when_a_part_cannot_be_stored()
    {
        var client = await fixture.CreateClientAsync();
        fixture.Proxy.Fault = request => request.Method == "PUT" && request.Path.Value!.Contains("-0001'", StringComparison.Ordinal)
            ? StorageFault.Refused(403)
            : StorageFault.None;

        using var response = await client.PostAsync(string.Join('\n', Incompressible(40)));
        fixture.Proxy.Fault = static _ => StorageFault.None;

        await response.ExpectErrorAsync(HttpStatusCode.ServiceUnavailable, "Storage cannot be reached at the moment, please try again");
        await client.ExpectNothingStoredAsync();
        Assert.Equal(0, MonthlyQuota.Used((await client.AccountRowAsync()).GetString(QuotaColumns.TraceEvents), fixture.Time.GetUtcNow()));
    }

    [Fact]
    public async Task Of_repeated_events_that_were_set_aside_already_only_the_last_are_kept()
    {
        var client = await fixture.CreateClientAsync();

        using var response = await client.PostJsonAsync($"{{\"events\":[{string.Join(',', Incompressible(60))}],\"events\":[{TraceEvents.Simple().ToJsonString()}]}}");

        await response.ExpectAcceptedAsync(1);
        Assert.Equal(0, await client.CountRowsAsync());
        Assert.Single(await client.TakeSentEventsAsync());
    }

    // Events that no compression makes much smaller, about a kilobyte for each tag.
    private static string[] Incompressible(int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ =>
        {
            var large = TraceEvents.Simple(Guid.NewGuid().ToString());
            large["tags"] = new JsonObject(
            [
                .. Enumerable.Range(0, 50).Select(tag =>
                    KeyValuePair.Create(tag.ToString(CultureInfo.InvariantCulture), (JsonNode?)RandomNumberGenerator.GetString(Digits, 1024))),
            ]);
            return large.ToJsonString();
        }),
    ];

    private static string Tags(string line) => JsonNode.Parse(line)!["tags"]!.ToJsonString();
}
