using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Times;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Hosting;

/// <summary>Somebody who is logged in and reads the events of a project.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="token">The session.</param>
/// <param name="project">The project.</param>
/// <param name="account">The storage behind the application; null where it is out of reach.</param>
public sealed class TraceReader(HttpClient http, string token, string project, StorageAccount? account = null)
{
    private const string Password = "correct horse battery";
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    // Requests are limited.
    private static readonly TimeSpan BetweenRequests = TimeSpan.FromMilliseconds(100);

    private readonly ChunkFinder? _chunks = account is null ? null : new(new TableServiceClient(account.Direct.ConnectionString));

    /// <summary>The session.</summary>
    public string Token { get; } = token;

    /// <summary>A new member of a client's organization, logged in.</summary>
    public static async Task<TraceReader> CreateAsync(ServerlessHost host, TraceClient client)
    {
        var user = await host.Services.GetRequiredService<UserStore>().CreateAsync($"{Guid.NewGuid():N}@example.com", Password);
        await host.Services.GetRequiredService<MembershipStore>().SetAsync(client.Organization, user!, Roles.Member);

        // Logins are limited by address.
        var session = await host.Services.GetRequiredService<SessionStore>().CreateAsync(user!, client.Organization);
        return new(host.Client, session!.Token.Reveal(), client.Project, host.Account);
    }

    /// <summary>A new member of a client's organization, logged in.</summary>
    public static async Task<TraceReader> CreateAsync(ContractHost host, TraceClient client) =>
        new(host.Client, await host.LogInAsync((await host.CreateMemberAsync(client.Organization)).Email), client.Project);

    /// <summary>A client of a new project, and somebody who reads what it sends.</summary>
    public static async Task<(TraceClient Client, TraceReader Reader)> StartAsync(ContractHost host)
    {
        var client = await TraceClient.CreateAsync(host);
        return (client, await CreateAsync(host, client));
    }

    /// <summary>Asks for something, the project's id included.</summary>
    /// <param name="path">The path.</param>
    /// <param name="query">The rest of the query string, such as <c>limit=1</c>.</param>
    /// <param name="accept">What is asked for; null to take anything.</param>
    public async Task<HttpResponseMessage> GetAsync(string path, string query = "", string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?projectId={project}&{query}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return await http.SendAsync(request);
    }

    /// <summary>Sends something.</summary>
    public async Task<HttpResponseMessage> PostAsync(string path, JsonNode body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        return await http.SendAsync(request);
    }

    /// <summary>Asks for something that is there.</summary>
    public async Task<JsonNode> ReadAsync(string path, string query = "")
    {
        using var response = await GetAsync(path, query);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonNode.Parse(text, documentOptions: new() { MaxDepth = 100_000 })!;
    }

    /// <summary>Reads a trace as trees, once it has so many parts.</summary>
    public async Task<JsonArray> TraceAsync(string trace, int nodes)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        while (true)
        {
            using var response = await GetAsync($"/v1/traces/{trace}");
            if (response.StatusCode == HttpStatusCode.OK && JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray() is var roots && Count(roots) == nodes)
            {
                return roots;
            }

            await Task.Delay(BetweenRequests, patience.Token);
        }

        static int Count(JsonArray siblings) => siblings.Sum(node => 1 + Count(node!["children"]!.AsArray()));
    }

    /// <summary>Reads events page by page, until there are no more.</summary>
    /// <returns>All of them, in the order of reading.</returns>
    public async Task<IReadOnlyList<JsonNode>> ReadAllAsync(string query = "limit=200")
    {
        var events = new List<JsonNode>();
        for (var cursor = ""; ;)
        {
            var page = await ReadAsync("/v1/events", query + cursor);
            events.AddRange(page["events"]!.AsArray().Select(found => found!));
            if (page["nextCursor"] is not { } next)
            {
                return events;
            }

            cursor = $"&cursor={next.GetValue<string>()}";
        }
    }

    /// <summary>Waits until as many events as expected are in the table.</summary>
    public async Task WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(Patience.Limit);
        int stored;
        while ((stored = await CountStoredAsync()) != count)
        {
            Assert.True(stored < count, $"{stored} events are in the table, {count} were sent");
            await Task.Delay(_chunks is null ? BetweenRequests : BetweenLooks, patience.Token);
        }
    }

    /// <summary>How many events are in the table, by the headers of their chunks, or by what the API says.</summary>
    public async Task<int> CountStoredAsync() => _chunks is null
        ? (await ReadAsync("/v1/events", "limit=1"))["total"]!.GetValue<int>()
        : await _chunks.FindHeadersAsync(TraceChunks.Schema, new ChunkQuery(project, new TimeRange(0, DateTime.MaxValue.Ticks)), CancellationToken.None)
            .Select(chunk => chunk.Header.Count)
            .SumAsync();

    /// <summary>The keys of the project's rows.</summary>
    public async Task<IReadOnlyList<string>> RowKeysAsync() =>
        await new TableServiceClient(account!.Direct.ConnectionString).GetTableClient(TableNames.Traces)
            .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {project}"), select: ["RowKey"])
            .Select(row => row.RowKey)
            .ToListAsync();
}
