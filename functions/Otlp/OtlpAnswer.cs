using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Json;
using Serverless.Otlp.Messages;

namespace Serverless.Otlp;

/// <summary>The answer to an export, in the form that the export came in: what was not taken of it, if anything.</summary>
/// <param name="description">What it says, in a sentence.</param>
/// <param name="rejected">What the number of records that were not taken is called in JSON.</param>
internal sealed class OtlpAnswer(string description, string rejected)
{
    private readonly Answer _json = new(StatusCodes.Status200OK, description)
    {
        MediaType = RequestBody.Json,
        Schema = Field.SchemaOf(
        [
            new ObjectField("partialSuccess", $"Empty when all were taken; else `{rejected}`, how many were not, as a text, and `errorMessage`, why the first of them was not.") { IsRequired = true },
        ]),
    };

    private readonly Answer _protobuf = new(StatusCodes.Status200OK, "In protobuf when the export is.")
    {
        MediaType = ProtobufMessage.MediaType,
        Schema = new JsonObject { ["type"] = "string", ["format"] = "binary" },
    };

    /// <summary>Both forms.</summary>
    public IReadOnlyList<Answer> Forms => [_json, _protobuf];

    /// <summary>Answers.</summary>
    /// <param name="context">The request.</param>
    /// <param name="count">How many records were not taken.</param>
    /// <param name="reason">Why the first of them was not; null when all were.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task WriteAsync(HttpContext context, int count, string? reason, CancellationToken cancellationToken) =>
        WriteBodyAsync(context, BodyOf(ProtobufMessage.IsSentIn(context.Request), count, reason), cancellationToken);

    /// <summary>Answers with a body that is there already.</summary>
    public Task WriteBodyAsync(HttpContext context, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        _json.Write(context);
        return ProtobufMessage.IsSentIn(context.Request)
            ? JsonResponse.WriteAsync(context.Response, body, cancellationToken, ProtobufMessage.MediaType)
            : JsonResponse.WriteAsync(context.Response, body, cancellationToken);
    }

    /// <summary>The body of an answer.</summary>
    /// <param name="isProtobuf">Whether it is in protobuf; else in JSON.</param>
    /// <param name="count">How many records were not taken.</param>
    /// <param name="reason">Why the first of them was not; null when all were.</param>
    public ReadOnlyMemory<byte> BodyOf(bool isProtobuf, int count, string? reason) => isProtobuf
        ? new ExportResponse { PartialSuccess = reason is null ? null : new() { Rejected = count, ErrorMessage = reason } }.ToByteArray()
        : Json(count, reason);

    private ReadOnlyMemory<byte> Json(int count, string? reason)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body, JsonText.WriterOptions);
        writer.WriteStartObject();
        writer.WriteStartObject("partialSuccess"u8);
        if (reason is not null)
        {
            writer.WriteString(rejected, count.ToString(CultureInfo.InvariantCulture));
            writer.WriteString("errorMessage"u8, reason);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
