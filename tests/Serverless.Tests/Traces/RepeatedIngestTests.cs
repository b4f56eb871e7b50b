using System.Net;
using System.Text;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>Batches that their sender may repeat, by <c>Idempotency-Key</c>.</summary>
[Trait("Category", "Contract")]
public sealed class RepeatedIngestTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private static readonly string Body = TraceEvents.Lines(2);
    private static readonly string OtherBody = TraceEvents.Lines(1);

    [Fact]
    public async Task A_repeated_batch_gets_the_first_answer_and_is_charged_once()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var first = await PostAsync(client, Body, "batch 1");
        using var repeated = await PostAsync(client, Body, "batch 1");

        await first.ExpectAcceptedAsync(2);
        await repeated.ExpectAcceptedAsync(2);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", Assert.Single(repeated.Headers.GetValues("Idempotent-Replayed")));
        Assert.Equal(2, await UsedAsync(client));
    }

    [Fact]
    public async Task Of_many_at_once_one_is_charged_and_all_others_get_its_answer()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync(client, Body, "key")));

        foreach (var response in responses)
        {
            await response.ExpectAcceptedAsync(2);
        }

        Assert.Single(responses, response => !response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(2, await UsedAsync(client));
    }

    [Fact]
    public async Task Another_body_under_the_same_key_is_a_conflict()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var first = await PostAsync(client, Body, "key");
        using var second = await PostAsync(client, OtherBody, "key");

        await second.ExpectErrorAsync(HttpStatusCode.Conflict, "This Idempotency-Key was used for another body");
        Assert.Equal(2, (await fixture.Host.StoredEventsAsync(client, 2)).Count);
    }

    [Fact]
    public async Task Another_project_may_use_the_same_key()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);
        var sibling = await TraceClient.AddAsync(fixture.Host, client.Organization);

        using var first = await PostAsync(client, Body, "key");
        using var second = await PostAsync(sibling, Body, "key");
        using var third = await PostAsync(sibling, OtherBody, "other key");

        await second.ExpectAcceptedAsync(2);
        Assert.False(second.Headers.Contains("Idempotent-Replayed"));
        await third.ExpectAcceptedAsync(1);
        Assert.Equal(5, await UsedAsync(client));
    }

    [Fact]
    public async Task A_refused_batch_does_not_use_the_key_up()
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var refused = await PostAsync(client, "{}", "key");
        using var accepted = await PostAsync(client, Body, "key");

        await refused.ExpectInvalidAsync("Line 1: \"event_id\" is required");
        await accepted.ExpectAcceptedAsync(2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\tbed")]
    [InlineData(256)]
    public async Task A_key_that_is_not_1_to_255_printable_characters_is_refused(object key)
    {
        var client = await TraceClient.CreateAsync(fixture.Host);

        using var response = await PostAsync(client, Body, key as string ?? new string('k', (int)key));

        await response.ExpectInvalidAsync("\"Idempotency-Key\" must be 1 to 255 printable ASCII characters");
        await fixture.Host.ExpectNothingTakenAsync(client);
    }

    private async Task<int> UsedAsync(TraceClient client) =>
        (await fixture.Operator.DoAsync("GET", $"organizations/{client.Organization}/usage"))["traces"]!["eventsUsed"]!.GetValue<int>();

    private static Task<HttpResponseMessage> PostAsync(TraceClient client, string body, string key) =>
        client.PostAsync(new StringContent(body, Encoding.UTF8, "application/x-ndjson"), ("Idempotency-Key", key));
}
