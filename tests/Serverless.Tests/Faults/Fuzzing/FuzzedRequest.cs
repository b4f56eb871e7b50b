using System.Text;

namespace Serverless.Tests.Faults.Fuzzing;

/// <summary>A request that a fuzzer made.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Path and query, as they go on the wire.</param>
/// <param name="Headers">Its headers, those of the body included.</param>
/// <param name="Body">The body; null for none.</param>
internal sealed record FuzzedRequest(string Method, string Path, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    /// <summary>Whether the body is sent in chunks, without a length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>The request as it can be sent.</summary>
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path) { Content = Body is null ? null : new ByteArrayContent(Body) };
        message.Headers.TransferEncodingChunked = Body is not null && IsChunked ? true : null;
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }

    /// <summary>All that it takes to send it again.</summary>
    public override string ToString() =>
        $"{Method} {Path}\n{string.Join('\n', Headers.Select(header => $"{header.Name}: {header.Value}"))}\nchunked: {IsChunked}\n"
        + $"body in base64: {Convert.ToBase64String(Body ?? [])}\nbody: {Encoding.UTF8.GetString(Body ?? [])}";
}
