using System.Buffers;
using System.IO.Compression;

namespace Serverless.Ingestion;

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
        if (lines.Length > _block.Length - _used)
        {
            Flush();
        }

        if (lines.Length > _block.Length)
        {
            Compress(lines);
            return;
        }

        lines.CopyTo(_block.AsSpan(_used));
        _used += lines.Length;
    }

    /// <summary>Takes what was written so far as a payload of its own; the next line begins another.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        Flush();
        _compressor?.Dispose();
        _compressor = null;
        return _output.Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressor?.Dispose();
        _compressor = null;
        _output.Dispose();
        if (_block.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_block);
            _block = [];
        }
    }

    private void Flush()
    {
        if (_used > 0)
        {
            Compress(_block.AsSpan(.._used));
            _used = 0;
        }
    }

    private void Compress(ReadOnlySpan<byte> lines)
    {
        _compressor ??= new GZipStream(_output, Compression, leaveOpen: true);
        _compressor.Write(lines);
    }
}
