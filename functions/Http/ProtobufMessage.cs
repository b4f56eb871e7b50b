using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Serverless.Http;

/// <summary>Answers in protobuf, for callers that send it.</summary>
public static class ProtobufMessage
{
    /// <summary>The media type of protobuf, as OpenTelemetry exporters send it.</summary>
    public const string MediaType = "application/x-protobuf";

    private const string Exports = "/v1/otel";

    // The codes of gRPC, which google.rpc.Status has.
    private const int InvalidArgument = 3;
    private const int NotFound = 5;
    private const int PermissionDenied = 7;
    private const int ResourceExhausted = 8;
    private const int Internal = 13;
    private const int Unavailable = 14;
    private const int Unauthenticated = 16;

    /// <summary>Whether a request is answered in protobuf, errors too: where protobuf is taken, whoever sends it reads nothing else.</summary>
    public static bool IsAnsweredTo(HttpRequest request) => request.Path.StartsWithSegments(Exports, StringComparison.OrdinalIgnoreCase) && IsSentIn(request);

    /// <summary>Whether a request is one in protobuf.</summary>
    public static bool IsSentIn(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase);

    /// <summary>An error as a <c>google.rpc.Status</c>: its code and its message.</summary>
    public static ReadOnlyMemory<byte> OfError(ApiError error)
    {
        using var body = new MemoryStream();
        using (var output = new CodedOutputStream(body, leaveOpen: true))
        {
            output.WriteTag(1, WireFormat.WireType.Varint);
            output.WriteInt32(CodeOf(error.Status));
            output.WriteTag(2, WireFormat.WireType.LengthDelimited);
            output.WriteString(error.Details is [var first, ..] && first.Message != error.Message ? $"{error.Message}: {first.Message}" : error.Message);
        }

        return body.ToArray();
    }

    private static int CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status403Forbidden => PermissionDenied,
        StatusCodes.Status404NotFound => NotFound,
        StatusCodes.Status429TooManyRequests => ResourceExhausted,
        StatusCodes.Status503ServiceUnavailable => Unavailable,
        >= StatusCodes.Status500InternalServerError => Internal,
        _ => InvalidArgument,
    };
}
