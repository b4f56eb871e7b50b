using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Serverless.Ingestion.Records;

/// <summary>Reads the lines of a compressed payload, one at a time, through a buffer that holds little more than the longest.</summary>
public sealed class LineReader : IDisposable
{
    private readonly GZipStream _source;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
    private int _start;
    private int _end;

    /// <summary>Begins at the first line.</summary>
    /// <param name="payload">Gzip members, one or several.</param>
    public LineReader(ReadOnlyMemory<byte> payload)
    {
        var bytes = MemoryMarshal.TryGetArray(payload, out var segment) ? segment : new ArraySegment<byte>(payload.ToArray());
        _source = new GZipStream(new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false), CompressionMode.Decompress);
    }

    /// <summary>Reads the next line, without its line break. The bytes are valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var unread = _buffer.AsSpan(_start, _end - _start);
            var length = unread[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = unread[..(searched + length)];
                _start += line.Length + 1;
                return true;
            }

            searched = unread.Length;
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private bool Fill()
    {
        var unread = _buffer.AsSpan(_start, _end - _start);
        if (unread.Length > _buffer.Length / 2)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        else
        {
            unread.CopyTo(_buffer);
        }

        _start = 0;
        _end = unread.Length;
        var read = _source.Read(_buffer.AsSpan(_end));
        _end += read;
        return read > 0;
    }
}
