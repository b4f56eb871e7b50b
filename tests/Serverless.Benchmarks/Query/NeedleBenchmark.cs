using System.Diagnostics;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>What it takes to find one entry among a day's, once its hours are compacted: with their index, and without.</summary>
internal static class NeedleBenchmark
{
    private const int Entries = 1_000_000;
    private const int LargeEntries = 10_000_000;
    private const int LargeDays = 28;
    private const int Repetitions = 5;

    // The code that asks an index runs far less often in here than in a process that serves for long: it takes some questions until it is compiled for good.
    private const int WarmUps = 25;
    private const int RowsPerTransaction = 100;
    private const string KeyHeader = "x-api-key";

    private static readonly (string Name, string Question, int Found)[] Questions =
    [
        ("by its trace", "trace_id={trace}", 5),
        ("by words of its message", $"query={Uri.EscapeDataString("\"disk full\"")}", 1),
        ("by a value of its metadata", $"metadata.user_id={LogDay.NeedleUser}", 1),
        ("one that is not there", "metadata.user_id=user-nobody", 0),
    ];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "needle", $"How long it takes to find one entry among {Number.Whole(Entries)} of a day, over HTTP, once the hours are compacted.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var product = await Application.StartAsync(Built.Product, account);
        await using var counted = await Application.StartAsync(Built.Product, proxy.Account);
        var day = new LogDay(DateTime.UtcNow.Date.AddDays(-2), Entries);
        var key = await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog);
        say($"loading {Number.Whole(Entries)} entries");
        await LogLoader.LoadAsync(account, key.Account, day);
        say("compacting");
        var compaction = await CompactAsync(account, proxy);

        var (asked, countedQuestions) = (new Measured[Questions.Length], new Questions(counted, KeyHeader, key.Reveal()));
        var questions = new Questions(product, KeyHeader, key.Reveal());
        await countedQuestions.AskAsync($"/v1/logs?{day.Range}&limit=1", 1, Count);
        var costs = new (int Transactions, long Bytes)[Questions.Length];
        for (var place = 0; place < Questions.Length; place++)
        {
            say(Questions[place].Name);
            asked[place] = new((await Contest.RunAsync(WarmUps, Repetitions, () => AskAsync(questions, day, Questions[place])))[0]);
            proxy.Reset();
            await AskAsync(countedQuestions, day, Questions[place]);
            costs[place] = (proxy.Transactions.Count, proxy.Transactions.Sum(transaction => transaction.Bytes));
        }

        say("deleting the index");
        await DeleteIndexAsync(account, key.Account);
        var table = new Table("Milliseconds", "which entry", "with the index", "without", "times", "transactions", "KB read");
        for (var place = 0; place < Questions.Length; place++)
        {
            say(Questions[place].Name);
            var without = new Measured((await Contest.RunAsync(Repetitions, () => AskAsync(questions, day, Questions[place])))[0]);
            table.Add(
                Questions[place].Name,
                Number.Spread(asked[place], Number.AtMost),
                Number.Spread(without, Number.AtLeast),
                Number.Spread(without.Over(asked[place]), Number.AtLeast),
                Number.Whole(costs[place].Transactions),
                Number.Whole(costs[place].Bytes / 1024));
        }

        return new(
            [table, compaction, await CountLargeAsync(say)],
            [
                "Records were loaded past HTTP and queue, by the product's own code, in chunks of 1,000, as batches of that size leave them; then upkeep compacted their hours.",
                $"Each question was asked {WarmUps} times before it was measured with the index, and once without.",
                "Both columns are of the same build and the same rows, but for those of the index, which were deleted in between. Transactions and bytes are of the first; admission is among them.",
            ]);
    }

    // Times would be those of the emulator, which slows down with its rows.
    private static async Task<Table> CountLargeAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var counted = await Application.StartAsync(Built.Product, proxy.Account);
        var month = new LogDay(DateTime.UtcNow.Date.AddDays(-LargeDays - 1), LargeEntries, LargeDays);
        var key = await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog);
        say($"loading {Number.Whole(LargeEntries)} entries");
        await LogLoader.LoadAsync(account, key.Account, month);
        say("compacting");
        await Compaction.OfLogsAsync(account.Direct);
        var questions = new Questions(counted, KeyHeader, key.Reveal());
        await questions.AskAsync($"/v1/logs?{month.Range}&limit=1", 1, Count);
        var table = new Table($"{Number.Whole(LargeEntries)} entries of {LargeDays} days", "which entry", "transactions", "KB read");
        foreach (var question in Questions)
        {
            say(question.Name);
            proxy.Reset();
            await AskAsync(questions, month, question);
            table.Add(question.Name, Number.Whole(proxy.Transactions.Count), Number.Whole(proxy.Transactions.Sum(transaction => transaction.Bytes) / 1024));
        }

        return table;
    }

    private static async Task<Table> CompactAsync(StorageAccount account, StorageProxy proxy)
    {
        using var process = Process.GetCurrentProcess();
        proxy.Reset();
        var (started, before) = (Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        await Compaction.OfLogsAsync(proxy.Account);
        process.Refresh();
        var table = new Table("Compaction of a million entries", "seconds", "processor time, s", "transactions", "rows of the index", "MB of the index", "MB of blocks");
        var (rows, index, blocks) = await SizesAsync(account);
        table.Add(
            Number.AtMost(Stopwatch.GetElapsedTime(started).TotalSeconds),
            Number.AtMost((process.TotalProcessorTime - before).TotalSeconds),
            Number.Whole(proxy.Transactions.Count),
            Number.Whole(rows),
            Number.AtMost(index / 1e6),
            Number.AtMost(blocks / 1e6));
        return table;
    }

    private static async Task<(long Rows, long Index, long Blocks)> SizesAsync(StorageAccount account)
    {
        var (rows, index, blocks) = (0L, 0L, 0L);
        await foreach (var row in new TableServiceClient(account.Direct.ConnectionString).GetTableClient(TableNames.Logs).QueryAsync<TableEntity>("RowKey ge 'sb' and RowKey lt 'sj'", maxPerPage: 50))
        {
            var bytes = row.Sum(column => column.Value is byte[] binary ? binary.Length : 0);
            var isIndex = row.RowKey.StartsWith("si", StringComparison.Ordinal);
            (rows, index, blocks) = isIndex ? (rows + 1, index + bytes, blocks) : (rows, index, blocks + bytes);
        }

        return (rows, index, blocks);
    }

    private static async Task DeleteIndexAsync(StorageAccount account, string organization)
    {
        var table = new TableServiceClient(account.Direct.ConnectionString).GetTableClient(TableNames.Logs);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {organization} and RowKey ge {"si"} and RowKey lt {"sj"}");
        var rows = await table.QueryAsync<TableEntity>(filter, select: ["PartitionKey", "RowKey"]).ToListAsync();
        foreach (var part in rows.Chunk(RowsPerTransaction))
        {
            await table.SubmitTransactionAsync(part.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)));
        }
    }

    private static Task<double> AskAsync(Questions questions, LogDay day, (string Name, string Question, int Found) question) => questions.AskAsync(
        string.Create(CultureInfo.InvariantCulture, $"/v1/logs?{day.Range}&{question.Question.Replace("{trace}", day.NeedleTrace, StringComparison.Ordinal)}"), question.Found, Count);

    private static long Count(System.Text.Json.JsonElement answer) => answer.GetProperty("logs").GetArrayLength();
}
