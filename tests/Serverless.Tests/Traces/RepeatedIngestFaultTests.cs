using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Repeated batches, as they are sent on and charged.</summary>
[Trait("Category", "Faults")]
public sealed class RepeatedIngestFaultTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private static readonly string Body = TraceEvents.Lines(2);

    [Fact]
    public async Task A_repeated_batch_gets_the_first_answer_and_is_sent_and_charged_once()
    {
        var client = await fixture.CreateClientAsync("Pro");

        using var first = await PostAsync(client, Body, "batch 1");
        await fixture.Projects.UpdateAsync(client.Project, "Renamed", status: null);
        for (var repetition = 0; repetition < TraceFixture.SmallQuota; repetition++)
        {
            using var repeated = await PostAsync(client, Body, "batch 1");
            await repeated.ExpectAcceptedAsync(2, configurationVersion: 1);
            Assert.Equal("true", Assert.Single(repeated.Headers.GetValues("Idempotent-Replayed")));
        }

        await first.ExpectAcceptedAsync(2, configurationVersion: 1);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, (await client.TakeSentEventsAsync()).Count);
    }

    [Fact]
    public async Task A_batch_whose_outcome_was_unknown_goes_by_the_same_id_when_it_is_repeated()
    {
        var client = await fixture.CreateClientAsync();
        fixture.Proxy.Fault = request => request.Path.Value!.EndsWith("/traces/messages", StringComparison.Ordinal) && request.Method == "POST"
            ? StorageFault.ResponseLost
            : StorageFault.None;
        using var lost = await PostAsync(client, Body, "key");
        fixture.Proxy.Fault = static _ => StorageFault.None;
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        using var repeated = await PostAsync(client, Body, "key");

        await lost.ExpectErrorAsync(HttpStatusCode.ServiceUnavailable, "Storage cannot be reached at the moment, please try again");
        await repeated.ExpectAcceptedAsync(2);

        // Every copy is the same to the byte, so that storing them all stores one.
        var chunks = await client.TakeSentAsync();
        Assert.True(chunks.Count > 1);
        Assert.Single(chunks.Select(chunk => chunk.Header.Batch).Distinct(StringComparer.Ordinal));
        Assert.Single(chunks.Select(chunk => Convert.ToHexString(chunk.Payload.Span)).Distinct(StringComparer.Ordinal));
    }

    private static Task<HttpResponseMessage> PostAsync(TraceClient client, string body, string key) =>
        client.PostAsync(new StringContent(body, Encoding.UTF8, "application/x-ndjson"), ("Idempotency-Key", key));
}
