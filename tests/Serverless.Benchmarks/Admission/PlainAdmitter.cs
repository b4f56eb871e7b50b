using Azure;
using Azure.Data.Tables;

namespace Serverless.Benchmarks.Admission;

/// <summary>
/// The plain way: read the row, decide, write it if nobody else has meanwhile; else once more, after a pause at random that may be twice as
/// long each time. It has one row where the product has two, and two counts where the product has three.
/// </summary>
internal sealed class PlainAdmitter(string connectionString, string key) : Admitter(connectionString)
{
    /// <summary>Its table.</summary>
    public const string Table = "plainlimits";

    private const string Row = "limits";
    private const string Tokens = nameof(Tokens);
    private const string At = nameof(At);
    private const string Used = nameof(Used);
    private const double PermitsPerSecond = 10_000_000 / 60.0;
    private const double Capacity = 10_000_000;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(4);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Creates what it needs.</summary>
    public async Task CreateAsync()
    {
        await Tables.CreateTableIfNotExistsAsync(Table);
        await Tables.GetTableClient(Table).AddEntityAsync(
            new TableEntity(key, Row) { [Tokens] = Capacity, [At] = DateTimeOffset.UtcNow, [Used] = 0L });
    }

    /// <inheritdoc/>
    public override async Task<bool> AdmitAsync()
    {
        var table = Tables.GetTableClient(Table);
        for (var round = 1; ; round++)
        {
            var row = (await table.GetEntityAsync<TableEntity>(key, Row)).Value;
            var now = DateTimeOffset.UtcNow;
            var tokens = Math.Min(Capacity, row.GetDouble(Tokens)!.Value + ((now - row.GetDateTimeOffset(At)!.Value).TotalSeconds * PermitsPerSecond));
            if (tokens < 1)
            {
                return false;
            }

            (row[Tokens], row[At], row[Used]) = (tokens - 1, now, row.GetInt64(Used)!.Value + 1);
            try
            {
                await table.UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace);
                return true;
            }
            catch (RequestFailedException conflict) when (conflict.Status == 412)
            {
                await Task.Delay(Pause(round));
            }
        }
    }

    /// <inheritdoc/>
    public override async Task<long> CountAsync() =>
        (await Tables.GetTableClient(Table).GetEntityAsync<TableEntity>(key, Row)).Value.GetInt64(Used)!.Value;

    private static TimeSpan Pause(int round)
    {
        var longest = FirstPause * Math.Pow(2, Math.Min(round, 10));
        return (longest < LongestPause ? longest : LongestPause) * Random.Shared.NextDouble();
    }
}
