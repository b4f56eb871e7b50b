using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;
using System.Text;
using Serverless.Http;
using Serverless.Ingestion.Records;

namespace Serverless.Traces.Reading;

/// <summary>The traces that were listed, as hashes: a million of them can be told apart.</summary>
internal sealed class ListedTraces
{
    private const int HashBytes = 6;

    // What fits into a parameter, beside the place: as many as the largest page has.
    private const int MaxWritten = 100;

    private readonly HashSet<ulong> _all = [];
    private readonly List<ulong> _inOrder = [];

    /// <summary>Whether a trace is one of them.</summary>
    public bool Contains(string traceId) => _all.Contains(HashOf(traceId));

    /// <summary>Adds a trace.</summary>
    public void Add(string traceId) => Add(HashOf(traceId));

    /// <summary>Reads what <see cref="ToString"/> wrote; null when the text is none of ours.</summary>
    public static ListedTraces? Parse(string text)
    {
        if (!Base64Url.IsValid(text) || Base64Url.DecodeFromChars(text) is var bytes && bytes.Length % HashBytes != 0)
        {
            return null;
        }

        var listed = new ListedTraces();
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        foreach (var written in bytes.Chunk(HashBytes))
        {
            written.CopyTo(hash);
            listed.Add(BinaryPrimitives.ReadUInt64LittleEndian(hash));
        }

        return listed;
    }

    /// <summary>The last hundred, as a text for URLs.</summary>
    public override string ToString()
    {
        var bytes = new List<byte>();
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        foreach (var listed in _inOrder.TakeLast(MaxWritten))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash, listed);
            bytes.AddRange(hash[..HashBytes]);
        }

        return Base64Url.EncodeToString(bytes.ToArray());
    }

    private void Add(ulong hash)
    {
        if (_all.Add(hash))
        {
            _inOrder.Add(hash);
        }
    }

    private static ulong HashOf(string traceId) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(traceId)) >> (8 * (sizeof(ulong) - HashBytes));
}

/// <summary>Where a list of traces goes on.</summary>
/// <param name="Place">The place.</param>
/// <param name="Listed">What was listed before it.</param>
internal sealed record TraceCursor(RecordCursor Place, ListedTraces Listed)
{
    private const char Separator = '.';

    /// <summary>Reads the cursor of a request; null when there is none, or it is not valid.</summary>
    public static TraceCursor? Read(RequestReader query)
    {
        if (query.Read(EventParameters.Cursor) is not { } text)
        {
            return null;
        }

        if (text.Split(Separator) is [var place, var hashes] && RecordCursor.TryParse(place, out var cursor) && ListedTraces.Parse(hashes) is { } listed)
        {
            return new(cursor, listed);
        }

        query.Complain(EventParameters.Cursor, "invalid_format", "must be the nextCursor of an earlier answer");
        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Place}{Separator}{Listed}";
}
