namespace Serverless.Ingestion;

/// <summary>
/// The line of a record as it is kept, put together piece by piece. One instance serves a whole batch; what all its lines begin with stays. Most
/// records come as they are kept: what stands together in the request already is copied in one piece.
/// </summary>
/// <param name="beginning">What all lines begin with.</param>
internal sealed class RecordLine(ReadOnlySpan<byte> beginning)
{
    private const int InitialBytes = 1024;

    private readonly int _beginning = beginning.Length;
    private byte[] _bytes = Begin(beginning);
    private int _used;
    private Range _run;

    /// <summary>The line so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(.._used);

    /// <summary>Begins the next line.</summary>
    public void Begin() => (_used, _run) = (_beginning, default);

    /// <summary>Adds a piece.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        while (!piece.TryCopyTo(_bytes.AsSpan(_used)))
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + piece.Length));
        }

        _used += piece.Length;
    }

    /// <summary>Adds a property as it was sent, or lets it wait for those that follow; <see cref="Complete"/> comes before anything else is added.</summary>
    /// <param name="window">The bytes of the request.</param>
    /// <param name="prefix">How the property begins: a comma, its name, a colon.</param>
    /// <param name="start">Where its value stands.</param>
    /// <param name="length">How long its value is.</param>
    public void AddSent(ReadOnlySpan<byte> window, ReadOnlySpan<byte> prefix, int start, int length)
    {
        var end = _run.End.Value;
        if (start == end + prefix.Length && end > 0 && window[end..start].SequenceEqual(prefix))
        {
            _run = _run.Start..(start + length);
            return;
        }

        Complete(window);
        Add(prefix);
        _run = start..(start + length);
    }

    /// <summary>Adds what waits.</summary>
    public void Complete(ReadOnlySpan<byte> window)
    {
        Add(window[_run]);
        _run = default;
    }

    /// <summary>Adds a number with so many digits, leading zeros included.</summary>
    public void Add(int number, int digits)
    {
        Span<byte> text = stackalloc byte[digits];
        Digits.Write(text, number);
        Add(text);
    }

    /// <summary>Adds a time: as it was sent, if that is how it is kept.</summary>
    /// <param name="time">The time.</param>
    /// <param name="sent">The text it was read from.</param>
    public void Add(in Timestamp time, ReadOnlySpan<byte> sent)
    {
        if (Timestamp.IsAsWritten(sent))
        {
            Add(sent);
            return;
        }

        Span<byte> text = stackalloc byte[Timestamp.MaxLength];
        Add(text[..time.Format(text)]);
    }

    private static byte[] Begin(ReadOnlySpan<byte> beginning)
    {
        var bytes = new byte[InitialBytes];
        beginning.CopyTo(bytes);
        return bytes;
    }
}
