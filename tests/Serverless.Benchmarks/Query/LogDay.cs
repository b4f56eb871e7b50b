using Serverless.Benchmarks.Samples;

namespace Serverless.Benchmarks.Query;

/// <summary>A day of log entries, or several, evenly spread, with a needle in the middle.</summary>
/// <param name="Start">When it begins, UTC.</param>
/// <param name="Entries">How many entries it has.</param>
/// <param name="Days">How many days it is.</param>
internal sealed record LogDay(DateTime Start, int Entries, int Days = 1)
{
    /// <summary>What the message of the needle says, and no other.</summary>
    public const string Needle = "Disk full on db-7";

    /// <summary>How many entries a batch has.</summary>
    public const int BatchSize = 1_000;

    /// <summary>The user of the needle, and of no other entry.</summary>
    public const string NeedleUser = "user-needle";

    /// <summary>The trace of the needle and a few neighbours.</summary>
    public string NeedleTrace => SampleLogs.Trace(Entries / 2);

    /// <summary>The query parameters of the whole day.</summary>
    public string Range => $"start={Start:yyyy-MM-ddTHH:mm:ssZ}&end={Start.AddDays(Days).AddTicks(-1):yyyy-MM-ddTHH:mm:ss.fffffffZ}";

    /// <summary>The bodies of its batches, the oldest first.</summary>
    public IEnumerable<byte[]> Batches()
    {
        var random = new Random(Entries);
        for (var first = 0; first < Entries; first += BatchSize)
        {
            yield return SampleLogs.Body(Enumerable.Range(first, BatchSize).Select(Entry), random);
        }
    }

    private SampleLog Entry(int number) => new(
        number, Start.AddTicks(TimeSpan.TicksPerDay * Days / Entries * number), number == Entries / 2 ? Needle : null, number == Entries / 2 ? NeedleUser : null);
}
