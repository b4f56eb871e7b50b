using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Plain;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Ingest;

/// <summary>The plain design.</summary>
internal sealed class PlainIntake : Intake
{
    private readonly TableServiceClient _tables;

    private PlainIntake(Application application, StorageAccount account)
        : base(application, account) => _tables = new(account.Direct.ConnectionString);

    /// <summary>Starts it.</summary>
    public static async Task<PlainIntake> StartAsync(StorageAccount account) =>
        new(await Application.StartAsync(Built.Plain, account), account);

    /// <inheritdoc/>
    protected override Task<(string Key, string Partition)> NewSenderAsync(RecordKind kind)
    {
        var organization = Guid.NewGuid().ToString("N");
        return Task.FromResult((organization, organization));
    }

    /// <inheritdoc/>
    protected override string QueueOf(RecordKind kind) => kind == RecordKind.Logs ? PlainRecords.Logs : PlainRecords.Events;

    /// <inheritdoc/>
    protected override async Task<long> CountAsync(RecordKind kind, string partition) => await _tables.GetTableClient(QueueOf(kind))
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"])
        .LongCountAsync();
}
