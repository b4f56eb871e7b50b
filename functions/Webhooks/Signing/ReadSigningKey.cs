using System.ComponentModel;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Net.Http.Headers;
using Serverless.Http;

namespace Serverless.Webhooks.Signing;

/// <summary>Gives out the public half of the key that signs webhooks, as a JSON Web Key Set (RFC 7517, RFC 8037).</summary>
public sealed class ReadSigningKey(SurfaceEndpoint endpoint, SigningKeyStore keys)
{
    private static readonly Answer<KeySet> Found = Answer.Json(200, "A JSON Web Key Set: the key of now, and while there is one, that of before.", KeySetJson.Default.KeySet) with
    {
        Headers = [new TextField(HeaderNames.CacheControl, "For how long it may be kept: an hour.")],
    };

    private static readonly ApiOperation Operation = new(nameof(ReadSigningKey), "Gives the public key that webhooks are signed with")
    {
        Description = "Anybody may ask for it. `X-Lamina-Webhook-Signature` is the hexadecimal Ed25519 signature of `<timestamp>.<body>`, and the `v1a` of `webhook-signature` that of the Standard Webhooks specification. `X-Lamina-Webhook-Key-Id` says with which key, by its `kid`.",
        Answers = [Found],
    };

    /// <summary><c>GET /v1/webhooks/signing-key</c>: what receivers check signatures with, open to anybody.</summary>
    [Function(nameof(ReadSigningKey))]
    public Task RunAsync([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "v1/webhooks/signing-key")] HttpRequest request) =>
        endpoint.ServeAsync(request, Operation, async (context, cancellationToken) =>
        {
            var key = await keys.GetAsync(cancellationToken);
            context.Response.Headers[HeaderNames.CacheControl] = "public, max-age=3600";
            await Found.WriteAsync(context, new([.. new[] { key, keys.Previous }.OfType<SigningKey>().Select(WebKey.Of)]), cancellationToken);
        });
}

/// <summary>A JSON Web Key Set.</summary>
internal sealed record KeySet([property: Description("The keys.")] IReadOnlyList<WebKey> Keys);

/// <summary>A JSON Web Key.</summary>
internal sealed record WebKey(
    [property: Description("The family of the key: `OKP`.")] string Kty,
    [property: Description("The curve: `Ed25519`.")] string Crv,
    [property: Description("The public key, in base64url.")] string X,
    [property: Description("The name of the key among others.")] string Kid,
    [property: Description("What it is for: `sig`, signatures.")] string Use,
    [property: Description("The algorithm: `EdDSA`.")] string Alg)
{
    /// <summary>What is said of a key.</summary>
    public static WebKey Of(SigningKey key) => new("OKP", "Ed25519", key.PublicKey, key.Id, "sig", "EdDSA");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeySet))]
internal sealed partial class KeySetJson : JsonSerializerContext;
