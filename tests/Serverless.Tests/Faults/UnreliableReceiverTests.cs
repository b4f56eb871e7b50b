using System.Net;
using Serverless.Tests.Hosting;
using Serverless.Tests.Runs.Engine;
using Serverless.Tests.Webhooks;
using Xunit.Abstractions;

namespace Serverless.Tests.Faults;

/// <summary>
/// Endpoints of every unpleasant kind that are told of many runs, while workers are killed with requests under way, something happens to one in ten requests to storage,
/// and storage is away now and then.
/// </summary>
[Trait("Category", "Faults")]
public sealed class UnreliableReceiverTests(ITestOutputHelper output)
{
    private const int Runs = 30;
    private const double Share = 0.1;

    // Between two disturbances there are more requests than are under way at a time, so that a kill finds a worker that is at work.
    private const int Apart = 40;
    private const int Spread = 10;

    private static readonly string Key = Convert.ToBase64String(new byte[32]);

    // What a worker is killed over comes back at once. What is still under way keeps its message: for longer than the slowest answer takes, and through an outage.
    private static readonly KeyValuePair<string, string?>[] Settings =
    [
        new("Outbound__AllowLoopback", "true"),
        new("Secrets__Key", Key),
        new("Local__QueueLease", "00:00:16"),
    ];

    public static TheoryData<int> Seeds => FaultScale.Seeds(1);

    /// <summary>
    /// Each message arrives, the log has every request and calls unknown only what a kill broke off, what is recorded as delivered is not sent again, and nothing is stuck.
    /// </summary>
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whatever_receivers_do_each_message_arrives_and_the_log_is_right(int seed)
    {
        await using var proxy = await StorageProxy.StartAsync(await TestStorage.CreateAccountAsync());
        await using var host = await StartBystanderAsync(proxy.Account.Direct);
        var workspace = await WebhookWorkspace.CreateAsync(host);
        await using var process = await ServerlessProcess.StartAsync(proxy.Account, Settings);
        var storage = new UnreliableStorage(proxy, new RandomFaults(seed, Share));
        var kills = new List<DateTimeOffset>();
        var outages = new List<Task>();
        var disturbances = At(new Random(seed), Kill, BeWithoutTables, Kill, BeWithoutAny, Kill, Kill, BeWithoutAny);
        var last = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = new UnreliableReceiver(number =>
        {
            disturbances.GetValueOrDefault(number)?.Invoke();
            if (number == disturbances.Keys.Max())
            {
                last.SetResult();
            }
        });
        var endpoints = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (role, url) in receiver.Urls)
        {
            endpoints[role] = (await workspace.AddEndpointAsync(url))["endpointId"]!.GetValue<string>();
        }

        var messages = new HashSet<string>(StringComparer.Ordinal);
        for (var run = 0; run < Runs; run++)
        {
            var accepted = await workspace.Client.DoAsync("POST", "/v1/apps/echo/runs", """{"inputs":{"Text":"Hello"}}""", HttpStatusCode.Accepted);
            messages.Add($"msg_{accepted["runId"]}");
        }

        await last.Task.WaitAsync(Patience.Limit);
        await Task.WhenAll(outages);
        await WorkQueues.WaitForEmptyAsync(proxy.Account.Direct);
        await WorkQueues.ExpectNoneLeftAsync(proxy.Account.Direct);

        Assert.Equal(0, receiver.Strays);
        var requests = receiver.Taken.ToLookup(request => (request.Role, request.MessageId));
        var (known, unknown) = (0, 0);
        foreach (var (role, endpoint) in endpoints)
        {
            var deliveries = await ReadLogAsync(workspace, endpoint);
            if (role != UnreliableReceiver.Gone)
            {
                Assert.Equal(messages.Order(StringComparer.Ordinal), deliveries.Select(each => each.MessageId).Order(StringComparer.Ordinal));
                Assert.All(messages, message => Assert.Contains(requests[(role, message)], request => request.Status == 200));
            }

            foreach (var delivery in deliveries)
            {
                var received = requests[(role, delivery.MessageId)].ToArray();
                Assert.Equal((delivery, role == UnreliableReceiver.Gone ? "failed" : "delivered"), (delivery, delivery.State));
                var problem = delivery.ProblemWith(received, storage.DeliveredSince(delivery.Id))
                    ?? (delivery.CountUnexplained(kills) > storage.UnansweredWritesOf(delivery.Id) ? "A try is unknown that no kill broke off" : null);
                Assert.True(problem is null, $"{role}: {problem}. {delivery}; received: {string.Join(", ", received.AsEnumerable())}; kills: {string.Join(", ", kills.Select(kill => $"{kill:O}"))}");
                known += received.Length;
                unknown += delivery.Tries.Count(each => each.IsUnknown);
            }
        }

        Assert.Equal(receiver.Taken.Count, known);
        Assert.False((await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoints[UnreliableReceiver.Gone]}"))["active"]!.GetValue<bool>());
        Assert.True(unknown >= kills.Count, "No request was under way when a worker was killed: this proves nothing.");
        output.WriteLine(
            $"{Runs} runs told to {endpoints.Count} endpoints: {receiver.Taken.Count} requests, {unknown} tries unknown after {kills.Count} kills and {outages.Count} outages, 0 lost, 0 stuck");

        void Kill()
        {
            process.KillWorkers();
            kills.Add(DateTimeOffset.UtcNow);
        }

        void BeWithoutTables() => outages.Add(storage.BeAwayAsync("table"));

        void BeWithoutAny() => outages.Add(storage.BeAwayAsync("table queue"));
    }

    // Takes runs in and shows the log, past all faults. The queues are left to the process whose workers are killed.
    private static Task<ServerlessHost> StartBystanderAsync(StorageAccount account) => RunDriver.StartHostAsync(account, builder =>
    {
        builder.Configuration["AzureWebJobs.AdvanceRuns.Disabled"] = "true";
        builder.Configuration["Secrets:Key"] = Key;
    });

    private static async Task<IReadOnlyList<LoggedDelivery>> ReadLogAsync(WebhookWorkspace workspace, string endpoint) =>
        [.. (await workspace.Client.DoAsync("GET", $"/v1/webhooks/endpoints/{endpoint}/deliveries?limit=100")).AsArray().Select(each => LoggedDelivery.Read(each!))];

    // Each at the arrival of some request, which is under way then.
    private static Dictionary<int, Action> At(Random random, params IReadOnlyList<Action> disturbances) =>
        disturbances.Select((disturbance, index) => (number: (Apart * (index + 1)) - random.Next(Spread), disturbance)).ToDictionary(each => each.number, each => each.disturbance);
}
