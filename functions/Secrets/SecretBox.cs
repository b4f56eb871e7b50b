using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace Serverless.Secrets;

/// <summary>
/// Seals secrets that have to be known again as they were, such as those that signatures are made with: AES-GCM under the key of a setting. What is
/// sealed says by which key, and opens only in the place that it was sealed for.
/// </summary>
public sealed class SecretBox(IOptions<SecretOptions> options)
{
    private const byte Version = 1;
    private const int KeyIdBytes = 4;
    private const int HeaderBytes = 1 + KeyIdBytes;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Overhead = HeaderBytes + NonceBytes + TagBytes;

    private readonly IReadOnlyList<SealingKey> _keys = [.. options.Value.Keys.Select(key => new SealingKey(IdOf(key), key))];

    /// <summary>Seals a secret.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="place">Where it is kept, such as the row of a table: moved to another place, it does not open.</param>
    /// <exception cref="SecretKeyException">There is no key to seal it with.</exception>
    public byte[] Seal(string secret, string place)
    {
        var key = _keys is [var current, ..] ? current : throw SecretKeyException.Unset();
        var plain = Encoding.UTF8.GetBytes(secret);
        var sealedSecret = new byte[Overhead + plain.Length];
        sealedSecret[0] = Version;
        key.Id.CopyTo(sealedSecret.AsSpan(1));
        RandomNumberGenerator.Fill(NonceOf(sealedSecret));
        using var cipher = new AesGcm(key.Bytes, TagBytes);
        cipher.Encrypt(NonceOf(sealedSecret), plain, sealedSecret.AsSpan(Overhead), TagOf(sealedSecret), BoundTo(sealedSecret, place));
        return sealedSecret;
    }

    /// <summary>Opens what was sealed.</summary>
    /// <param name="sealedSecret">What <see cref="Seal"/> has made.</param>
    /// <param name="place">Where it is kept.</param>
    /// <exception cref="SecretKeyException">The key it was sealed with is not there.</exception>
    /// <exception cref="FormatException">It is nothing that was sealed for this place.</exception>
    public string Open(byte[] sealedSecret, string place)
    {
        if (sealedSecret.Length < Overhead || sealedSecret[0] != Version)
        {
            throw new FormatException("The secret is none that was sealed.");
        }

        var key = _keys.FirstOrDefault(key => key.Id.AsSpan().SequenceEqual(sealedSecret.AsSpan(1, KeyIdBytes)))
            ?? throw (_keys.Count == 0 ? SecretKeyException.Unset() : SecretKeyException.Unknown());
        var plain = new byte[sealedSecret.Length - Overhead];
        using var cipher = new AesGcm(key.Bytes, TagBytes);
        try
        {
            cipher.Decrypt(NonceOf(sealedSecret), sealedSecret.AsSpan(Overhead), TagOf(sealedSecret), plain, BoundTo(sealedSecret, place));
        }
        catch (AuthenticationTagMismatchException broken)
        {
            throw new FormatException("The secret was not sealed for this place, or has changed since.", broken);
        }

        return Encoding.UTF8.GetString(plain);
    }

    /// <summary>Seals a secret anew if that was done with the previous key.</summary>
    /// <returns>What is to be kept: the same unless there is a reason for another.</returns>
    /// <exception cref="SecretKeyException">The key it was sealed with is not there.</exception>
    public byte[] Renew(byte[] sealedSecret, string place) =>
        _keys is [var current, ..] && current.Id.AsSpan().SequenceEqual(sealedSecret.AsSpan(1, KeyIdBytes)) ? sealedSecret : Seal(Open(sealedSecret, place), place);

    private static Span<byte> NonceOf(byte[] sealedSecret) => sealedSecret.AsSpan(HeaderBytes, NonceBytes);

    private static Span<byte> TagOf(byte[] sealedSecret) => sealedSecret.AsSpan(HeaderBytes + NonceBytes, TagBytes);

    private static byte[] BoundTo(byte[] sealedSecret, string place) => [.. sealedSecret.AsSpan(0, HeaderBytes), .. Encoding.UTF8.GetBytes(place)];

    // Of the key itself it says nothing.
    private static byte[] IdOf(byte[] key) => HMACSHA256.HashData(key, "key id"u8)[..KeyIdBytes];

    private sealed record SealingKey(byte[] Id, byte[] Bytes);
}

/// <summary>The key that a secret is sealed with is not there.</summary>
/// <param name="message">Which setting it is about; it may be shown to whoever needs the secret.</param>
public sealed class SecretKeyException(string message) : Exception(message)
{
    /// <summary>There is no key at all.</summary>
    internal static SecretKeyException Unset() => new($"Secrets cannot be kept: the setting {SecretOptions.KeySetting} is not set");

    /// <summary>It was sealed with a key that has gone.</summary>
    internal static SecretKeyException Unknown() => new($"The secret was kept under another key than those of the settings {SecretOptions.KeySetting} and {SecretOptions.PreviousKeySetting}");
}
