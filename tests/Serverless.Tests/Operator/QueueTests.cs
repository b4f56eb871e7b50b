using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Operator;

/// <summary>What the operator sees of the queues.</summary>
public sealed class QueueTests
{
    [Fact]
    public async Task Every_queue_is_shown_with_what_waits_in_it_and_since_when()
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await ServerlessHost.StartAsync(proxy.Account, builder =>
        {
            builder.Configuration["AdminKey"] = OperatorClient.Key;
            foreach (var function in (string[])["PersistLogs", "AdvanceRuns"])
            {
                builder.Configuration[$"AzureWebJobs.{function}.Disabled"] = "true";
            }
        });
        var logs = new QueueClient(proxy.Account.Direct.ConnectionString, QueueNames.Logs);
        await logs.SendMessageAsync("later", visibilityTimeout: TimeSpan.FromHours(1));
        var first = (await logs.SendMessageAsync("not base64!")).Value;
        await logs.SendMessageAsync("another");
        var runs = new QueueClient(proxy.Account.Direct.ConnectionString, QueueNames.Runs);
        await runs.SendMessageAsync("later", visibilityTimeout: TimeSpan.FromHours(1));
        var poison = new QueueClient(proxy.Account.Direct.ConnectionString, $"{QueueNames.Traces}-poison");
        await poison.CreateAsync();
        await poison.SendMessageAsync("set aside");
        var client = new OperatorClient(host.Client);
        var asked = new ConcurrentBag<string>();
        proxy.Fault = request =>
        {
            if (proxy.ServiceOf(request) == "queue" && (request.Query.ContainsKey("comp") || request.Query.ContainsKey("peekonly")))
            {
                asked.Add(request.Path.Value![$"/{proxy.Account.Name}".Length..]);
            }

            return StorageFault.None;
        };

        var answer = await client.SendAsync("GET", "queues");

        var since = first.InsertionTime.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
        answer.AssertIs(
            HttpStatusCode.OK,
            $$"""
            {"data":[{"name":"logs","length":3,"poison":0,"oldest":"{{since}}"},{"name":"runs","length":1,"poison":0,"oldest":null},{"name":"traces","length":0,"poison":1,"oldest":null},{"name":"triggers","length":0,"poison":0,"oldest":null},{"name":"webhooks","length":0,"poison":0,"oldest":null},{"name":"webhooks-slow","length":0,"poison":0,"oldest":null}]}
            """);

        // Of each queue itself, its poison queue and its first message.
        Assert.Equal(
            QueueNames.All.SelectMany(queue => (string[])[$"/{queue}", $"/{queue}-poison", $"/{queue}/messages"]).Order(StringComparer.Ordinal),
            asked.Order(StringComparer.Ordinal));
    }
}
