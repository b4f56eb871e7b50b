using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Batches that their sender may repeat, by <c>Idempotency-Key</c>.</summary>
public sealed class RepeatedIngestTests(TraceFixture fixture) : IClassFixture<TraceFixture>
{
    private static readonly string Body = TraceEvents.Lines(2);
    private static readonly string OtherBody = TraceEvents.Lines(1);

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
    public async Task Another_body_under_the_same_key_is_a_conflict()
    {
        var client = await fixture.CreateClientAsync();

        using var first = await PostAsync(client, Body, "key");
        using var second = await PostAsync(client, OtherBody, "key");

        await second.ExpectErrorAsync(HttpStatusCode.Conflict, "This Idempotency-Key was used for another body");
        Assert.Equal(2, (await client.TakeSentEventsAsync()).Count);
    }

    [Fact]
    public async Task Another_project_may_use_the_same_key()
    {
        var client = await fixture.CreateClientAsync();
        var sibling = await TraceClient.CreateAsync(fixture.Host, client.Organization, (await fixture.Projects.CreateAsync(client.Organization, "Other"))!);

        using var first = await PostAsync(client, Body, "key");
        using var second = await PostAsync(sibling, Body, "key");
        using var third = await PostAsync(sibling, OtherBody, "other key");

        await second.ExpectAcceptedAsync(2);
        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        await third.ExpectAcceptedAsync(1);
        Assert.Equal(3, (await sibling.TakeSentEventsAsync()).Count);
    }

    [Fact]
    public async Task A_refused_batch_does_not_use_the_key_up()
    {
        var client = await fixture.CreateClientAsync();

        using var refused = await PostAsync(client, "{}", "key");
        using var accepted = await PostAsync(client, Body, "key");

        await refused.ExpectInvalidAsync("Line 1: \"event_id\" is required");
        await accepted.ExpectAcceptedAsync(2);
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

    [Theory]
    [InlineData("")]
    [InlineData("tab\tbed")]
    [InlineData(256)]
    public async Task A_key_that_is_not_1_to_255_printable_characters_is_refused(object key)
    {
        var client = await fixture.CreateClientAsync();

        using var response = await PostAsync(client, Body, key as string ?? new string('k', (int)key));

        await response.ExpectInvalidAsync("\"Idempotency-Key\" must be 1 to 255 printable ASCII characters");
        await client.ExpectNothingStoredAsync();
    }

    private static Task<HttpResponseMessage> PostAsync(TraceClient client, string body, string key) =>
        client.PostAsync(new StringContent(body, Encoding.UTF8, "application/x-ndjson"), ("Idempotency-Key", key));
}
