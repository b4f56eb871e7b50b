using Serverless.Benchmarks.Core;
using Serverless.Benchmarks.Runs.Durable;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Runs;

/// <summary>How long a run takes, from its submission to its end.</summary>
internal static class RunsBenchmark
{
    private const int Repetitions = 3;

    private static readonly (int Callers, int Count)[] Shapes = [(1, 20), (16, 160), (64, 256), (256, 512)];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "runs", "How long a run of one step takes, from its submission over HTTP until whoever submitted it knows that it has completed.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        var latency = new Table("Latency, ms", "at a time", "p50", "floor p50", "times the floor", "p99", "floor p99", "times the floor");
        var rate = new Table("Runs a second", "at a time", "Serverless", "floor", "share of the floor", "transactions a run", "floor");
        var durable = new Table(
            "Beside Durable Task on Azure Storage", "at a time", "runs a second", "Durable Task", "times Durable Task", "p50, ms", "Durable Task", "times Durable Task");
        var cost = new Table(
            "What a run costs beside Durable Task", "at a time", "transactions", "Durable Task", "processor time, ms", "Durable Task", "times Durable Task");
        foreach (var (callers, count) in Shapes)
        {
            say($"{callers} at a time");
            var passes = await MeasureAsync(callers, count);
            var p50 = passes.Select(turns => Latency(turns, 0.5)).ToArray();
            var p99 = passes.Select(turns => Latency(turns, 0.99)).ToArray();
            latency.Add(
                $"{callers}",
                Number.Spread(p50[0], Number.AtMost),
                Number.Spread(p50[1], Number.AtLeast),
                Number.Spread(p50[0].Over(p50[1]), Number.AtMost),
                Number.Spread(p99[0], Number.AtMost),
                Number.Spread(p99[1], Number.AtLeast),
                Number.Spread(p99[0].Over(p99[1]), Number.AtMost));

            var rates = passes.Select(turns => new Measured(turns.Select(turn => turn.RunsPerSecond))).ToArray();
            var transactions = await CountAsync(callers, count);
            rate.Add(
                $"{callers}",
                Number.Spread(rates[0], Number.AtLeast),
                Number.Spread(rates[1], Number.AtMost),
                Number.Spread(rates[0].Over(rates[1]), Number.AtLeast),
                Number.AtMost(transactions),
                "4");
            durable.Add(
                $"{callers}",
                Number.Spread(rates[0], Number.AtLeast),
                Number.Spread(rates[2], Number.AtMost),
                Number.Spread(rates[0].Over(rates[2]), Number.AtLeast),
                Number.Spread(p50[0], Number.AtMost),
                Number.Spread(p50[2], Number.AtLeast),
                Number.Spread(p50[0].Over(p50[2]), Number.AtMost));

            var processor = passes.Select(turns => new Measured(turns.Select(turn => turn.ProcessorMilliseconds))).ToArray();
            cost.Add(
                $"{callers}",
                Number.AtMost(transactions),
                Number.AtLeast(await CountDurableAsync(callers, count)),
                Number.Spread(processor[0], Number.AtMost),
                Number.Spread(processor[2], Number.AtLeast),
                Number.Spread(processor[0].Over(processor[2]), Number.AtMost));
        }

        return new(
            [latency, rate, durable, cost],
            [
                "The time includes a second request, which waits for the run. One at a time, most of it is the pause of 100 ms that the queue's listener makes when "
                + "it has found nothing, and those of the waiting request, which looks after 50 ms, another 75 ms later, and so on.",
                "The run is carried out in another process than the one that answers: that one learns of its end from the run's row alone.",
                "**floor**: a message sent, received, one row written, the message deleted, in one process that asks the queue without a pause.",
                "**Durable Task**: Microsoft.Azure.DurableTask.AzureStorage, an orchestration of one activity that makes the same text. It is called without HTTP: one "
                + "process has its worker and its client, where Serverless proves a key, answers requests and works in processes of its own. Its queues are asked "
                + "after at most 100 ms, as ours; whoever waits looks after 50 ms, another 75 ms later, and so on, as ours, and not every two seconds as its own client does. "
                + "Its limits of work at a time are above what is asked for, sessions stay in memory (`ExtendedSessionsEnabled`), and it has its usual four partitions.",
                "Transactions were counted in a pass of its own, in which nobody waits; the polls of idle listeners are left out, and so are the leases of Durable Task's "
                + "partitions. Processor time is that of all processes of the worker, in the passes in which somebody waits: idle listeners and waiting requests included, "
                + "the local host of Serverless left out. While one has its turn, the listeners of the others go on asking.",
            ]);
    }

    private static Measured Latency(IReadOnlyList<RunPass> passes, double share) => new(passes.Select(pass => new Measured(pass.Milliseconds).Quantile(share)));

    // An emulator for each: once a minute it clears away the messages of the last, which stops all else for seconds if they are many.
    private static async Task<IReadOnlyList<IReadOnlyList<RunPass>>> MeasureAsync(int callers, int count)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var floorEmulator = await Emulator.StartAsync();
        await using var durableEmulator = await Emulator.StartAsync();
        await using var product = await RunClient.StartAsync(emulator.NewAccount());
        await using var durable = await DurableRuns.StartAsync(durableEmulator, durableEmulator.NewAccount());
        var floor = new RunFloor(floorEmulator.NewAccount());
        await floor.CreateAsync();
        return await Contest.RunAsync(
            Repetitions, () => product.PassAsync(callers, count), () => floor.PassAsync(callers, count), () => durable.PassAsync(callers, count));
    }

    private static async Task<double> CountAsync(int callers, int count)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(emulator.NewAccount());
        await using var product = await RunClient.StartAsync(proxy.Account);
        await product.SubmitAsync(callers: 1, count: 1);
        proxy.Reset();
        await product.SubmitAsync(callers, count);
        return proxy.Transactions.Count / (double)count;
    }

    private static async Task<double> CountDurableAsync(int callers, int count)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(emulator.NewAccount());
        await using var durable = await DurableRuns.StartAsync(emulator, proxy.Account);
        await durable.SubmitAsync(callers: 1, count: 1);
        proxy.Reset();
        await durable.SubmitAsync(callers, count);
        return proxy.Transactions.Count(DurableRuns.IsForOrchestration) / (double)count;
    }
}
