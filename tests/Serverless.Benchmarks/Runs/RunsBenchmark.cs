using Serverless.Benchmarks.Core;
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
        foreach (var (callers, count) in Shapes)
        {
            say($"{callers} at a time");
            var passes = await MeasureAsync(callers, count);
            var (p50, floorP50, p99, floorP99) = (Latency(passes[0], 0.5), Latency(passes[1], 0.5), Latency(passes[0], 0.99), Latency(passes[1], 0.99));
            latency.Add(
                $"{callers}",
                Number.Spread(p50, Number.AtMost),
                Number.Spread(floorP50, Number.AtLeast),
                Number.Spread(p50.Over(floorP50), Number.AtMost),
                Number.Spread(p99, Number.AtMost),
                Number.Spread(floorP99, Number.AtLeast),
                Number.Spread(p99.Over(floorP99), Number.AtMost));

            var rates = passes.Select(turns => new Measured(turns.Select(turn => turn.RunsPerSecond))).ToArray();
            rate.Add(
                $"{callers}",
                Number.Spread(rates[0], Number.AtLeast),
                Number.Spread(rates[1], Number.AtMost),
                Number.Spread(rates[0].Over(rates[1]), Number.AtLeast),
                Number.AtMost(await CountAsync(callers, count)),
                "4");
        }

        return new(
            [latency, rate],
            [
                "The time includes a second request, which waits for the run. One at a time, most of it is the pause of 100 ms that the queue's listener makes when "
                + "it has found nothing, and those of the waiting request, which looks after 50 ms, then 100 ms, and so on.",
                "The run is carried out in another process than the one that answers: that one learns of its end from the run's row alone.",
                "**floor**: a message sent, received, one row written, the message deleted, in one process that asks the queue without a pause.",
                "Transactions were counted in a pass of its own, in which nobody waits; the polls of idle listeners are left out.",
            ]);
    }

    private static Measured Latency(IReadOnlyList<RunPass> passes, double share) => new(passes.Select(pass => new Measured(pass.Milliseconds).Quantile(share)));

    // An emulator for each: once a minute it clears away the messages of the last, which stops all else for seconds if they are many.
    private static async Task<IReadOnlyList<IReadOnlyList<RunPass>>> MeasureAsync(int callers, int count)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var floorEmulator = await Emulator.StartAsync();
        await using var product = await RunClient.StartAsync(emulator.NewAccount());
        var floor = new RunFloor(floorEmulator.NewAccount());
        await floor.CreateAsync();
        return await Contest.RunAsync(Repetitions, () => product.PassAsync(callers, count), () => floor.PassAsync(callers, count));
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
}
