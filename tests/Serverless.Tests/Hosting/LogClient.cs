using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Logs.Entries;
using Serverless.Times;

namespace Serverless.Tests.Hosting;

/// <summary>A LuminaLog client with a key of its own, which sees the storage behind the application, or nothing but what the API shows.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="key">The key.</param>
/// <param name="account">The storage behind the application; null where it is out of reach.</param>
public sealed class LogClient(HttpClient http, string key, StorageAccount? account = null)
{
    private const int OrganizationStart = 3;
    private const int OrganizationLength = 12;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    // Requests are limited.
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(100);

    private readonly ChunkFinder? _chunks = account is null ? null : new(new TableServiceClient(account.Direct.ConnectionString));

    /// <summary>The storage behind the application.</summary>
    public StorageAccount Account => account ?? throw new InvalidOperationException("The storage is out of reach.");

    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The organization of the key.</summary>
    public string Organization { get; } = key.Substring(OrganizationStart, OrganizationLength);

    /// <summary>A client of a new organization.</summary>
    public static async Task<LogClient> CreateAsync(ServerlessHost host) => new(host.Client, await host.CreateLogKeyAsync(), host.Account);

    /// <summary>A client of a new organization.</summary>
    public static async Task<LogClient> CreateAsync(ContractHost host) => new(host.Client, await host.CreateLogKeyAsync());

    /// <summary>Sends a body as it stands.</summary>
    public Task<HttpResponseMessage> PostAsync(string json) => PostAsync(new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>Sends any content.</summary>
    public Task<HttpResponseMessage> PostAsync(HttpContent content) => SendAsync(HttpMethod.Post, "/v1/logs", content);

    /// <summary>Sends entries and expects that all are accepted.</summary>
    /// <returns>The answer.</returns>
    public async Task<JsonNode> AcceptAsync(params IReadOnlyCollection<JsonNode> entries)
    {
        using var response = await PostAsync(new JsonObject { ["logs"] = new JsonArray([.. entries]) }.ToJsonString());
        var answer = await JsonAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(entries.Count, answer["processed"]!.GetValue<int>());
        return answer;
    }

    /// <summary>Asks for something below <c>/v1/logs</c>.</summary>
    /// <param name="query">What follows <c>/v1/logs</c>, such as <c>?limit=1</c> or <c>/stats</c>.</param>
    public Task<HttpResponseMessage> GetAsync(string query) => SendAsync(HttpMethod.Get, "/v1/logs" + query, null);

    /// <summary>Reads a page of entries.</summary>
    public async Task<JsonNode> ReadAsync(string query = "?start=2000-01-01T00:00:00Z")
    {
        using var response = await GetAsync(query);
        var answer = await JsonAsync(response);
        Assert.True(response.StatusCode == HttpStatusCode.OK, answer.ToJsonString());
        return answer;
    }

    /// <summary>How many entries are in the table, by the headers of their chunks, or by reading them all.</summary>
    public async Task<int> CountPersistedAsync() => _chunks is null
        ? await CountReadAsync()
        : await _chunks.FindHeadersAsync(LogChunks.Schema, new ChunkQuery(Organization, new TimeRange(0, DateTime.MaxValue.Ticks)), CancellationToken.None)
            .Select(chunk => chunk.Header.Count)
            .SumAsync();

    /// <summary>Waits until as many entries as expected are in the table.</summary>
    public async Task WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        int persisted;
        while ((persisted = await CountPersistedAsync()) != count)
        {
            Assert.True(persisted < count, $"{persisted} entries are in the table, {count} were sent");
            await Task.Delay(_chunks is null ? BetweenRequests : BetweenLooks, patience.Token);
        }
    }

    /// <summary>Reads the body of an answer.</summary>
    public static async Task<JsonNode> JsonAsync(HttpResponseMessage response) =>
        (await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync()))!;

    private async Task<int> CountReadAsync()
    {
        const string All = "?start=0001-01-01T00:00:00Z&limit=1000";
        var (count, cursor) = (0, "");
        while (true)
        {
            var page = await ReadAsync(All + cursor);
            count += page["logs"]!.AsArray().Count;
            if (page["next_cursor"] is not { } next)
            {
                return count;
            }

            cursor = $"&cursor={next.GetValue<string>()}";
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Add("x-api-key", Key);
        return await http.SendAsync(request);
    }
}
