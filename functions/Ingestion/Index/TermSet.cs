using System.Buffers;
using System.Numerics;

namespace Serverless.Ingestion.Index;

/// <summary>
/// The terms of some records, each once: hashes in an open table, so that adding one costs a few nanoseconds and allocates nothing. It holds no more than
/// <see cref="MaxCount"/>; a set that had to take more knows nothing any more.
/// </summary>
public sealed class TermSet : IDisposable
{
    /// <summary>The most terms of a set.</summary>
    public const int MaxCount = 64 * 1024;

    private const int FirstCapacity = 1024;

    private ulong[] _slots = Empty(FirstCapacity);
    private int _mask = FirstCapacity - 1;

    /// <summary>How many terms there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether there were more than a set holds: then nothing can be said of any term.</summary>
    public bool HasOverflowed { get; private set; }

    /// <summary>Adds a term, unless it is there.</summary>
    public void Add(ulong term)
    {
        // Zero marks a free slot.
        term |= term == 0 ? 1u : 0u;
        var slot = (int)term & _mask;
        while (_slots[slot] != 0)
        {
            if (_slots[slot] == term)
            {
                return;
            }

            slot = (slot + 1) & _mask;
        }

        if (Count == MaxCount)
        {
            HasOverflowed = true;
            return;
        }

        _slots[slot] = term;
        Count++;
        if (Count * 2 > _mask)
        {
            Grow();
        }
    }

    /// <summary>Adds all terms of another set.</summary>
    public void UnionWith(TermSet other)
    {
        HasOverflowed |= other.HasOverflowed;
        foreach (var term in other._slots.AsSpan(0, other._mask + 1))
        {
            if (term != 0)
            {
                Add(term);
            }
        }
    }

    /// <summary>Forgets all terms.</summary>
    public void Clear()
    {
        _slots.AsSpan(0, _mask + 1).Clear();
        (Count, HasOverflowed) = (0, false);
    }

    /// <summary>The terms, in ascending order.</summary>
    public ulong[] ToSortedArray()
    {
        var terms = new ulong[Count];
        var next = 0;
        foreach (var term in _slots.AsSpan(0, _mask + 1))
        {
            if (term != 0)
            {
                terms[next++] = term;
            }
        }

        Array.Sort(terms);
        return terms;
    }

    /// <summary>Does something with each term.</summary>
    /// <param name="state">What it is done to.</param>
    /// <param name="action">What is done.</param>
    public void ForEach<T>(T state, Action<T, ulong> action)
    {
        foreach (var term in _slots.AsSpan(0, _mask + 1))
        {
            if (term != 0)
            {
                action(state, term);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_slots.Length > 0)
        {
            ArrayPool<ulong>.Shared.Return(_slots);
            (_slots, _mask) = ([], -1);
        }
    }

    private void Grow()
    {
        var (slots, used) = (_slots, _mask + 1);
        var capacity = (int)BitOperations.RoundUpToPowerOf2((uint)used * 2);
        (_slots, _mask) = (Empty(capacity), capacity - 1);
        foreach (var term in slots.AsSpan(0, used))
        {
            if (term != 0)
            {
                var slot = (int)term & _mask;
                while (_slots[slot] != 0)
                {
                    slot = (slot + 1) & _mask;
                }

                _slots[slot] = term;
            }
        }

        ArrayPool<ulong>.Shared.Return(slots);
    }

    private static ulong[] Empty(int capacity)
    {
        var slots = ArrayPool<ulong>.Shared.Rent(capacity);
        slots.AsSpan(0, capacity).Clear();
        return slots;
    }
}
