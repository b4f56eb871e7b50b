using System.Globalization;

namespace Serverless.Benchmarks.Admission;

/// <summary>What became of a turn of one process, or of several together.</summary>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Transactions">What storage was asked.</param>
/// <param name="Latencies">How long each decision took, in microseconds.</param>
internal sealed record AdmissionTurn(TimeSpan Elapsed, long Transactions, IReadOnlyList<int> Latencies)
{
    /// <summary>Decisions in a second.</summary>
    public double DecisionsPerSecond => Latencies.Count / Elapsed.TotalSeconds;

    /// <summary>Transactions for a decision.</summary>
    public double TransactionsPerDecision => Transactions / (double)Latencies.Count;

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static AdmissionTurn Parse(string line)
    {
        var numbers = Array.ConvertAll(line.Split(' '), number => long.Parse(number, CultureInfo.InvariantCulture));
        return new(new TimeSpan(numbers[0]), numbers[1], Array.ConvertAll(numbers[2..], latency => (int)latency));
    }

    /// <summary>Several processes at the same time.</summary>
    public static AdmissionTurn Together(IReadOnlyList<AdmissionTurn> turns) => new(
        turns.Max(turn => turn.Elapsed), turns.Sum(turn => turn.Transactions), [.. turns.SelectMany(turn => turn.Latencies)]);

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', Latencies.Select(latency => (long)latency).Prepend(Transactions).Prepend(Elapsed.Ticks));
}
