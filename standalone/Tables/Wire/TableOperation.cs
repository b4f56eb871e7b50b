using Azure.Core;

namespace Azure.Data.Tables.Wire;

/// <summary>One request to the table service, before it is addressed: sent on its own or as a part of a transaction.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path and query below the account's endpoint, escaped, without a leading slash.</param>
/// <param name="Expected">Which statuses are a success.</param>
internal sealed record TableOperation(RequestMethod Method, string Path, ResponseClassifier Expected)
{
    private const string Json = "application/json;odata=nometadata";

    /// <summary>The version the row must have; the default asks for none.</summary>
    public ETag IfMatch { get; init; }

    /// <summary>What to send; empty sends nothing.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What the body is.</summary>
    public string ContentType { get; init; } = Json;

    /// <summary>The headers that say what the operation sends and what it wants back.</summary>
    public IEnumerable<(string Name, string Value)> Headers()
    {
        yield return ("DataServiceVersion", "3.0");
        if (ContentType == Json)
        {
            yield return (HttpHeader.Names.Accept, "application/json;odata=minimalmetadata");
        }

        if (!Body.IsEmpty)
        {
            yield return (HttpHeader.Names.ContentType, ContentType);
            // What was sent need not come back: the ETag is in the headers.
            yield return (HttpHeader.Names.Prefer, "return-no-content");
        }

        if (IfMatch != default)
        {
            yield return (HttpHeader.Names.IfMatch, IfMatch.ToString());
        }
    }
}
