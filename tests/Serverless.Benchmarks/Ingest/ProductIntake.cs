using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Ingestion.Chunks;
using Serverless.Ingestion.Reading;
using Serverless.Logs.Entries;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;
using Serverless.Times;
using Serverless.Traces.Hours;

namespace Serverless.Benchmarks.Ingest;

/// <summary>The product.</summary>
internal sealed class ProductIntake : Intake
{
    private readonly ChunkFinder _chunks;

    private ProductIntake(Application application, StorageAccount account)
        : base(application, account) => _chunks = new(new TableServiceClient(account.Direct.ConnectionString));

    /// <summary>Starts it.</summary>
    public static async Task<ProductIntake> StartAsync(StorageAccount account) => new(await Application.StartAsync(Built.Product, account), account);

    /// <inheritdoc/>
    protected override async Task<(string Key, string Partition)> NewSenderAsync(RecordKind kind)
    {
        if (kind == RecordKind.Events)
        {
            var (projectKey, project) = await Tenants.CreateProjectKeyAsync(Account);
            return (projectKey.Reveal(), project);
        }

        var key = await Tenants.CreateKeyAsync(Account, KeyPrefix.LuminaLog);
        return (key.Reveal(), key.Account);
    }

    /// <inheritdoc/>
    protected override string QueueOf(RecordKind kind) => kind == RecordKind.Events ? QueueNames.Traces : QueueNames.Logs;

    /// <inheritdoc/>
    protected override async Task<long> CountAsync(RecordKind kind, string partition)
    {
        var schema = kind == RecordKind.Events ? TraceChunks.Schema : LogChunks.Schema;
        return await _chunks.FindHeadersAsync(schema, new ChunkQuery(partition, new TimeRange(0, DateTime.MaxValue.Ticks)), CancellationToken.None)
            .Select(chunk => (long)chunk.Header.Count)
            .SumAsync();
    }
}
