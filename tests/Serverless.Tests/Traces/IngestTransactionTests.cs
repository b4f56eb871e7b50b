using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>What a batch costs until it is in the queue, counted on the wire.</summary>
public sealed class IngestTransactionTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private IEnumerable<string> Wire => fixture.Proxy.Transactions.Select(transaction => transaction.ToString());

    [Fact]
    public async Task A_batch_of_100_events_on_a_warm_instance_costs_two_transactions()
    {
        var client = await fixture.CreateClientAsync();
        await PostAsync(client);
        await fixture.Proxy.ResetWhenQuietAsync();

        await PostAsync(client, 100);

        Assert.Equal(["table POST", "queue POST"], Wire);
    }

    [Fact]
    public async Task However_long_ago_the_instance_saw_the_key()
    {
        var client = await fixture.CreateClientAsync();
        await PostAsync(client);
        fixture.Time.Advance(TimeSpan.FromMinutes(5));
        await fixture.Proxy.ResetWhenQuietAsync();

        await PostAsync(client);

        Assert.Equal(["table POST", "queue POST"], Wire);
    }

    [Fact]
    public async Task On_a_cold_instance_it_costs_one_look_at_the_key_and_one_at_its_project_more()
    {
        var client = await fixture.CreateClientAsync();
        await using var cold = await ServerlessHost.StartAsync(fixture.Proxy.Account, fixture.Configure);
        var again = new TraceClient(cold.Client, client.Key, client.Project, cold.Account);
        await fixture.Proxy.ResetWhenQuietAsync();

        await PostAsync(again);
        Assert.Equal(["table GET", "table GET", "table POST", "queue POST"], Wire);
        await fixture.Proxy.ResetWhenQuietAsync();

        await PostAsync(again);
        Assert.Equal(["table POST", "queue POST"], Wire);
    }

    [Fact]
    public async Task A_wrong_secret_costs_one_look_however_well_the_key_is_known()
    {
        var client = await fixture.CreateClientAsync();
        await PostAsync(client);
        await fixture.Proxy.ResetWhenQuietAsync();

        using var response = await client.With(client.Key[..^1] + (client.Key[^1] == '0' ? '1' : '0')).PostAsync(TraceEvents.Lines(1));

        Assert.Equal(["table GET"], Wire);
    }

    [Fact]
    public async Task Concurrent_callers_share_what_they_cost()
    {
        const int Callers = 64;
        const double PerRequest = 0.25;
        var client = await fixture.CreateClientAsync();

        // The first round opens the connections.
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => PostAsync(client)));
        await fixture.Proxy.ResetWhenQuietAsync();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => PostAsync(client)));

        Assert.InRange(fixture.Proxy.Transactions.Count, 2, Callers * PerRequest);
        Assert.Equal(2 * Callers, (await client.TakeSentEventsAsync()).Count);
    }

    [Fact]
    public async Task The_repetition_of_a_repeatable_batch_costs_one_transaction()
    {
        var client = await fixture.CreateClientAsync();
        var body = TraceEvents.Lines(3);
        using var first = await PostAsync();
        await fixture.Proxy.ResetWhenQuietAsync();

        using var second = await PostAsync();

        await second.ExpectAcceptedAsync(3);
        Assert.True(second.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(["table POST"], Wire);

        Task<HttpResponseMessage> PostAsync() =>
            client.PostAsync(new StringContent(body, Encoding.UTF8, "application/x-ndjson"), ("Idempotency-Key", "key"));
    }

    private static async Task PostAsync(TraceClient client, int events = 1)
    {
        using var response = await client.PostAsync(TraceEvents.Lines(events));
        await response.ExpectAcceptedAsync(events);
    }
}
