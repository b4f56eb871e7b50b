using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Azure.Storage.Queues;
using Serverless.Storage;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Faults;

/// <summary>
/// Remembers what was sent and what of it was answered, by an id of its own in each message, and compares that with what there
/// is in the end.
/// </summary>
internal sealed class SentLogs
{
    private const int SmallEntries = 3;
    private const int LargeEntries = 12;
    private const int LargeBytes = 60 * 1024;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentDictionary<string, bool> _sent = new(StringComparer.Ordinal);

    /// <summary>The ids of all entries in batches that were answered with 200.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>How many entries were sent, answered or not.</summary>
    public int Count => _sent.Count;

    /// <summary>A batch that travels whole in its queue message.</summary>
    public IReadOnlyList<JsonObject> SmallBatch()
    {
        var time = RecentTime();
        return [.. Enumerable.Range(0, SmallEntries).Select(_ => Entry(time))];
    }

    /// <summary>A batch whose content goes to the table first, in more than one part unless it has fewer entries, and whose message only refers to it.</summary>
    public IReadOnlyList<JsonObject> LargeBatch(int entries = LargeEntries)
    {
        var time = RecentTime();
        return
        [
            .. Enumerable.Range(0, entries).Select(_ =>
            {
                var entry = Entry(time);
                var bytes = new byte[LargeBytes];
                Random.Shared.NextBytes(bytes);
                entry["metadata"] = new JsonObject { ["data"] = Convert.ToBase64String(bytes) };
                return entry;
            }),
        ];
    }

    /// <summary>Sends a batch.</summary>
    /// <returns>Whether it was answered with 200; false when the connection broke, or the worker behind the host did.</returns>
    public async Task<bool> SendAsync(LogClient logs, IReadOnlyList<JsonObject> batch)
    {
        try
        {
            using var response = await logs.PostAsync(new JsonObject { ["logs"] = new JsonArray([.. batch]) }.ToJsonString());
            if (response.StatusCode == HttpStatusCode.BadGateway)
            {
                return false;
            }

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            return false;
        }

        Acknowledge(batch);
        return true;
    }

    /// <summary>Remembers that a batch was answered with 200.</summary>
    public void Acknowledge(IReadOnlyList<JsonObject> batch)
    {
        foreach (var entry in batch)
        {
            _acknowledged.Enqueue(Id(entry));
        }
    }

    /// <summary>
    /// Waits until the queue is empty, and then expects in the table: everything that was acknowledged, nothing that was not sent,
    /// and nothing twice.
    /// </summary>
    /// <returns>How many entries there are.</returns>
    public async Task<int> ExpectEachOnceAsync(LogClient logs, StorageAccount account)
    {
        await WaitForEmptyQueueAsync(account);
        var stored = await ReadAllAsync(logs);
        Assert.Empty(_acknowledged.Except(stored, StringComparer.Ordinal));
        Assert.All(stored, id => Assert.True(_sent.ContainsKey(id), $"{id} was never sent"));
        Assert.Equal(stored.Count, stored.Distinct(StringComparer.Ordinal).Count());

        // A reader shows an entry once, even if its row were there twice.
        Assert.Equal(stored.Count, await logs.CountPersistedAsync());
        return stored.Count;
    }

    /// <summary>Waits until the queue is empty.</summary>
    public static async Task WaitForEmptyQueueAsync(StorageAccount account)
    {
        var queue = new QueueClient(account.Direct.ConnectionString, QueueNames.Logs);
        using var patience = new CancellationTokenSource(Patience.Limit);
        while ((await queue.GetPropertiesAsync(patience.Token)).Value.ApproximateMessagesCount > 0)
        {
            await Task.Delay(BetweenLooks, patience.Token);
        }
    }

    /// <summary>The ids of all entries that are stored.</summary>
    public static async Task<List<string>> ReadAllAsync(LogClient logs)
    {
        var stored = new List<string>();
        for (string? cursor = "", next = null; cursor is not null; cursor = next)
        {
            var page = await ReadPageAsync(logs, "?start=2000-01-01T00:00:00Z&limit=1000" + cursor);
            stored.AddRange(page["logs"]!.AsArray().Select(entry => Id(entry!)));
            next = page["next_cursor"] is JsonValue value ? $"&cursor={Uri.EscapeDataString(value.GetValue<string>())}" : null;
        }

        return stored;
    }

    // An emulator that is busy may take longer than anybody waits, and a clock that was set may keep a limit shut: then it is asked again, as every client would.
    private static async Task<JsonNode> ReadPageAsync(LogClient logs, string query)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            using var response = await logs.GetAsync(query);
            if (response.IsSuccessStatusCode)
            {
                return await LogClient.JsonAsync(response);
            }

            Assert.True(response.StatusCode is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests, $"{response.StatusCode}");
            await Task.Delay(response.Headers.RetryAfter!.Delta!.Value, patience.Token);
        }
    }

    private static string Id(JsonNode entry) => entry["message"]!.GetValue<string>();

    // Of this hour, or of an earlier one that is compacted before long.
    private static string RecentTime() => DateTimeOffset.UtcNow.AddHours(-Random.Shared.Next(4)).ToString("O");

    private JsonObject Entry(string timestamp)
    {
        var id = Guid.NewGuid().ToString();
        _sent[id] = true;
        return LogEntries.Simple(id, timestamp);
    }
}
