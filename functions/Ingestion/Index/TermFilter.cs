namespace Serverless.Ingestion.Index;

/// <summary>
/// Which terms a chunk may hold, in about ten bits for each: a Bloom filter. It never denies a term that is there; of those that are not,
/// it lets about one in a hundred pass, and more once a chunk has over 13,000 of them.
/// </summary>
public static class TermFilter
{
    /// <summary>The most bytes of a filter: it travels in a message and shares its row with the chunk's payload.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int BitsPerTerm = 10;

    // Odd numbers without a pattern: each makes a hash of its own of a term.
    private static ReadOnlySpan<ulong> Probes => [0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93];

    /// <summary>How many bytes the filter of so many terms has.</summary>
    public static int SizeOf(int terms) => Math.Min(MaxBytes, ((terms * BitsPerTerm) + 7) / 8);

    /// <summary>The filter of a set of terms; empty for none, and for a set that knows nothing.</summary>
    public static byte[] Of(TermSet terms)
    {
        if (terms.Count == 0 || terms.HasOverflowed)
        {
            return [];
        }

        var filter = new byte[SizeOf(terms.Count)];
        terms.ForEach(filter, static (filter, term) =>
        {
            foreach (var probe in Probes)
            {
                var bit = Bit(term, probe, filter.Length);
                filter[bit / 8] |= (byte)(1 << (bit % 8));
            }
        });
        return filter;
    }

    /// <summary>Whether a term may be there. Where nothing is known, everything may.</summary>
    public static bool MayContain(ReadOnlySpan<byte> filter, ulong term)
    {
        foreach (var probe in Probes)
        {
            if (filter.IsEmpty)
            {
                return true;
            }

            var bit = Bit(term, probe, filter.Length);
            if ((filter[bit / 8] & (1 << (bit % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    private static int Bit(ulong term, ulong probe, int bytes)
    {
        var hash = (term ^ (term >> 32)) * probe;
        return (int)(((hash >> 32) * (ulong)(bytes * 8)) >> 32);
    }
}
