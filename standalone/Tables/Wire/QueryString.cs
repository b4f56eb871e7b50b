using System.Text;

namespace Azure.Data.Tables.Wire;

/// <summary>Writes the part of a URI after the question mark.</summary>
internal static class QueryString
{
    /// <summary>The given parameters, escaped; those without a value are left out.</summary>
    public static string Of(params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }
}
