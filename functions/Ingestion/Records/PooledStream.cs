using System.Buffers;

namespace Serverless.Ingestion.Records;

/// <summary>Collects what is written to it in memory that is lent to it, so that growing allocates nothing.</summary>
internal sealed class PooledStream : Stream
{
    private const int InitialBytes = 4 * 1024;

    private byte[] _bytes = [];
    private int _length;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _length;

    /// <inheritdoc/>
    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    /// <summary>All that was written: lent, and good until more is written or this is disposed.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(.._length);

    /// <summary>Takes all that was written; what comes begins anew.</summary>
    public byte[] Take()
    {
        var taken = _bytes.AsSpan(.._length).ToArray();
        _length = 0;
        return taken;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_bytes.Length - _length < buffer.Length)
        {
            Grow(_length + buffer.Length);
        }

        buffer.CopyTo(_bytes.AsSpan(_length));
        _length += buffer.Length;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // It is all there.
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Exchange([]);
        _length = 0;
        base.Dispose(disposing);
    }

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(InitialBytes, _bytes.Length * 2)));
        _bytes.AsSpan(.._length).CopyTo(larger);
        Exchange(larger);
    }

    private void Exchange(byte[] bytes)
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = bytes;
    }
}
