namespace Serverless.Http;

/// <summary>Reads another stream up to a number of bytes; one more is the 413. Corrupt compressed data is a 400.</summary>
/// <param name="inner">The stream.</param>
/// <param name="maxBytes">How much of it may be read.</param>
/// <param name="leaveOpen">Whether it outlives this one.</param>
internal sealed class BoundedStream(Stream inner, long maxBytes, bool leaveOpen = false) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (broken is InvalidDataException or InvalidOperationException)
        {
            // The decompressors' words for corrupt data: gzip and zlib say the first, Brotli the second.
            throw RequestErrors.Unreadable("The body is not what its Content-Encoding says", broken);
        }

        _read += count;
        return _read > maxBytes ? throw RequestErrors.TooLarge(maxBytes) : count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read asynchronously.");

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !leaveOpen)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
