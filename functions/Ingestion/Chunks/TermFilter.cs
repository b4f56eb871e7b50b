using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Ingestion.Chunks;

/// <summary>
/// Which terms a chunk may hold, in about ten bits for each: a Bloom filter. It never denies a term that is there; of those that are not,
/// it lets about one in a hundred pass, and more once a chunk has over 26,000 of them.
/// </summary>
public static class TermFilter
{
    /// <summary>The most bytes of a filter: it shares its row with the chunk's payload.</summary>
    public const int MaxBytes = 32 * 1024;

    private const int BitsPerTerm = 10;
    private const int Probes = 7;

    /// <summary>A term as filters know it.</summary>
    /// <param name="field">What the value is of: the same value of another field is another term.</param>
    /// <param name="value">The value.</param>
    public static ulong Term(string field, string value) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{field}={value}")));

    /// <summary>The filter of a set of terms; empty for none.</summary>
    public static ReadOnlyMemory<byte> Of(IReadOnlyCollection<ulong> terms)
    {
        var filter = new byte[Math.Min(MaxBytes, ((terms.Count * BitsPerTerm) + 7) / 8)];
        foreach (var term in terms)
        {
            for (var probe = 0; probe < Probes; probe++)
            {
                var bit = Bit(term, probe, filter.Length);
                filter[bit / 8] |= (byte)(1 << (bit % 8));
            }
        }

        return filter;
    }

    /// <summary>Whether a term may be there. Where nothing is known, everything may.</summary>
    public static bool MayContain(ReadOnlySpan<byte> filter, ulong term)
    {
        for (var probe = 0; probe < Probes && !filter.IsEmpty; probe++)
        {
            var bit = Bit(term, probe, filter.Length);
            if ((filter[bit / 8] & (1 << (bit % 8))) == 0)
            {
                return false;
            }
        }

        return true;
    }

    // SplitMix64: each probe is a hash of its own. Adding multiples of one hash to another would, for some terms, hit the same few bits in
    // every filter of some sizes.
    private static int Bit(ulong term, int probe, int bytes)
    {
        var hash = term + ((ulong)(probe + 1) * 0x9E3779B97F4A7C15);
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return (int)((hash ^ (hash >> 31)) % ((ulong)bytes * 8));
    }
}
