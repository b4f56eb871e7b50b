using System.Numerics;

namespace Serverless.Ingestion.Records;

/// <summary>Some of a record's fields, each known by its place among at most 32.</summary>
/// <param name="Bits">A bit for each field, the first the lowest.</param>
internal readonly record struct FieldSet(uint Bits)
{
    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>Whether a field is one of these.</summary>
    public bool Has(int place) => (Bits >> place & 1) != 0;

    /// <summary>These and another.</summary>
    public FieldSet With(int place) => new(Bits | 1u << place);

    /// <summary>These but one.</summary>
    public FieldSet Without(int place) => new(Bits & ~(1u << place));

    /// <summary>Those of these whose place is before another.</summary>
    public FieldSet Before(int place) => new(Bits & ((1u << place) - 1));

    /// <summary>Those of these that the others lack.</summary>
    public FieldSet Except(FieldSet others) => new(Bits & ~others.Bits);

    /// <summary>These and the others.</summary>
    public static FieldSet operator |(FieldSet left, FieldSet right) => new(left.Bits | right.Bits);

    /// <summary>The places, in order.</summary>
    public Enumerator GetEnumerator() => new(Bits);

    /// <summary>Goes through the places.</summary>
    public struct Enumerator(uint bits)
    {
        private uint _rest = bits;

        /// <summary>The place it stands on.</summary>
        public int Current { get; private set; }

        /// <summary>Goes on to the next; false when there is none.</summary>
        public bool MoveNext()
        {
            if (_rest == 0)
            {
                return false;
            }

            Current = BitOperations.TrailingZeroCount(_rest);
            _rest &= _rest - 1;
            return true;
        }
    }
}
