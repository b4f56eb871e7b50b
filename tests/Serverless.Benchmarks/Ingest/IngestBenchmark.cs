using Serverless.Benchmarks.Core;
using Serverless.Tests.Hosting;

namespace Serverless.Benchmarks.Ingest;

/// <summary>The whole pipeline, from HTTP until all is persisted.</summary>
internal static class IngestBenchmark
{
    // A pass is short: it takes some until all that is worth compiling once more has been.
    private const int WarmUps = 8;
    private const int Repetitions = 5;

    // It is slow, and its partition must not grow so far that the emulator's search in it is what is measured.
    private const int MostPlainRecords = 4_000;

    private static readonly IngestShape[] Shapes =
    [
        new(RecordKind.Logs, 1, 320),
        new(RecordKind.Logs, 10, 320),
        new(RecordKind.Logs, 100, 200),
        new(RecordKind.Logs, 1_000, 96),
        new(RecordKind.Events, 100, 96),
    ];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "ingest",
        $"How fast records come in, from the first request until the last of them is persisted, with {IngestShape.Callers} requests under way at a time.",
        AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        var speed = new Table("Records a second", "what is sent", "Serverless", "plain design", "ceiling", "times the plain", "share of the ceiling");
        var cost = new Table("Cost", "what is sent", "MB/s", "transactions a batch", "plain", "CPU-seconds per million records", "plain", "of the host", "plain");
        foreach (var shape in Shapes)
        {
            say($"{shape}: counting");
            var plainShape = shape.AtMost(MostPlainRecords);
            var work = await CountAsync(shape, async account => await ProductIntake.StartAsync(account));
            var plainWork = await CountAsync(plainShape, async account => await PlainIntake.StartAsync(account));

            say($"{shape}: measuring");
            var passes = await MeasureAsync(shape, work, plainShape);
            var rates = passes.Select(turns => new Measured(turns.Select(turn => turn.RecordsPerSecond))).ToArray();
            speed.Add(
                $"{shape}",
                Number.Spread(rates[0], Number.AtLeast),
                Number.Spread(rates[1], Number.AtMost),
                rates.Length < 3 ? "–" : Number.Spread(rates[2], Number.AtMost),
                Number.Spread(rates[0].Over(rates[1]), Number.AtLeast),
                rates.Length < 3 ? "–" : Number.Spread(rates[0].Over(rates[2]), Number.AtLeast));
            cost.Add(
                $"{shape}",
                Number.Spread(new(passes[0].Select(turn => turn.MegabytesPerSecond)), Number.AtLeast),
                Number.AtMost(work.Transactions / (double)shape.Batches),
                Number.AtLeast(plainWork.Transactions / (double)plainShape.Batches),
                Number.Spread(new(passes[0].Select(turn => turn.ProcessorSecondsPerMillion)), Number.AtMost),
                Number.Spread(new(passes[1].Select(turn => turn.ProcessorSecondsPerMillion)), Number.AtLeast),
                Number.Spread(new(passes[0].Select(turn => turn.HostProcessorSecondsPerMillion)), Number.AtMost),
                Number.Spread(new(passes[1].Select(turn => turn.HostProcessorSecondsPerMillion)), Number.AtLeast));
        }

        return new(
            [speed, cost],
            [
                "**plain design**: each record an entity. `JsonSerializer`, a look at each field, messages of up to 100 records, transactions of up to 100 "
                + "entities, on the same host with the same clients. It proves no key and counts nothing, which costs Serverless a transaction.",
                $"The plain design gets at most {Number.Whole(MostPlainRecords)} records a pass, into a partition of their own: the emulator searches a partition "
                + "row by row, so that more would slow it down further.",
                "**ceiling**: the storage operations that Serverless was counted to do, as many and as large, with ready-made rows and messages, from one "
                + "process without HTTP, and no operation waiting for another but receipt for sending.",
                "CPU-seconds are those of the workers, all together; those of the local host, which stands in for the one in Azure, are beside them.",
                "Transactions were counted in a pass of its own, through a proxy; the polls of idle listeners are left out.",
                "The pass ends when the queue is empty, which is after the last row was written.",
                $"{WarmUps} passes go before and do not count: a process that has just started spends most of its time compiling, which `start` is about.",
            ]);
    }

    // An emulator for each: once a minute it clears away the messages of the last, which stops all else for seconds if they are many.
    private static async Task<IReadOnlyList<IReadOnlyList<IngestPass>>> MeasureAsync(IngestShape shape, StorageWork work, IngestShape plainShape)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var plainEmulator = await Emulator.StartAsync();
        await using var ceilingEmulator = await Emulator.StartAsync();
        await using var product = await ProductIntake.StartAsync(emulator.NewAccount());
        await using var plain = await PlainIntake.StartAsync(plainEmulator.NewAccount());
        List<Func<Task<IngestPass>>> contenders = [() => product.PassAsync(shape), () => plain.PassAsync(plainShape)];
        if (shape.Kind == RecordKind.Logs)
        {
            var ceiling = new IngestCeiling(ceilingEmulator.NewAccount());
            await ceiling.CreateAsync();
            contenders.Add(() => ceiling.PassAsync(shape, work));
        }

        return await Contest.RunAsync(WarmUps, Repetitions, contenders);
    }

    private static async Task<StorageWork> CountAsync(IngestShape shape, Func<StorageAccount, Task<Intake>> start)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(emulator.NewAccount());
        await using var intake = await start(proxy.Account);
        await intake.PassAsync(shape.AtMost(shape.BatchSize));
        proxy.Reset();
        await intake.PassAsync(shape);
        return StorageWork.Of(proxy.Transactions);
    }
}
