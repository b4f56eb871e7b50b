using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>The requests of the published documentation, as they stand there.</summary>
[Trait("Category", "Contract")]
public sealed class IngestSeedTests(ContractFixture fixture) : IClassFixture<ContractFixture>
{
    private const string FirstEntry = """
        {
        "timestamp": "2026-01-26T14:30:00.000Z",
        "level": "info",
        "message": "User logged in",
        "environment": "production",
        "metadata": {
        "user_id": "user-789",
        "method": "google-oauth"
        }
        }
        """;

    private const string SecondEntry = """
        {
        "timestamp": "2026-01-26T14:30:05.000Z",
        "level": "error",
        "message": "Payment failed",
        "environment": "production",
        "error": {
        "type": "PaymentError",
        "message": "Insufficient funds",
        "stack_trace": ["at processPayment (payment.ts:45)", "at checkout (checkout.ts:120)"]
        },
        "metadata": { "order_id": "ORD-12345", "amount": 99.99 }
        }
        """;

    [Fact]
    public async Task The_documented_batch_is_accepted_and_charged_by_the_bytes_of_its_entries()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($"{{\n\"logs\": [\n{FirstEntry},\n{SecondEntry}\n]\n}}");

        await response.ExpectAcceptedAsync(2, FirstEntry.Length + SecondEntry.Length);
        Assert.False(response.Headers.Contains("Deprecation"));
    }

    [Fact]
    public async Task The_documented_batch_reads_back_as_it_was_sent_newest_first()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);

        using var response = await logs.PostAsync($"{{\"logs\":[{FirstEntry},{SecondEntry}]}}");

        Assert.Equal(
            [
                """{"timestamp":"2026-01-26T14:30:05.000Z","level":"error","message":"Payment failed","environment":"production","metadata":{"order_id":"ORD-12345","amount":99.99},"error":{"type":"PaymentError","message":"Insufficient funds","stack_trace":["at processPayment (payment.ts:45)","at checkout (checkout.ts:120)"]}}""",
                """{"timestamp":"2026-01-26T14:30:00.000Z","level":"info","message":"User logged in","environment":"production","metadata":{"user_id":"user-789","method":"google-oauth"}}""",
            ],
            await logs.ReadStoredAsync(2));
    }

    [Fact]
    public async Task The_curl_example_works()
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        const string Entry = """
            {
            "timestamp": "2026-01-26T14:30:00Z",
            "level": "info",
            "message": "API Request Received",
            "metadata": { "user_id": "user_789" }
            }
            """;
        using var content = new StringContent($"{{\n\"logs\": [\n{Entry}\n]\n}}", Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

        using var response = await logs.PostAsync(content);

        await response.ExpectAcceptedAsync(1, Entry.Length);
        Assert.Equal(
            ["""{"timestamp":"2026-01-26T14:30:00Z","level":"info","message":"API Request Received","metadata":{"user_id":"user_789"}}"""],
            await logs.ReadStoredAsync(1));
    }

    // What JavaScript's toISOString and Python's isoformat() + 'Z' write.
    [Theory]
    [InlineData("2026-01-26T14:30:00.123Z", "Node.js event logging", """{"server":"aws-us-east-1"}""")]
    [InlineData("2026-01-26T14:30:00.123456Z", "Python script event", null)]
    public async Task The_language_examples_work(string timestamp, string message, string? metadata)
    {
        var logs = await LogClient.CreateAsync(fixture.Host);
        var entry = LogEntries.Simple(message, timestamp);
        if (metadata is not null)
        {
            entry["metadata"] = JsonNode.Parse(metadata);
        }

        await logs.AcceptAsync(entry);

        Assert.Equal([entry.ToJsonString()], await logs.ReadStoredAsync(1));
    }
}
