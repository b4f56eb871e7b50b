using Azure.Data.Tables;
using Serverless.Benchmarks.Core;
using Serverless.Storage;
using Serverless.Tenancy;

namespace Serverless.Benchmarks.Admission;

/// <summary>How fast requests of one key are admitted.</summary>
internal static class AdmissionBenchmark
{
    private const int Repetitions = 3;
    private const int MostProcesses = 4;
    private const double Milliseconds = 1_000;

    private static readonly (int Processes, int Callers)[] Shapes = [(1, 1), (1, 16), (1, 64), (1, 256), (4, 16), (4, 64), (4, 256)];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "admission", "How fast requests of one key are admitted, exactly, when many ask at once and other processes do the same.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        await using var emulator = await Emulator.StartAsync();
        var account = emulator.NewAccount();
        await new TableServiceClient(account.ConnectionString).CreateTableIfNotExistsAsync(TableNames.Tenants);
        var key = (await Tenants.CreateKeyAsync(account, KeyPrefix.LuminaLog)).Reveal();
        await new PlainAdmitter(account.ConnectionString, key).CreateAsync();
        await using var product = await AdmissionCrew.StartAsync(typeof(ProductAdmitter), account, key, MostProcesses);
        await using var plain = await AdmissionCrew.StartAsync(typeof(PlainAdmitter), account, key, MostProcesses);

        var speed = new Table("Decisions a second", "callers", "Serverless", "plain loop", "times the plain", "transactions a decision", "plain");
        var latency = new Table("Latency of a decision, ms", "callers", "p50", "plain p50", "p99", "plain p99");
        foreach (var (processes, callers) in Shapes)
        {
            var name = processes == 1 ? $"{callers}, one process" : $"{callers}, in {processes} processes";
            say(name);
            var turns = await Contest.RunAsync(Repetitions, () => product.TurnAsync(processes, callers), () => plain.TurnAsync(processes, callers));
            var rates = turns.Select(each => new Measured(each.Select(turn => turn.DecisionsPerSecond))).ToArray();
            var costs = turns.Select(each => new Measured(each.Select(turn => turn.TransactionsPerDecision))).ToArray();
            speed.Add(
                name,
                Number.Spread(rates[0], Number.AtLeast),
                Number.Spread(rates[1], Number.AtMost),
                Number.Spread(rates[0].Over(rates[1]), Number.AtLeast),
                Number.AtMost(costs[0].Median),
                Number.AtLeast(costs[1].Median));
            latency.Add(
                name,
                Number.Spread(Latency(turns[0], 0.5), Number.AtMost),
                Number.Spread(Latency(turns[1], 0.5), Number.AtLeast),
                Number.Spread(Latency(turns[0], 0.99), Number.AtMost),
                Number.Spread(Latency(turns[1], 0.99), Number.AtLeast));
        }

        return new(
            [speed, latency],
            [
                "Serverless decides on a bucket of the key, one of its organization and the month's bytes, in two rows. The **plain loop** reads one row, decides on one "
                + "bucket and a count, and writes the row on condition of its ETag; if somebody was faster, it begins again after a pause at random, "
                + "twice as long each time, up to a second.",
                "After each turn the count in the table must have grown by the number of decisions.",
            ]);
    }

    private static Measured Latency(IReadOnlyList<AdmissionTurn> turns, double share) =>
        new(turns.Select(turn => new Measured(turn.Latencies.Select(latency => latency / Milliseconds)).Quantile(share)));
}
