using System.Net;
using System.Net.Http.Headers;

namespace Serverless.Outbound;

/// <summary>What came back from an address that a user named.</summary>
/// <param name="Status">The status. A redirect is an answer like any other.</param>
/// <param name="Headers">The headers of the answer.</param>
/// <param name="ContentHeaders">The headers of its body.</param>
/// <param name="Body">The body as it was sent, or its beginning.</param>
/// <param name="IsWhole">Whether that is all of it.</param>
public sealed record GuardedResponse(
    HttpStatusCode Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, ReadOnlyMemory<byte> Body, bool IsWhole)
{
    /// <summary>Whether the status is 200 to 299.</summary>
    public bool IsSuccess => (int)Status is >= 200 and <= 299;
}
