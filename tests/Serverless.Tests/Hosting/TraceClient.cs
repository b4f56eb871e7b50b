using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Records;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Traces.Hours;

namespace Serverless.Tests.Hosting;

/// <summary>A LumiqTrace client that sends events, with a key of its own.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="key">The key.</param>
/// <param name="project">The project of the key.</param>
/// <param name="account">The storage behind the application; null where it is out of reach.</param>
public sealed class TraceClient(HttpClient http, string key, string project, StorageAccount? account = null)
{
    private const int MessagesAtOnce = 32;

    /// <summary>The key.</summary>
    public string Key { get; } = key;

    /// <summary>The project of the key.</summary>
    public string Project { get; } = project;

    /// <summary>The organization of the project.</summary>
    public string Organization { get; } = TenantIds.OrganizationOf(project)!;

    private StorageAccount Account => account ?? throw new InvalidOperationException("The storage is out of reach.");

    private TableServiceClient Tables => new(Account.Direct.ConnectionString);

    /// <summary>A client of a new project of a new organization.</summary>
    /// <param name="host">The application.</param>
    /// <param name="plan">The organization's plan; the largest unless a test is about quotas.</param>
    /// <param name="options">What the key may do, beside the project it is bound to.</param>
    public static async Task<TraceClient> CreateAsync(ServerlessHost host, string plan = "Scale", KeyOptions? options = null)
    {
        var accounts = host.Services.GetRequiredService<AccountStore>();
        var organization = await accounts.CreateOrganizationAsync("Test", Plans.DefaultLogPlan, plan);
        return await CreateAsync(host, organization.Id, (await host.Services.GetRequiredService<ProjectStore>().CreateAsync(organization.Id, "Test"))!, options);
    }

    /// <summary>A client with one more key of a project.</summary>
    public static async Task<TraceClient> CreateAsync(ServerlessHost host, string organization, Project project, KeyOptions? options = null)
    {
        var keys = host.Services.GetRequiredService<KeyStore>();
        var key = await keys.CreateAsync(organization, KeyPrefix.LumiqTrace, (options ?? new KeyOptions()) with { Project = project.Id });
        return new(host.Client, key!.Reveal(), project.Id, host.Account);
    }

    /// <summary>A client of a new project of a new organization.</summary>
    /// <param name="host">The application.</param>
    /// <param name="plan">The organization's plan; the largest unless a test is about quotas.</param>
    /// <param name="options">What the key may do, beside the project it is bound to.</param>
    public static async Task<TraceClient> CreateAsync(ContractHost host, string plan = "Scale", KeyOptions? options = null) =>
        await AddAsync(host, await host.Operator.CreateOrganizationAsync(tracePlan: plan), options);

    /// <summary>A client of a new project of an organization.</summary>
    public static async Task<TraceClient> AddAsync(ContractHost host, string organization, KeyOptions? options = null)
    {
        var project = await host.CreateProjectAsync(organization);
        return new(host.Client, await host.CreateKeyAsync(organization, KeyPrefix.LumiqTrace, (options ?? new KeyOptions()) with { Project = project }), project);
    }

    /// <summary>The same client with another key.</summary>
    public TraceClient With(string otherKey) => new(http, otherKey, Project, account);

    /// <summary>Sends events, one a line.</summary>
    public Task<HttpResponseMessage> PostAsync(string lines) => PostAsync(Encoding.UTF8.GetBytes(lines), "application/x-ndjson");

    /// <summary>Sends a JSON document.</summary>
    public Task<HttpResponseMessage> PostJsonAsync(string json) => PostAsync(Encoding.UTF8.GetBytes(json), "application/json");

    /// <summary>Sends bytes.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">Their media type; null for none.</param>
    /// <param name="encoding">Their content encoding; null for none.</param>
    public Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        if (encoding is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        }

        return PostAsync(content);
    }

    /// <summary>Sends an export of spans, in JSON.</summary>
    public Task<HttpResponseMessage> ExportAsync(string json) => PostAsync("/v1/otel/v1/traces", new StringContent(json, Encoding.UTF8, "application/json"), []);

    /// <summary>Sends any content.</summary>
    /// <param name="content">The content.</param>
    /// <param name="headers">Headers of the request, beside the key.</param>
    public Task<HttpResponseMessage> PostAsync(HttpContent content, params IEnumerable<(string Name, string Value)> headers) => PostAsync("/v1/ingest", content, headers);

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent content, IEnumerable<(string Name, string Value)> headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("x-api-key", Key);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request);
    }

    /// <summary>Takes everything from the queue that events are sent to.</summary>
    /// <returns>The chunks of this client's project.</returns>
    public async Task<IReadOnlyList<Chunk>> TakeSentAsync()
    {
        var queue = new QueueClient(
            Account.Direct.ConnectionString, TraceChunks.Schema.Queue, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var chunks = new List<Chunk>();
        while ((await queue.ReceiveMessagesAsync(MessagesAtOnce)).Value is { Length: > 0 } messages)
        {
            foreach (var message in messages)
            {
                chunks.AddRange(ChunkMessage.Decode(message.Body));
                await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
            }
        }

        return [.. chunks.Where(chunk => chunk.Header.Partition == Project)];
    }

    /// <summary>Takes everything from the queue that events are sent to.</summary>
    /// <returns>The events of this client's project, as they are to be stored.</returns>
    public async Task<IReadOnlyList<string>> TakeSentEventsAsync()
    {
        var events = new List<string>();
        foreach (var chunk in await TakeSentAsync())
        {
            await foreach (var payload in new ChunkStore(Tables).ReadPayloadsAsync(TraceChunks.Schema, chunk, CancellationToken.None))
            {
                events.AddRange(Lines(payload));
            }
        }

        return events;
    }

    /// <summary>How many rows the project has in the table of events.</summary>
    public async Task<int> CountRowsAsync() => await Tables.GetTableClient(TableNames.Traces)
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Project}"), select: ["RowKey"])
        .CountAsync();

    /// <summary>The row of the organization, as it is stored.</summary>
    public async Task<TableEntity> AccountRowAsync() =>
        await Tables.GetTableClient(TableNames.Tenants).GetEntityAsync<TableEntity>(Organization, TenantRows.Account);

    /// <summary>The events of a payload.</summary>
    internal static IReadOnlyList<string> Lines(ReadOnlyMemory<byte> payload)
    {
        using var reader = new LineReader(payload);
        var lines = new List<string>();
        while (reader.TryRead(out var line))
        {
            lines.Add(Encoding.UTF8.GetString(line));
        }

        return lines;
    }
}
