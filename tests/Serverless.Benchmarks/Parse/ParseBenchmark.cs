using Serverless.Benchmarks.Core;
using Serverless.Redaction;

namespace Serverless.Benchmarks.Parse;

/// <summary>How fast bodies are read and judged.</summary>
internal static class ParseBenchmark
{
    private const int Repetitions = 25;
    private const int BytesPerTurn = 8_000_000;
    private const double Million = 1_000_000;
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1);

    // Of the compressor. What is written anew is about a tenth longer than what came.
    private const int BlockBytes = 32 * 1024;

    private static readonly RedactionRules Redacted = new(Emails: true, Cards: true, Addresses: true, ["password", "authorization", "ssn"]);

    private static IEnumerable<ParseSubject> Subjects =>
        ((RedactionRules[])[RedactionRules.None, Redacted]).SelectMany(rules => (ParseSubject[])
        [
            new LogSubject(80, rules), new LogSubject(1_000, rules), new EventSubject(60, rules), new EventSubject(100, rules),
        ]);

    /// <summary>The benchmark.</summary>
    public static Benchmark Benchmark { get; } = new("parse", "How fast a body is read, validated and made into a chunk, on one core and without storage.", AnswerAsync);

    private static async Task<Answer> AnswerAsync(Action<string> say)
    {
        var speed = new Table(
            "Speed, MB of body a second", "body", "validation", "with compression", "bare Utf8JsonReader", "JsonSerializer and FluentValidation",
            "validation: share of the bare reader", "with compression: share", "validation: times JsonSerializer", "with compression: times");
        var memory = new Table(
            "Memory, bytes allocated for each byte of body", "body", "validation", "with compression", "bare Utf8JsonReader", "JsonSerializer and FluentValidation");
        foreach (var subject in Subjects)
        {
            say(subject.Name);
            await AddAsync(subject, speed, memory);
        }

        return new(
            [speed, memory],
            [
                "**with compression** is all that a request's body goes through before storage: bytes checked to be UTF-8, JSON read, every field judged, the entry "
                + "normalized and written anew, compressed, header and payload made.",
                "**validation** is the same without compression. It was measured where a batch fits one block of the compressor, 32 KB, which is not reached then.",
                "**JsonSerializer and FluentValidation** makes objects and judges them; it neither writes them anew nor compresses.",
                "**redacted** is the same with e-mail addresses, card numbers, IP addresses and the values of three keys taken out before anything is kept.",
                "The bare reader passes over all tokens, looks at none of them and does not check UTF-8.",
            ]);
    }

    // Until the compiler has seen what is worth compiling once more.
    private static void WarmUp(Func<int> reading)
    {
        for (var started = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(started) < WarmUpTime;)
        {
            reading();
        }
    }

    private static async Task AddAsync(ParseSubject subject, Table speed, Table memory)
    {
        var isValidatedAlone = subject.Body.Length < BlockBytes * 9 / 10;
        Func<int>[] readings = [subject.Ingest, subject.Scan, subject.Deserialize, .. isValidatedAlone ? [subject.Validate] : (Func<int>[])[]];
        foreach (var reading in readings)
        {
            WrongResultException.ThrowUnlessEqual($"{subject.Name}: valid records", subject.Records, reading());
            WarmUp(reading);
        }

        var count = BytesPerTurn / subject.Body.Length;
        var turns = await Contest.RunAsync(
            Repetitions, [.. readings.Select(reading => (Func<Task<ParsePass>>)(() => Task.FromResult(ParsePass.Measure(count, () => reading()))))]);
        var speeds = turns.Select(each => new Measured(each.Select(turn => subject.Body.Length / Million / turn.Seconds))).ToArray();
        var (all, bare, serializer) = (speeds[0], speeds[1], speeds[2]);
        speed.Add(
            subject.Name,
            isValidatedAlone ? Number.Spread(speeds[3], Number.AtLeast) : "–",
            Number.Spread(all, Number.AtLeast),
            Number.Spread(bare, Number.AtMost),
            Number.Spread(serializer, Number.AtMost),
            isValidatedAlone ? Number.Spread(speeds[3].Over(bare), Number.AtLeast) : "–",
            Number.Spread(all.Over(bare), Number.AtLeast),
            isValidatedAlone ? Number.Spread(speeds[3].Over(serializer), Number.AtLeast) : "–",
            Number.Spread(all.Over(serializer), Number.AtLeast));
        memory.Add(
            subject.Name,
            isValidatedAlone ? Number.AtMost(Allocated(3)) : "–",
            Number.AtMost(Allocated(0)),
            Number.AtLeast(Allocated(1)),
            Number.AtLeast(Allocated(2)));

        double Allocated(int contender) => new Measured(turns[contender].Select(turn => turn.AllocatedBytes)).Median / subject.Body.Length;
    }
}
