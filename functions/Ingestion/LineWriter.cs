using System.Buffers;
using System.IO.Compression;

namespace Serverless.Ingestion;

/// <summary>Compresses lines, in blocks, into payloads that <see cref="LineReader"/> reads.</summary>
public sealed class LineWriter : IDisposable
{
    private const int BlockBytes = 32 * 1024;

    // Measured on log lines: half the size of level 1 at nearly its speed; higher levels cost more than they save.
    private static readonly ZLibCompressionOptions Compression = new() { CompressionLevel = 4 };

    private readonly ArrayBufferWriter<byte> _block = new(BlockBytes);
    private readonly MemoryStream _output = new();
    private GZipStream? _compressor;

    /// <summary>How many compressed bytes there are so far, beside what the compressor still holds.</summary>
    public long Length => _output.Length;

    /// <summary>Appends lines.</summary>
    /// <param name="lines">One line, or several, the last line break included.</param>
    public void Write(ReadOnlySpan<byte> lines)
    {
        _block.Write(lines);
        if (_block.WrittenCount >= BlockBytes)
        {
            Compress();
        }
    }

    /// <summary>Takes what was written so far as a payload of its own; the next line begins another.</summary>
    public ReadOnlyMemory<byte> Take()
    {
        if (_block.WrittenCount > 0)
        {
            Compress();
        }

        _compressor?.Dispose();
        _compressor = null;
        var payload = _output.ToArray();
        _output.SetLength(0);
        return payload;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressor?.Dispose();
        _output.Dispose();
    }

    private void Compress()
    {
        _compressor ??= new GZipStream(_output, Compression, leaveOpen: true);
        _compressor.Write(_block.WrittenSpan);
        _block.ResetWrittenCount();
    }
}
