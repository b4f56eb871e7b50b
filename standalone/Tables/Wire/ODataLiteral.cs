using System.Globalization;
using System.Text;

namespace Azure.Data.Tables.Wire;

/// <summary>Writes values as the service's filter language spells them.</summary>
internal static class ODataLiteral
{
    /// <summary>The literal of a value.</summary>
    /// <exception cref="ArgumentException">The filter language has no such type.</exception>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        sbyte or byte or short or ushort or int or uint or decimal or float or double =>
            ((IFormattable)value).ToString(format: null, CultureInfo.InvariantCulture),
        long or ulong => ((IFormattable)value).ToString(format: null, CultureInfo.InvariantCulture) + "L",
        Guid guid => $"guid'{guid}'",
        byte[] bytes => $"X'{Convert.ToHexString(bytes)}'",
        BinaryData bytes => $"X'{Convert.ToHexString(bytes)}'",
        DateTimeOffset time => Of(time.UtcDateTime),
        DateTime time => $"datetime'{time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture)}'",
        string text => Quote(text),
        char or StringBuilder => Quote(value.ToString()!),
        _ => throw new ArgumentException($"A filter cannot hold a value of type {value.GetType()}.", nameof(value)),
    };

    /// <summary>A string literal, escaped for the path of a URI.</summary>
    public static string ToPath(string text) => $"'{Uri.EscapeDataString(text.Replace("'", "''", StringComparison.Ordinal))}'";

    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
