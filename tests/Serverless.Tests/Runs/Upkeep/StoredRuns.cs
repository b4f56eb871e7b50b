using System.Globalization;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Runs.Engine;
using Serverless.Runs.Upkeep;
using Serverless.Storage;
using Serverless.Tests.Hosting;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Upkeep;

/// <summary>Runs of a workspace that are put into the table as they are wanted, and what is left of them there.</summary>
/// <param name="host">The application.</param>
/// <param name="workspace">The workspace.</param>
internal sealed class StoredRuns(ServerlessHost host, string workspace)
{
    private readonly TableClient _table = new(host.Account.Direct.ConnectionString, TableNames.Runs);

    /// <summary>A run of a status; those that are over came to their end a second after they were accepted, unless it is said.</summary>
    public Run Make(RunStatus status, DateTimeOffset acceptedAt, string app = "test", DateTimeOffset? endedAt = null)
    {
        var run = Run(App(Text("a", "A")) with { AppId = app }, workspace, acceptedAt) with { Status = status };
        return run.IsTerminal ? run with { StartedAt = acceptedAt, CompletedAt = endedAt ?? acceptedAt.AddSeconds(1) } : run;
    }

    /// <summary>Stores a run.</summary>
    public async Task<Run> AddAsync(RunStatus status, DateTimeOffset acceptedAt, string app = "test", DateTimeOffset? endedAt = null)
    {
        var run = Make(status, acceptedAt, app, endedAt);
        await host.Services.GetRequiredService<RunStore>().TryAddAsync(run);
        return run;
    }

    /// <summary>Stores runs as the version before did, which kept nothing beside them.</summary>
    public async Task AddEarlierAsync(params IEnumerable<Run> runs)
    {
        foreach (var rows in runs.Select(RowOfEarlier).Chunk(100))
        {
            await _table.SubmitTransactionAsync(rows.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)));
        }
    }

    /// <summary>Stores the row of a try to report the end of a run.</summary>
    public Task AddDeliveryAsync(Run run, int attempt) => _table.AddEntityAsync(
        new TableEntity(workspace, string.Create(CultureInfo.InvariantCulture, $"delivery-{run.Id}-{attempt:D2}")) { ["At"] = run.CreatedAt, ["Duration"] = 12L, ["Status"] = 204 });

    /// <summary>The keys of all rows of the workspace, the counts left out.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync() =>
        await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {workspace}"), select: ["RowKey"])
            .Select(row => row.RowKey)
            .Where(key => !key.StartsWith("active.", StringComparison.Ordinal))
            .ToListAsync();

    /// <summary>Has upkeep look after all workspaces.</summary>
    /// <returns>How many messages it sent.</returns>
    public Task<int> KeepAsync() => host.Services.GetRequiredService<RunUpkeep>().RunAsync(CancellationToken.None);

    /// <summary>Brings the counts up to date.</summary>
    public async Task SettleAsync()
    {
        while (!await host.Services.GetRequiredService<RunSettlement>().SettleAsync(workspace, CancellationToken.None))
        {
        }
    }

    /// <summary>How many runs are counted, by status, in the order of <see cref="RunStatus"/>; null when there may be more.</summary>
    public async Task<IReadOnlyList<int>?> CountAsync(string? app = null) =>
        Numbers(await host.Services.GetRequiredService<RunCounter>().CountAsync(workspace, app, CancellationToken.None));

    /// <summary>How many runs of a month are counted, by status; null when there may be more.</summary>
    public async Task<IReadOnlyList<int>?> CountMonthAsync(DateTimeOffset month) =>
        Numbers(await host.Services.GetRequiredService<RunCounter>().CountMonthAsync(workspace, month, CancellationToken.None));

    /// <summary>How many runs there are, by status, by their rows.</summary>
    public async Task<IReadOnlyList<int>> CountRowsAsync(string? app = null) => Numbers(await _table.QueryAsync<TableEntity>(RunRow.Filter(workspace))
        .Where(row => !RunRow.IsDeleted(row))
        .Select(row => RunRow.ReadSummary(row))
        .Where(run => app is null || run.AppId == app)
        .AggregateAsync(new StatusCounts(), (counts, run) => counts.With(run.Status)))!;

    // As it was written: a sample of what is there.
    private static TableEntity RowOfEarlier(Run run)
    {
        var row = new TableEntity(run.Workspace, $"run-{run.Id}")
        {
            ["Status"] = RunWords.Of(run.Status),
            ["AppId"] = run.App.AppId,
            ["Source"] = "api_app",
            ["Data0"] = RunDocument.Encode(run),
        };
        if (run.IsTerminal)
        {
            row["StartedAt"] = run.StartedAt;
            row["CompletedAt"] = run.CompletedAt;
        }
        else
        {
            row["DueAt"] = run.CreatedAt;
        }

        return row;
    }

    private static IReadOnlyList<int>? Numbers(StatusCounts? counts) => counts is null ? null : [.. Enum.GetValues<RunStatus>().Select(status => counts[status])];
}

file static class CountedStatuses
{
    public static StatusCounts With(this StatusCounts counts, RunStatus status)
    {
        counts.Add(status);
        return counts;
    }
}
