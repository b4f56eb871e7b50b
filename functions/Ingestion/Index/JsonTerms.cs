using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Serverless.Ingestion.Index;

/// <summary>The terms of values in JSON: strings by their characters, numbers, true, false and null as they are written. Arrays have none.</summary>
public static class JsonTerms
{
    /// <summary>The longest path of names that has terms, in bytes of UTF-8, the dots between the names included.</summary>
    public const int MaxPathBytes = 512;

    private const int UsualBytes = 256;

    /// <summary>Adds the term of a value.</summary>
    /// <param name="field">Where it stands.</param>
    /// <param name="reader">Stands on it.</param>
    /// <param name="terms">Takes the term.</param>
    public static void AddValue(long field, ref readonly Utf8JsonReader reader, TermSet terms)
    {
        if (!reader.ValueIsEscaped)
        {
            terms.Add(Term.Of(field, reader.ValueSpan));
            return;
        }

        var size = reader.ValueSpan.Length;
        var rented = size > UsualBytes ? ArrayPool<byte>.Shared.Rent(size) : null;
        var text = rented ?? stackalloc byte[UsualBytes];
        terms.Add(Term.Of(field, text[..reader.CopyString(text)]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Adds the terms of all values of an object, each by the names that lead to it.</summary>
    /// <param name="field">Where the object stands.</param>
    /// <param name="reader">Stands on the object; afterwards, on its end.</param>
    /// <param name="terms">Takes the terms.</param>
    public static void AddObject(long field, ref Utf8JsonReader reader, TermSet terms)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        // Where each open object's path ends: nesting is at most 64 deep.
        Span<int> ends = stackalloc int[65];
        Span<byte> path = stackalloc byte[MaxPathBytes];
        var (depth, length) = (0, 0);
        while (depth >= 0 && reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject:
                    depth--;
                    break;
                case JsonTokenType.PropertyName:
                    length = AppendName(in reader, path, depth == 0 ? -1 : ends[depth]);
                    reader.Read();
                    if (reader.TokenType == JsonTokenType.StartObject && length >= 0)
                    {
                        ends[++depth] = length;
                    }
                    else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        reader.Skip();
                    }
                    else if (length >= 0)
                    {
                        AddValue(Term.Path(field, path[..length]), in reader, terms);
                    }

                    break;
            }
        }
    }

    /// <summary>The question for records whose object has a value at a path.</summary>
    /// <param name="field">Where the object stands.</param>
    /// <param name="path">The names that lead to the value, dots between them.</param>
    /// <param name="value">The value.</param>
    public static TermQuestion Question(long field, string path, string value)
    {
        var names = Encoding.UTF8.GetBytes(path);
        return names.Length > MaxPathBytes ? TermQuestion.Anything : TermQuestion.Of(Term.Of(Term.Path(field, names), value));
    }

    // The length of the path with the name that the reader stands on; -1 when it is too long to be looked for. Before the first name there is no dot.
    private static int AppendName(scoped ref readonly Utf8JsonReader reader, Span<byte> path, int end)
    {
        // Escaped, a name is longer than what it comes to.
        var name = reader.ValueSpan.Length > path.Length - (end + 1) ? Encoding.UTF8.GetBytes(reader.GetString()!) : null;
        if (end + 1 + name?.Length > path.Length)
        {
            return -1;
        }

        if (end >= 0)
        {
            path[end] = (byte)'.';
        }

        name?.CopyTo(path[(end + 1)..]);
        return end + 1 + (name?.Length ?? reader.CopyString(path[(end + 1)..]));
    }
}
