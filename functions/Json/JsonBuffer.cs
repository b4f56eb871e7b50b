using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Serverless.Json;

/// <summary>
/// JSON that is read while it arrives, one document or one a line: a window of contiguous bytes over a stream, with the reader's state
/// carried from one window to the next. Its strings are Unicode text, as <see cref="JsonText.MendSurrogates"/> makes them. The window grows only to hold a value that does not fit, and only up to <see cref="MaxValueBytes"/>.
/// </summary>
/// <param name="source">The bytes of the document.</param>
/// <param name="digest">Sees every byte, for whoever has to recognize the document again; null when nobody has.</param>
public sealed class JsonBuffer(Stream source, IncrementalHash? digest = null) : IDisposable
{
    /// <summary>
    /// The largest single value, in bytes, with what separates it from the one before. Far above any field's limit, so that each
    /// can still be refused by name.
    /// </summary>
    public const int MaxValueBytes = 8 * 1024 * 1024;

    private const int InitialBytes = 64 * 1024;
    private const int ByteOrderMarkBytes = 3;

    private byte[] _window = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _start;
    private int _end;
    private int _valid;
    private bool _hasEnded;
    private bool _hasBegun;
    private bool _isStuck;
    private JsonReaderState _state;

    /// <summary>
    /// The bytes not yet consumed, as far as they are UTF-8. Positions of a reader made by <see cref="CreateReader"/> count from here.
    /// </summary>
    public ReadOnlySpan<byte> Unread => _window.AsSpan(_start, _valid - _start);

    /// <summary>Whether the stream has ended: what is not there now will not come.</summary>
    public bool IsFinal => _hasEnded && !IsBroken;

    /// <summary>Whether the bytes after <see cref="Unread"/> are not UTF-8: there is no reading on.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Whether there is no room for more before something is consumed: until then there is no reading on.</summary>
    public bool IsFull => _end - _start == MaxValueBytes;

    /// <summary>A reader that goes on where the last one was left.</summary>
    public Utf8JsonReader CreateReader() => new(Unread, IsFinal, _state);

    /// <summary>Leaves a reader: what it has consumed is gone, the rest will be read again.</summary>
    public void Consume(ref readonly Utf8JsonReader reader)
    {
        Consume((int)reader.BytesConsumed);
        _state = reader.CurrentState;
    }

    /// <summary>Leaves bytes that were read without <see cref="CreateReader"/>.</summary>
    public void Consume(int count)
    {
        _isStuck &= count == 0;
        _start += count;
    }

    /// <summary>Reads on. Called when the bytes at hand end in the middle of something.</summary>
    /// <exception cref="InvalidOperationException"><see cref="IsBroken"/>, or <see cref="IsFull"/>.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (IsBroken || IsFull)
        {
            throw new InvalidOperationException("There is no reading on.");
        }

        MakeRoom();

        // A value that is not whole is scanned from its beginning each time: waiting until there is twice as much keeps that linear.
        var room = Math.Min(_window.Length, MaxValueBytes);
        var goal = !_hasBegun ? ByteOrderMarkBytes : _isStuck && _end > 0 ? Math.Min(_end * 2, room) : _end + 1;
        _isStuck = true;
        while (_end < goal && !_hasEnded)
        {
            var count = await source.ReadAsync(_window.AsMemory(_end, room - _end), cancellationToken);
            _hasEnded = count == 0;
            digest?.AppendData(_window, _end, count);
            _end += count;
        }

        SkipByteOrderMark();
        Validate();
    }

    /// <summary>Reads to the end without looking at anything.</summary>
    public async ValueTask SkipAsync(CancellationToken cancellationToken)
    {
        while (!_hasEnded)
        {
            (_start, _end, _valid) = (0, 0, 0);
            var count = await source.ReadAsync(_window, cancellationToken);
            _hasEnded = count == 0;
            digest?.AppendData(_window, 0, count);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
        source.Dispose();
    }

    private void MakeRoom()
    {
        var unread = _window.AsSpan(_start.._end);
        if (unread.Length > _window.Length / 2 && _window.Length < MaxValueBytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_window.Length * 2);
            unread.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_window);
            _window = larger;
        }
        else
        {
            unread.CopyTo(_window);
        }

        (_start, _valid, _end) = (0, _valid - _start, unread.Length);
    }

    private void SkipByteOrderMark()
    {
        if (!_hasBegun && _window.AsSpan(.._end).StartsWith("\uFEFF"u8))
        {
            _start = _valid = ByteOrderMarkBytes;
        }

        _hasBegun = true;
    }

    // The JSON reader takes the bytes of strings as they are; here they are proven to be UTF-8, and made Unicode text, each once.
    private void Validate()
    {
        var fresh = _window.AsSpan(_valid.._end);
        var whole = _hasEnded ? fresh.Length : fresh.Length - IncompleteTail(fresh);
        if (!Utf8.IsValid(fresh[..whole]))
        {
            // What stands before is read all the same: something else may be wrong there.
            IsBroken = true;
            whole = ValidBeginning(fresh);
        }

        var settled = JsonText.MendSurrogates(fresh[..whole]);
        _valid += _hasEnded || IsBroken ? whole : settled;
    }

    private static int ValidBeginning(ReadOnlySpan<byte> bytes)
    {
        var length = 0;
        while (Rune.DecodeFromUtf8(bytes[length..], out _, out var bytesOfCharacter) == OperationStatus.Done)
        {
            length += bytesOfCharacter;
        }

        return length;
    }

    // How many bytes at the end may be the beginning of a character.
    private static int IncompleteTail(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            var lead = bytes[^length];
            if ((lead & 0xC0) == 0xC0)
            {
                var expected = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
                return expected > length ? length : 0;
            }

            if ((lead & 0x80) == 0)
            {
                return 0;
            }
        }

        return 0;
    }
}
