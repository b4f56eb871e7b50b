using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Records;

namespace Serverless.Otlp;

/// <summary>
/// The body of an export, in protobuf or in JSON. All of it is at hand: in either form a resource may stand after the records that come from it, and
/// whether the same export came before is told by all of its bytes.
/// </summary>
internal sealed class OtlpBody : IDisposable
{
    /// <summary>The largest body, decompressed, in bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    private const int ReadBytes = 64 * 1024;

    private readonly PooledStream _bytes = new();

    private OtlpBody(bool isProtobuf) => IsProtobuf = isProtobuf;

    /// <summary>Whether it is protobuf; else it is JSON.</summary>
    public bool IsProtobuf { get; }

    /// <summary>Its bytes: good until this is disposed.</summary>
    public ArraySegment<byte> Bytes => MemoryMarshal.TryGetArray(_bytes.Written, out var bytes) ? bytes : throw new InvalidOperationException("The body is in no array.");

    /// <summary>Reads the body of a request.</summary>
    /// <exception cref="ApiException">413 for one that is too large, 415 for one of another media type or encoding.</exception>
    public static async Task<OtlpBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        await using var stream = new BoundedStream(RequestBody.Open(request, RequestBody.Json, ProtobufMessage.MediaType), MaxBytes);
        var body = new OtlpBody(ProtobufMessage.IsSentIn(request));
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                body._bytes.Write(buffer.AsSpan(..count));
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>A body that is at hand.</summary>
    public static OtlpBody Of(ReadOnlySpan<byte> bytes, bool isProtobuf)
    {
        var body = new OtlpBody(isProtobuf);
        body._bytes.Write(bytes);
        return body;
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();
}
