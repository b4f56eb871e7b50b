using System.Buffers;
using System.IO.Compression;

namespace Serverless.Ingestion.Records;

/// <summary>Compresses lines, in blocks, into payloads that <see cref="LineReader"/> reads.</summary>
public sealed class LineWriter : IDisposable
{
    private const int BlockBytes = 32 * 1024;

    // Measured on log lines: half the size of level 1 at nearly its speed; higher levels cost more than they save.
    private static readonly ZLibCompressionOptions Compression = new() { CompressionLevel = 4 };

    private readonly PooledStream _output = new();
    private byte[] _block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _used;
    private GZipStream? _compressor;

    /// <summary>How many compressed bytes there are so far, beside what the compressor still holds.</summary>
    public long Length => _output.Length;

    /// <summary>Appends lines.</summary>
    /// <param name="lines">One line, or several, the last line break included.</param>
    public void Write(ReadOnlySpan<byte> lines)
    {
        lines.CopyTo(GetSpan(lines.Length));
        Advance(lines.Length);
    }

    /// <summary>Room for lines that are put together where they stay. What is written there counts once <see cref="Advance"/> says so.</summary>
    /// <param name="size">How much room, in bytes.</param>
    public Span<byte> GetSpan(int size)
    {
        if (size > _block.Length - _used)
        {
            Flush();
        }

        if (size > _block.Length)
        {
            Exchange(ArrayPool<byte>.Shared.Rent(size));
        }

        return _block.AsSpan(_used, size);
    }

    /// <summary>Appends what was written to the room that <see cref="GetSpan"/> gave.</summary>
    public void Advance(int count)
    {
        _used += count;
        if (_used > BlockBytes)
        {
            // A line that is longer than a block does not wait, so that the length so far tells of it.
            Flush();
        }
    }

    /// <summary>Takes what was written so far as a payload of its own; the next line begins another.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        End();
        return _output.Take();
    }

    /// <summary>Ends the payload without taking it: it is lent, and good until this is disposed.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        End();
        return _output.Written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressor?.Dispose();
        _compressor = null;
        _output.Dispose();
        Exchange([]);
    }

    private void End()
    {
        Flush();
        _compressor?.Dispose();
        _compressor = null;
    }

    private void Flush()
    {
        if (_used > 0)
        {
            _compressor ??= new GZipStream(_output, Compression, leaveOpen: true);
            _compressor.Write(_block.AsSpan(.._used));
            _used = 0;
        }
    }

    private void Exchange(byte[] block)
    {
        if (_block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_block);
        }

        _block = block;
    }
}
