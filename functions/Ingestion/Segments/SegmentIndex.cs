using System.Buffers.Binary;
using System.IO.Hashing;

namespace Serverless.Ingestion.Segments;

/// <summary>A share of all terms.</summary>
/// <param name="Bits">How many of a term's first bits say which share it belongs to.</param>
/// <param name="Number">Which share it is, from zero.</param>
internal readonly record struct IndexBucket(int Bits, int Number)
{
    /// <summary>The bucket of a term.</summary>
    public static IndexBucket Of(ulong term, int bits) => new(bits, bits == 0 ? 0 : (int)(term >> (64 - bits)));
}

/// <summary>
/// The index of a segment: which of its blocks may hold a term. It is parted into buckets by the first bits of the terms, so many that a row stays small.
/// A row has, for each block, how many of its terms fall into the bucket, and three bytes of each, in order; a checksum goes before.
/// </summary>
internal static class SegmentIndex
{
    // A month of rows is a page or two then, and an hour has no more of them than it takes.
    private const int TermsPerRow = 512;
    private const int FingerprintBytes = 3;
    private const int ChecksumBytes = sizeof(ulong);
    private const int CountBytes = sizeof(ushort);

    // Readers look for each of these once: there must not be many. Those of the version before were 0, 5 and 10.
    private static readonly int[] PossibleBits = [0, 4, 8, 11];

    /// <summary>How many bits tell the buckets of a segment with so many terms, counted block by block.</summary>
    public static int BitsFor(int terms) => PossibleBits.FirstOrDefault(bits => terms >> bits <= TermsPerRow, PossibleBits[^1]);

    /// <summary>How many bytes a row has, more or less.</summary>
    /// <param name="terms">How many terms the segment has, counted block by block.</param>
    /// <param name="bits">How many bits tell its buckets.</param>
    public static int SizeOfRow(int terms, int bits) => ((terms >> bits) + 1) * FingerprintBytes;

    /// <summary>The row of a bucket.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="blocks">The terms of each block, in ascending order.</param>
    public static byte[] Encode(IndexBucket bucket, IReadOnlyList<ulong[]> blocks)
    {
        var shares = blocks.Select(terms => Share(terms, bucket)).ToList();
        var row = new byte[ChecksumBytes + shares.Sum(share => CountBytes + (share.Length * FingerprintBytes))];
        var rest = row.AsSpan(ChecksumBytes);
        foreach (var share in shares)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)share.Length);
            rest = rest[CountBytes..];
            foreach (var term in share.Span)
            {
                Write(rest, Fingerprint(term, bucket.Bits));
                rest = rest[FingerprintBytes..];
            }
        }

        BinaryPrimitives.WriteUInt64LittleEndian(row, Checksum(row));
        return row;
    }

    /// <summary>Which blocks of a segment may hold a term, a bit for each; null when the row makes no sense: then all may.</summary>
    /// <param name="row">The row of the term's bucket.</param>
    /// <param name="blocks">How many blocks the segment has.</param>
    /// <param name="term">The term.</param>
    /// <param name="bits">How many bits tell the buckets.</param>
    public static UInt128? Find(ReadOnlySpan<byte> row, int blocks, ulong term, int bits)
    {
        if (row.Length < ChecksumBytes || BinaryPrimitives.ReadUInt64LittleEndian(row) != Checksum(row))
        {
            return null;
        }

        var wanted = Fingerprint(term, bits);
        var found = UInt128.Zero;
        var rest = row[ChecksumBytes..];
        for (var block = 0; block < blocks; block++)
        {
            if (rest.Length < CountBytes || BinaryPrimitives.ReadUInt16LittleEndian(rest) * FingerprintBytes is var size && rest.Length < CountBytes + size)
            {
                return null;
            }

            if (Contains(rest.Slice(CountBytes, size), wanted))
            {
                found |= UInt128.One << block;
            }

            rest = rest[(CountBytes + size)..];
        }

        return rest.IsEmpty ? found : null;
    }

    private static ReadOnlyMemory<ulong> Share(ulong[] terms, IndexBucket bucket)
    {
        var (start, end) = (FirstFrom(terms, bucket.Number, bucket.Bits), FirstFrom(terms, bucket.Number + 1, bucket.Bits));
        return terms.AsMemory(start, end - start);
    }

    // The place of the first term of a bucket, or of a later one.
    private static int FirstFrom(ulong[] terms, int number, int bits)
    {
        if (number >> bits > 0)
        {
            return terms.Length;
        }

        var place = bits == 0 ? 0 : Array.BinarySearch(terms, (ulong)number << (64 - bits));
        return place < 0 ? ~place : place;
    }

    // The bits after those of the bucket.
    private static uint Fingerprint(ulong term, int bits) => (uint)((term << bits) >> (64 - (8 * FingerprintBytes)));

    private static bool Contains(ReadOnlySpan<byte> fingerprints, uint wanted)
    {
        var (low, high) = (0, (fingerprints.Length / FingerprintBytes) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = Read(fingerprints[(middle * FingerprintBytes)..]);
            if (found == wanted)
            {
                return true;
            }

            (low, high) = found < wanted ? (middle + 1, high) : (low, middle - 1);
        }

        return false;
    }

    private static uint Read(ReadOnlySpan<byte> bytes) => (uint)((bytes[0] << 16) | (bytes[1] << 8) | bytes[2]);

    private static void Write(Span<byte> bytes, uint fingerprint) =>
        (bytes[0], bytes[1], bytes[2]) = ((byte)(fingerprint >> 16), (byte)(fingerprint >> 8), (byte)fingerprint);

    private static ulong Checksum(ReadOnlySpan<byte> row) => XxHash3.HashToUInt64(row[ChecksumBytes..]);
}
