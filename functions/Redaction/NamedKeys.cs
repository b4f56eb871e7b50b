using System.Text;
using System.Text.Json;

namespace Serverless.Redaction;

/// <summary>The names whose values are taken out, in whatever case.</summary>
internal sealed class NamedKeys
{
    private readonly HashSet<string> _all;
    private readonly byte[][][] _asciiByLength;

    /// <summary>Takes the names.</summary>
    public NamedKeys(IReadOnlyList<string> keys)
    {
        _all = new(keys, StringComparer.OrdinalIgnoreCase);
        var ascii = _all.Where(key => Ascii.IsValid(key)).Select(Encoding.ASCII.GetBytes).ToLookup(key => key.Length);
        _asciiByLength = [.. Enumerable.Range(0, ascii.Select(group => group.Key).DefaultIfEmpty().Max() + 1).Select(length => ascii[length].ToArray())];
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _all.Count == 0;

    /// <summary>Whether the name that a reader stands on is one.</summary>
    public bool Contains(ref readonly Utf8JsonReader reader) =>
        reader.ValueIsEscaped ? !IsEmpty && _all.Contains(reader.GetString()!) : Contains(reader.ValueSpan);

    /// <summary>Whether a name without escapes is one.</summary>
    public bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length < _asciiByLength.Length)
        {
            foreach (var key in _asciiByLength[name.Length])
            {
                if (Ascii.EqualsIgnoreCase(name, key))
                {
                    return true;
                }
            }
        }

        return !IsEmpty && !Ascii.IsValid(name) && _all.Contains(Encoding.UTF8.GetString(name));
    }

    /// <summary>
    /// Whether an object may have such a name somewhere, seen from afar: without white space and escapes, a quotation mark and a colon end every name,
    /// and little else.
    /// </summary>
    public bool MayStandIn(ReadOnlySpan<byte> json)
    {
        while (!IsEmpty && json.IndexOf("\":"u8) is >= 0 and var end)
        {
            if (Contains(json[(json[..end].LastIndexOf((byte)'"') + 1)..end]))
            {
                return true;
            }

            json = json[(end + 1)..];
        }

        return false;
    }
}
