using System.IO.Hashing;
using System.Text;

namespace Serverless.Ingestion.Index;

/// <summary>What records are looked for by, as a hash: a field and its value. It may be that of other terms too, so it only ever says "maybe".</summary>
public static class Term
{
    /// <summary>What stands for a field in the terms of its values.</summary>
    /// <param name="name">The name of the field.</param>
    public static long Field(string name) => (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(name));

    /// <summary>What stands for a place within a field.</summary>
    /// <param name="field">The field.</param>
    /// <param name="path">The names that lead to the place, in UTF-8, dots between them.</param>
    public static long Path(long field, ReadOnlySpan<byte> path) => (long)XxHash3.HashToUInt64(path, field);

    /// <summary>The term of a value.</summary>
    /// <param name="field">Where it stands.</param>
    /// <param name="value">The value in UTF-8.</param>
    public static ulong Of(long field, ReadOnlySpan<byte> value) => XxHash3.HashToUInt64(value, field);

    /// <summary>The term of a value.</summary>
    /// <param name="field">Where it stands.</param>
    /// <param name="value">The value.</param>
    public static ulong Of(long field, string value) => Of(field, Encoding.UTF8.GetBytes(value));
}
