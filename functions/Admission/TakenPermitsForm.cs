using System.Buffers.Binary;

namespace Serverless.Admission;

/// <summary>Permits that were taken within one slot of time.</summary>
/// <param name="At">When the newest of them was taken, in milliseconds since year 1, rounded up.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct TakenPermits(long At, long Count);

/// <summary>
/// How a <see cref="SlidingWindow"/> keeps what was taken from it: the time of the newest group in eight bytes, then of each group, the newest
/// first, its count and how much older the next one is, in as many bytes as the numbers take.
/// </summary>
/// <param name="window">The length of the window.</param>
internal readonly struct TakenPermitsForm(TimeSpan window)
{
    private const int SlotsPerWindow = 240;
    private const int EarlierSlotsPerWindow = 60;

    private readonly long _held = RoundUp((window + ClockSkew.Usual).Ticks);
    private readonly long _slot = RoundUp(window.Ticks / SlotsPerWindow);

    /// <summary>The most groups that count at the same time, those of a clock that is ahead included.</summary>
    public int MostGroups => (int)((_held + RoundUp(ClockSkew.Longest.Ticks)) / _slot) + 2;

    /// <summary>A time in milliseconds, later rather than earlier: a permit never counts for less than its time.</summary>
    public static long RoundUp(long ticks) => (ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>The slot of a time.</summary>
    public long SlotOf(long at) => at / _slot;

    /// <summary>From when on a group does not count.</summary>
    public DateTimeOffset FreeAt(TakenPermits group) => new((group.At + _held) * TimeSpan.TicksPerMillisecond, TimeSpan.Zero);

    /// <summary>When a group was taken that does not count from a time on.</summary>
    public long TakenAt(DateTimeOffset freeAt) => RoundUp(freeAt.UtcTicks) - _held;

    /// <summary>Reads the groups that count, the newest first; none from a state that makes no sense.</summary>
    /// <param name="state">What the column holds.</param>
    /// <param name="now">The time.</param>
    /// <param name="room">Where the groups are put: room for <see cref="MostGroups"/>.</param>
    public Span<TakenPermits> Read(object? state, DateTimeOffset now, Span<TakenPermits> room)
    {
        if (state is not byte[] { Length: >= sizeof(long) } bytes)
        {
            return [];
        }

        // The form before began with the number of a slot, which no time of this year is as small as.
        var oldest = (now.UtcTicks / TimeSpan.TicksPerMillisecond) - _held;
        var newest = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return newest > oldest && newest <= Latest(now)
            ? Read(bytes.AsSpan(sizeof(long)), newest, oldest, room)
            : ReadEarlierForm(bytes, now, oldest, room);
    }

    /// <summary>Writes groups, the newest first; those without permits are left out.</summary>
    public static byte[] Write(ReadOnlySpan<TakenPermits> groups, DateTimeOffset now)
    {
        const int MostBytesOfGroup = 2 * 5;
        Span<byte> bytes = stackalloc byte[sizeof(long) + (groups.Length * MostBytesOfGroup)];
        var length = sizeof(long);
        var last = 0L;
        foreach (var group in groups)
        {
            if (group.Count == 0)
            {
                continue;
            }

            // A slot of the form before may end later than it can have been written.
            var at = Math.Min(group.At, Latest(now));
            if (last == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes, at);
            }
            else
            {
                length += WriteNumber(bytes[length..], (uint)(last - at));
            }

            length += WriteNumber(bytes[length..], (uint)group.Count);
            last = at;
        }

        return bytes[..length].ToArray();
    }

    // The latest time that any clock may have written.
    private static long Latest(DateTimeOffset now) => (now.UtcTicks + ClockSkew.Longest.Ticks) / TimeSpan.TicksPerMillisecond;

    private static Span<TakenPermits> Read(ReadOnlySpan<byte> numbers, long newest, long oldest, Span<TakenPermits> room)
    {
        var (count, at) = (0, newest);
        while (at > oldest && TryReadNumber(ref numbers, out var permits))
        {
            if (count == room.Length)
            {
                return [];
            }

            room[count++] = new(at, permits);
            if (!TryReadNumber(ref numbers, out var older))
            {
                break;
            }

            at -= older;
        }

        return room[..count];
    }

    // A sixtieth of a window was a slot, and each of its permits counted as if it had been taken at its end.
    private Span<TakenPermits> ReadEarlierForm(byte[] bytes, DateTimeOffset now, long oldest, Span<TakenPermits> room)
    {
        var slot = window.Ticks / EarlierSlotsPerWindow;
        var slots = (int)(((window + ClockSkew.Usual).Ticks + slot - 1) / slot) + 1;
        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var count = 0;
        if (bytes.Length == sizeof(long) + (slots * sizeof(uint)) && number > 0 && number <= (now.UtcTicks + ClockSkew.Longest.Ticks) / slot)
        {
            for (var index = slots - 1; index >= 0; index--, number--)
            {
                var permits = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(sizeof(long) + (index * sizeof(uint))));
                var at = RoundUp((number + 1) * slot);
                if (permits > 0 && at > oldest)
                {
                    room[count++] = new(at, permits);
                }
            }
        }

        return room[..count];
    }

    // Seven bits a byte, the lowest first; the highest bit says that there are more.
    private static int WriteNumber(Span<byte> bytes, uint number)
    {
        var length = 0;
        for (; number > 0x7F; number >>= 7)
        {
            bytes[length++] = (byte)(number | 0x80);
        }

        bytes[length++] = (byte)number;
        return length;
    }

    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out uint number)
    {
        number = 0;
        for (var index = 0; index < bytes.Length && index < 5; index++)
        {
            number |= (uint)(bytes[index] & 0x7F) << (7 * index);
            if (bytes[index] <= 0x7F)
            {
                bytes = bytes[(index + 1)..];
                return true;
            }
        }

        return false;
    }
}
