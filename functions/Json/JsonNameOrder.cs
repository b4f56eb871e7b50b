using System.Text.Json;

namespace Serverless.Json;

/// <summary>
/// Finds the names of one object after another. Whoever writes them writes them in the same order each time, so that the name that followed
/// last time is looked at first.
/// </summary>
/// <param name="names">The names that have a meaning.</param>
public sealed class JsonNameOrder(JsonNames names)
{
    // By the place of a name plus one, the place of the name that follows it; the first of all at zero.
    private readonly int[] _following = [.. Enumerable.Range(0, names.Count + 1)];
    private int _last;

    /// <summary>Begins the next object.</summary>
    public void Begin() => _last = 0;

    /// <summary>The place of the name that a reader stands on; negative when it is none of these.</summary>
    public int Find(ref readonly Utf8JsonReader reader)
    {
        var expected = _following[_last];
        if (expected < names.Count && reader.ValueSpan.SequenceEqual(names.Utf8(expected)) && !reader.ValueIsEscaped)
        {
            _last = expected + 1;
            return expected;
        }

        var found = names.Find(in reader);
        if (found >= 0)
        {
            _following[_last] = found;
            _last = found + 1;
        }

        return found;
    }
}
