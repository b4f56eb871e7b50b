using Serverless.Benchmarks.Samples;

namespace Serverless.Benchmarks.Ingest;

/// <summary>The bodies of one pass, made before the clock runs.</summary>
internal static class IngestBodies
{
    // More different ones would measure nothing else.
    private const int Different = 16;

    /// <summary>A body for each batch. Log entries may repeat, since each is another one when it is sent again; events may not.</summary>
    public static IReadOnlyList<byte[]> Make(IngestShape shape)
    {
        var first = DateTime.UtcNow.AddMinutes(-10);
        if (shape.Kind == RecordKind.Events)
        {
            return [.. Enumerable.Range(0, shape.Batches).Select(_ => SampleEvents.Body(shape.BatchSize, first))];
        }

        var bodies = Enumerable.Range(0, Different).Select(number => SampleLogs.Body(shape.BatchSize, number, first)).ToArray();
        return
        [
            .. Enumerable.Range(0, shape.Batches).Select(number => shape.Kind switch
            {
                RecordKind.Exports => SampleExports.Of(bodies[number % Different], number),
                RecordKind.Exported => SampleExports.InJson(bodies[number % Different], number),
                _ => bodies[number % Different],
            }),
        ];
    }
}
