using System.Globalization;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;

namespace Serverless.Webhooks.Messages;

/// <summary>The bodies of messages.</summary>
internal static class WebhookBody
{
    /// <summary>What endpoints get: what has happened, and when.</summary>
    public static ReadOnlyMemory<byte> Of(WebhookContent content) => JsonResponse.Body(
        new(content.Type, content.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture), new(content.Data)),
        WebhookBodyJson.Default.WebhookEnvelope);

    /// <summary>What an address gets that wants one message: what Lamina has always sent.</summary>
    public static ReadOnlyMemory<byte> Bare(WebhookContent content) => JsonResponse.Body(new(new RawJson(content.Data)), WebhookBodyJson.Default.AnsweredRawJson);
}

/// <summary>The body of a message to an endpoint.</summary>
internal sealed record WebhookEnvelope(string Type, string Timestamp, RawJson Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookEnvelope))]
[JsonSerializable(typeof(Answered<RawJson>))]
internal sealed partial class WebhookBodyJson : JsonSerializerContext;
