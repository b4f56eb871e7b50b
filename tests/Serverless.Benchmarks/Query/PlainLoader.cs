using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Benchmarks.Plain;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>Puts a day of entries into the table of the plain design.</summary>
internal static class PlainLoader
{
    /// <summary>Loads a day.</summary>
    /// <param name="account">The storage.</param>
    /// <param name="organization">Whose entries they are.</param>
    /// <param name="day">The day.</param>
    public static async Task LoadAsync(StorageAccount account, string organization, LogDay day)
    {
        var table = new TableServiceClient(account.Direct.ConnectionString).GetTableClient(PlainRecords.Logs);
        foreach (var body in day.Batches())
        {
            var logs = JsonSerializer.Deserialize<PlainLogBatch>(body, PlainRecords.Json)!.Logs;
            await PlainRecords.WriteAsync(
                table, logs.Select(log => (log with { Id = Guid.CreateVersion7().ToString("N") }).ToEntity(organization)), CancellationToken.None);
        }
    }
}
