using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Serverless.Http;

namespace Serverless.Runs.Webhooks;

/// <summary>Gives out the public half of the key that signs webhooks, as a JSON Web Key Set (RFC 7517, RFC 8037).</summary>
public sealed class ReadSigningKey(SigningKeyStore keys)
{
    /// <summary><c>GET /v1/webhooks/signing-key</c>.</summary>
    public async Task HandleAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var key = await keys.GetAsync(cancellationToken);
        context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=3600";
        await JsonResponse.WriteAsync(context.Response, writer => Write(writer, key), cancellationToken);
    }

    private static void Write(Utf8JsonWriter writer, SigningKey key)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("keys");
        writer.WriteStartObject();
        writer.WriteString("kty", "OKP");
        writer.WriteString("crv", "Ed25519");
        writer.WriteString("x", key.PublicKey);
        writer.WriteString("kid", key.Id);
        writer.WriteString("use", "sig");
        writer.WriteString("alg", "EdDSA");
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
