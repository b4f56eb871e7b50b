using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Tenancy;

/// <summary>
/// A key as its holder sends it: a surface's prefix, 12 hexadecimal digits that name the account, 8 that name the key and
/// 28 (112 bits) that are secret. Because the text says where its row is, finding a key takes one point read.
/// </summary>
public sealed record ApiKey
{
    private const int AccountLength = 12;
    private const int IdLength = 8;
    private const int SecretLength = 28;
    private const int Length = AccountLength + IdLength + SecretLength;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private ApiKey(string text, string prefix)
    {
        _text = text;
        Account = text.Substring(prefix.Length, AccountLength);
        Id = text.Substring(prefix.Length + AccountLength, IdLength);
        Row = TenantRows.Credential(prefix, Id);
    }

    /// <summary>The account that owns the key: its partition in the tenants table.</summary>
    public string Account { get; }

    /// <summary>Which of the account's keys this is. Not secret: it may be listed and logged.</summary>
    public string Id { get; }

    /// <summary>Its row there.</summary>
    public string Row { get; private init; }

    /// <summary>The same session with the row that the version before gave it; null for what is no session, or is that already.</summary>
    public ApiKey? Former => Row == TenantRows.Key(Id) ? null : this with { Row = TenantRows.Key(Id) };

    /// <summary>The key's text, to be shown once to its owner.</summary>
    public string Reveal() => _text;

    /// <summary>What is stored of the key: the SHA-256 of its whole text.</summary>
    public byte[] Hash() => SHA256.HashData(Encoding.UTF8.GetBytes(_text));

    /// <summary>Reads a key; null when the text is not one of this surface's.</summary>
    /// <param name="text">What the caller sent.</param>
    /// <param name="prefix">The surface's prefix, such as <c>ll_</c>.</param>
    public static ApiKey? Parse(string? text, string prefix) =>
        text is not null
        && text.Length == prefix.Length + Length
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && !text.AsSpan(prefix.Length).ContainsAnyExcept(Digits)
            ? new ApiKey(text, prefix)
            : null;

    /// <summary>Makes a new key of an account.</summary>
    public static ApiKey Create(string prefix, string account) =>
        new(prefix + account + RandomNumberGenerator.GetHexString(IdLength + SecretLength, lowercase: true), prefix);

    /// <summary>Never the secret, whoever logs it.</summary>
    public override string ToString() => $"{Account}/{Id}";
}
