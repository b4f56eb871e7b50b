using System.Text;
using System.Text.Json;

namespace Serverless.Json;

/// <summary>The names of properties that have a meaning somewhere, each known by its place.</summary>
public sealed class JsonNames
{
    private readonly byte[][] _names;
    private readonly byte[][] _prefixes;
    private readonly int[][] _placesByLength;

    /// <summary>Takes the names.</summary>
    /// <param name="names">The names, which need no escaping.</param>
    public JsonNames(IReadOnlyList<string> names)
    {
        _names = [.. names.Select(Encoding.UTF8.GetBytes)];
        _prefixes = [.. names.Select(name => Encoding.UTF8.GetBytes($",\"{name}\":"))];
        var places = Enumerable.Range(0, _names.Length).ToLookup(place => _names[place].Length);
        _placesByLength = [.. Enumerable.Range(0, _names.Max(name => name.Length) + 1).Select(length => places[length].ToArray())];
    }

    /// <summary>How many names there are.</summary>
    public int Count => _names.Length;

    /// <summary>A name in UTF-8.</summary>
    public ReadOnlySpan<byte> Utf8(int place) => _names[place];

    /// <summary>How a property begins that is not the first of its object: a comma, its name, a colon.</summary>
    public ReadOnlySpan<byte> Prefix(int place) => _prefixes[place];

    /// <summary>The place of the name that a reader stands on; negative when it is none of these.</summary>
    public int Find(ref readonly Utf8JsonReader reader) => reader.ValueIsEscaped ? FindEscaped(in reader) : Find(reader.ValueSpan);

    // Few names are of one length: most others need not be looked at.
    private int Find(ReadOnlySpan<byte> name)
    {
        if (name.Length < _placesByLength.Length)
        {
            foreach (var place in _placesByLength[name.Length])
            {
                if (name.SequenceEqual(_names[place]))
                {
                    return place;
                }
            }
        }

        return -1;
    }

    private int FindEscaped(ref readonly Utf8JsonReader reader)
    {
        for (var place = 0; place < _names.Length; place++)
        {
            if (reader.ValueTextEquals(_names[place]))
            {
                return place;
            }
        }

        return -1;
    }
}
