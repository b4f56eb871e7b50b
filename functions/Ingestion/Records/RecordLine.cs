using Serverless.Times;

namespace Serverless.Ingestion.Records;

/// <summary>
/// The line of a record as it is kept, put together where it stays. Most records come as they are kept: what stands together in the request already
/// is copied in one piece.
/// </summary>
/// <param name="room">Where the line is written. It has to suffice.</param>
/// <param name="window">The bytes of the request.</param>
internal ref struct RecordLine(Span<byte> room, ReadOnlySpan<byte> window)
{
    private readonly Span<byte> _room = room;
    private readonly ReadOnlySpan<byte> _window = window;
    private int _written;
    private int _runStart;
    private int _runEnd;

    /// <summary>Adds a piece.</summary>
    public void Add(scoped ReadOnlySpan<byte> piece)
    {
        EndRun();
        Write(piece);
    }

    /// <summary>Adds a property as it was sent.</summary>
    /// <param name="prefix">How the property begins: a comma, its name, a colon.</param>
    /// <param name="start">Where its value stands in the request.</param>
    /// <param name="length">How long its value is.</param>
    public void AddSent(scoped ReadOnlySpan<byte> prefix, int start, int length)
    {
        // As little as that between two values leaves room for nothing else.
        if (start != _runEnd + prefix.Length || _runEnd == 0)
        {
            Add(prefix);
            _runStart = start;
        }

        _runEnd = start + length;
    }

    /// <summary>Adds a number with so many digits, leading zeros included.</summary>
    public void Add(int number, int digits)
    {
        EndRun();
        Digits.Write(_room.Slice(_written, digits), number);
        _written += digits;
    }

    /// <summary>Adds a time in quotation marks.</summary>
    public void Add(in Timestamp time)
    {
        Add("\""u8);
        _written += time.Format(_room[_written..]);
        Write("\""u8);
    }

    /// <summary>Ends the line.</summary>
    /// <returns>Its length in bytes.</returns>
    public int End()
    {
        EndRun();
        return _written;
    }

    private void EndRun()
    {
        if (_runEnd > 0)
        {
            Write(_window[_runStart.._runEnd]);
            _runEnd = 0;
        }
    }

    private void Write(scoped ReadOnlySpan<byte> piece)
    {
        piece.CopyTo(_room[_written..]);
        _written += piece.Length;
    }
}
