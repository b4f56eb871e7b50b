using System.Buffers.Text;
using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;

namespace Serverless.Webhooks.Signing;

/// <summary>An Ed25519 key pair (RFC 8032) that signs webhooks.</summary>
public sealed class SigningKey
{
    /// <summary>The length of the seed that a key pair is made from, in bytes.</summary>
    public const int SeedBytes = 32;

    private const int IdBytes = 8;

    private readonly Ed25519PrivateKeyParameters _private;

    /// <summary>The key pair of a seed.</summary>
    /// <param name="seed"><see cref="SeedBytes"/> secret bytes.</param>
    public SigningKey(byte[] seed)
    {
        _private = new(seed, 0);
        var publicKey = _private.GeneratePublicKey().GetEncoded();
        PublicKey = Base64Url.EncodeToString(publicKey);
        Id = Base64Url.EncodeToString(SHA256.HashData(publicKey).AsSpan(0, IdBytes));
    }

    /// <summary>The public key in base64url.</summary>
    public string PublicKey { get; }

    /// <summary>The name of the key among others: base64url of the beginning of the public key's SHA-256.</summary>
    public string Id { get; }

    /// <summary>Signs a message.</summary>
    /// <returns>64 bytes.</returns>
    public byte[] Sign(byte[] message)
    {
        var signer = new Ed25519Signer();
        signer.Init(forSigning: true, _private);
        signer.BlockUpdate(message, 0, message.Length);
        return signer.GenerateSignature();
    }
}
