using System.Globalization;
using Serverless.Benchmarks.Core;
using Serverless.Tenancy;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Query;

/// <summary>How what a question takes grows with what is stored, but not asked for: records of other days.</summary>
internal static class GrowthBenchmark
{
    private const int Asked = 10_000;
    private const string KeyHeader = "x-api-key";

    // A day each, before the day that is asked for.
    private static readonly int[] Others = [10_000, 100_000, 1_000_000];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "growth", "How many storage transactions and bytes a question about a day takes, by how many records there are of other days.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        var counts = new List<IReadOnlyList<(string Name, int Transactions, long Bytes)>>();
        foreach (var others in Others)
        {
            say($"{Number.Whole(others)} others");
            counts.Add(await CountAsync(others));
        }

        string[] sizes = [.. Others.Select(others => Number.Whole(others))];
        var table = new Table(
            "Storage transactions, and KB read", ["question", .. sizes.Select(size => $"transactions, {size}"), "exponent", .. sizes.Select(size => $"KB, {size}"), "exponent of KB"]);
        for (var place = 0; place < counts[0].Count; place++)
        {
            table.Add(
            [
                counts[0][place].Name,
                .. counts.Select(count => Number.Whole(count[place].Transactions)),
                Exponent(counts.Select(count => (double)count[place].Transactions)),
                .. counts.Select(count => Number.Whole(count[place].Bytes / 1024)),
                Exponent(counts.Select(count => (double)count[place].Bytes)),
            ]);
        }

        return new(
            [table],
            [
                $"The day that is asked for has {Number.Whole(Asked)} log entries and as many events; the others are of a day a week before. All hours are compacted. Admission is among the transactions.",
                "An exponent of 0 means that it does not grow, 1 that it grows as the records do.",
            ]);
    }

    private static async Task<IReadOnlyList<(string Name, int Transactions, long Bytes)>> CountAsync(int others)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        await using var proxy = await StorageProxy.StartAsync(account);
        await using var counted = await Application.StartAsync(Built.Product, proxy.Account);
        var today = DateTime.UtcNow.Date;
        var day = new LogDay(today.AddDays(-2), Asked);
        var key = await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog);
        var (project, session) = await Tenants.CreateSessionAsync(account);
        await LogLoader.LoadAsync(account, key.Account, day);
        await LogLoader.LoadAsync(account, key.Account, new LogDay(today.AddDays(-9), others));
        await EventDay.LoadAsync(account, project, today.AddDays(-1), Asked);
        await EventDay.LoadAsync(account, project, today.AddDays(-8), others);
        await Compaction.OfLogsAsync(account.Direct);
        await Compaction.OfEventsAsync(account.Direct);

        var (logs, traces) = (new Questions(counted, KeyHeader, key.Reveal()), new Questions(counted, "Authorization", $"Bearer {session}"));
        var range = string.Create(CultureInfo.InvariantCulture, $"start={today.AddDays(-2):yyyy-MM-ddTHH:mm:ssZ}&end={today.AddDays(-1).AddSeconds(-1):yyyy-MM-ddTHH:mm:ssZ}");
        (string Name, Questions Asked, string Path)[] questions =
        [
            ("the newest 100 entries", logs, $"/v1/logs?{day.Range}&limit=100"),
            ("an entry by its trace", logs, $"/v1/logs?{day.Range}&trace_id={day.NeedleTrace}"),
            ("counts of entries by the hour", logs, $"/v1/logs/stats?{day.Range}&interval=1h"),
            ("counts of entries by a value", logs, $"/v1/logs/stats?{day.Range}&interval=1h&group_by=metadata.region"),
            ("fields of entries", logs, $"/v1/logs/fields?{day.Range}"),
            ("the newest 50 events", traces, $"/v1/events?projectId={project}&{range}"),
            ("a user's events", traces, $"/v1/events?projectId={project}&{range}&userId=user-17"),
            ("costs of events", traces, $"/v1/costs?projectId={project}&{range}"),
            ("performance of events", traces, $"/v1/performance?projectId={project}&{range}"),
            ("anomalies of events", traces, $"/v1/ai/anomalies?projectId={project}&{range}"),
            ("the overview", traces, $"/v1/projects/{project}/overview?{range}"),
        ];
        await logs.AskAsync($"/v1/logs?{day.Range}&limit=1", 1, answer => answer.GetProperty("logs").GetArrayLength());
        await AskAsync(traces, $"/v1/costs?projectId={project}&{range}");
        var counts = new List<(string Name, int Transactions, long Bytes)>();
        foreach (var (name, asked, path) in questions)
        {
            proxy.Reset();
            await AskAsync(asked, path);
            counts.Add((name, proxy.Transactions.Count, proxy.Transactions.Sum(transaction => transaction.Bytes)));
        }

        return counts;
    }

    // What is answered does not matter here, as long as it is an answer.
    private static Task<double> AskAsync(Questions questions, string path) => questions.AskAsync(path, 1, _ => 1);

    private static string Exponent(IEnumerable<double> values)
    {
        var (first, last) = (values.First(), values.Last());
        return (Math.Log10(last / first) / Math.Log10((double)Others[^1] / Others[0])).ToString("0.00", CultureInfo.InvariantCulture);
    }
}
