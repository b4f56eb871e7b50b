using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Serverless.Http;

namespace Serverless.Runs.Triggers;

/// <summary>What a sender sends: JSON, or the fields of a form.</summary>
internal static class SenderBody
{
    /// <summary>The media type of forms.</summary>
    public const string Form = "application/x-www-form-urlencoded";

    // The field in which GitHub sends its JSON when it is told to send forms.
    private const string Payload = "payload";

    /// <summary>Reads a body as it came: signatures are over its bytes.</summary>
    /// <exception cref="ApiException">413, or 415.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int maxBytes, CancellationToken cancellationToken)
    {
        using var bytes = await JsonBody.ReadBytesAsync(request, maxBytes, cancellationToken, RequestBody.Json, Form);
        return bytes.ToArray();
    }

    /// <summary>Parses a body. An empty one is an empty object, and so is a form without fields.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body. What of it is no Unicode is replaced where it stands.</param>
    /// <param name="isWrapped">Whether a form has a field that is all of it, in JSON.</param>
    /// <exception cref="ApiException">400: it is not what it says it is.</exception>
    public static JsonElement Parse(HttpRequest request, byte[] body, bool isWrapped)
    {
        if (!request.HasFormContentType)
        {
            return JsonBody.Parse(body);
        }

        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in new QueryStringEnumerable(Encoding.UTF8.GetString(body)))
        {
            fields[field.DecodeName().ToString()] = field.DecodeValue().ToString();
        }

        return isWrapped && fields.TryGetValue(Payload, out var json)
            ? JsonBody.Parse(Encoding.UTF8.GetBytes(json))
            : JsonSerializer.SerializeToElement(fields, TriggerJson.Default.DictionaryStringString);
    }
}
