using System.Net;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;

namespace Serverless.Tests.Runs.Triggers;

/// <summary>What firing a trigger by a request costs until it is answered, counted on the wire.</summary>
public sealed class TriggerTransactionTests(RunFixture fixture) : IClassFixture<RunFixture>
{
    [Theory]
    [InlineData(null, "queue POST, table GET, table GET, table PATCH, table POST, table POST")]
    [InlineData("2", "queue POST, table GET, table GET, table GET, table PATCH, table POST, table POST, table POST")]
    public async Task A_request_costs_six_transactions_and_two_more_where_its_delivery_is_told_from_others(string? delivery, string expected)
    {
        var client = await LaminaClient.CreateAsync(fixture.Host, "admin");
        var made = await client.DoAsync("PUT", "/v1/triggers/greet", """{"appId":"echo","inputs":{"Text":"Hello"},"deliveryIdHeader":"X-Delivery"}""", HttpStatusCode.Created);
        fixture.Proxy.Reset();
        await FireAsync("1");
        await EndAsync();
        var answered = fixture.Proxy.HoldRunMessages();
        fixture.Proxy.Reset();

        // The message, the trigger, the workspace, which run it started last, the limit by client address and the run; then the delivery, looked for and claimed.
        await FireAsync(delivery);
        var transactions = string.Join(", ", fixture.Proxy.Transactions.Select(transaction => transaction.ToString()).Order(StringComparer.Ordinal));

        answered.SetResult();
        await EndAsync();
        fixture.Proxy.Fault = static _ => StorageFault.None;
        Assert.Equal(expected, transactions);

        Task EndAsync() => fixture.Proxy.WaitUntilAsync(transactions => transactions.Any(transaction => transaction is { Service: "queue", Method: "DELETE" }));

        async Task FireAsync(string? id)
        {
            (string, string)[] headers = [("x-trigger-secret", made["secret"]!.GetValue<string>()), .. id is null ? Array.Empty<(string, string)>() : [("X-Delivery", id)]];
            var answer = await new LaminaClient(fixture.Host.Client, key: null).SendAsync("POST", $"/v1/triggers/{client.Workspace}-greet/fire", "{}", headers);
            Assert.Equal(HttpStatusCode.Accepted, answer.Status);
        }
    }
}
