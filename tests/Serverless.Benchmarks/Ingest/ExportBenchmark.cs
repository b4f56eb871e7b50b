using Serverless.Benchmarks.Core;

namespace Serverless.Benchmarks.Ingest;

/// <summary>The pipeline from HTTP until all is persisted, for the same entries in two forms: as the vendor's clients send them, and as exporters of OpenTelemetry do.</summary>
internal static class ExportBenchmark
{
    private const int WarmUps = 8;
    private const int Repetitions = 5;

    private static readonly int[] BatchSizes = [100, 1_000];

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new(
        "export", $"What log records of OpenTelemetry cost, in protobuf, beside the same entries in JSON, with {IngestShape.Callers} requests under way at a time.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        var table = new Table("Log entries", "how many a batch", "records a CPU-second, OTLP", "JSON", "times JSON", "records a second, OTLP", "JSON", "times JSON");
        foreach (var size in BatchSizes)
        {
            say($"{size:#,0} a batch");
            var passes = await MeasureAsync(size);
            var perProcessor = passes.Select(turns => new Measured(turns.Select(turn => turn.Records / turn.ProcessorTime.TotalSeconds))).ToArray();
            var perSecond = passes.Select(turns => new Measured(turns.Select(turn => turn.RecordsPerSecond))).ToArray();
            table.Add(
                $"{size:#,0}",
                Number.Spread(perProcessor[0], Number.AtLeast),
                Number.Spread(perProcessor[1], Number.AtMost),
                Number.Spread(perProcessor[0].Over(perProcessor[1]), Number.AtLeast),
                Number.Spread(perSecond[0], Number.AtLeast),
                Number.Spread(perSecond[1], Number.AtMost),
                Number.Spread(perSecond[0].Over(perSecond[1]), Number.AtLeast));
        }

        return new(
            [table],
            [
                "Processor time is that of the workers, all together.",
                "Both forms become the same entries: what an export says of its resource and scope once, the entries in JSON say each.",
                "Each export is another one, and is claimed as it is admitted, in the same transaction, so that one that comes again counts once.",
            ]);
    }

    private static async Task<IReadOnlyList<IReadOnlyList<IngestPass>>> MeasureAsync(int size)
    {
        await using var emulator = await Emulator.StartAsync();
        await using var product = await ProductIntake.StartAsync(emulator.NewAccount());
        return await Contest.RunAsync(WarmUps, Repetitions, () => product.PassAsync(new(RecordKind.Exports, size, 96)), () => product.PassAsync(new(RecordKind.Exported, size, 96)));
    }
}
