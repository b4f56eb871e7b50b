using System.Globalization;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Benchmarks.Plain;

/// <summary>
/// Reading log entries in the plain design: keys sort newest first, a field that has a column is found by a filter of the table; what a table
/// cannot find or count is read and looked at here.
/// </summary>
/// <param name="tables">The tables.</param>
public sealed class PlainQueries(TableServiceClient tables)
{
    private const int DefaultLimit = 100;

    private readonly TableClient _table = tables.GetTableClient(PlainRecords.Logs);

    /// <summary>Entries, newest first.</summary>
    [Function("PlainRead")]
    public async Task ReadAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs")] HttpRequest request)
    {
        var limit = request.Query["limit"] is [{ } given] ? int.Parse(given, CultureInfo.InvariantCulture) : DefaultLimit;
        var (trace, text) = (request.Query["trace_id"].ToString(), request.Query["q"].ToString());
        var filter = trace.Length == 0 ? Range(request) : $"{Range(request)} and {TableClient.CreateQueryFilter($"TraceId eq {trace}")}";
        var logs = await _table.QueryAsync<TableEntity>(filter, text.Length > 0 ? null : limit)
            .Where(entity => entity.GetString("Message")!.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Take(limit)
            .ToListAsync();
        await request.HttpContext.Response.WriteAsJsonAsync(new { logs });
    }

    /// <summary>Counts by level and hour.</summary>
    [Function("PlainStats")]
    public async Task CountAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/logs/stats")] HttpRequest request)
    {
        var counts = await _table.QueryAsync<TableEntity>(Range(request), select: ["Level", "TimestampSent"])
            .GroupBy(entity => (Level: entity.GetString("Level")!, Hour: entity.GetDateTimeOffset("TimestampSent")!.Value.UtcTicks / TimeSpan.TicksPerHour))
            .Select(group => new { group.Key.Level, group.Key.Hour, Count = group.Count() })
            .ToListAsync();
        await request.HttpContext.Response.WriteAsJsonAsync(new { total = counts.Sum(count => count.Count), counts });
    }

    private static string Range(HttpRequest request)
    {
        var (from, to) = (Time(request, "end"), Time(request, "start"));
        return TableClient.CreateQueryFilter(
            $"PartitionKey eq {request.Headers["x-api-key"].ToString()} and RowKey ge {PlainRecords.RowKey(from, "")} and RowKey lt {PlainRecords.RowKey(to, "~")}");
    }

    private static DateTimeOffset Time(HttpRequest request, string parameter) =>
        DateTimeOffset.Parse(request.Query[parameter].ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
