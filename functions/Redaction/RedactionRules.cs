namespace Serverless.Redaction;

/// <summary>What is taken out of records before they are stored. Nothing, unless somebody says so.</summary>
/// <param name="Emails">E-mail addresses.</param>
/// <param name="Cards">Numbers of payment cards.</param>
/// <param name="Addresses">IPv4 and IPv6 addresses.</param>
/// <param name="Keys">Names whose values are, in whatever case.</param>
public sealed record RedactionRules(bool Emails, bool Cards, bool Addresses, IReadOnlyList<string> Keys)
{
    /// <summary>The most keys.</summary>
    public const int MaxKeys = 100;

    /// <summary>The longest key, in characters of Unicode.</summary>
    public const int MaxKeyLength = 128;

    private const char Separator = '\n';
    private const string EmailsWord = "emails";
    private const string CardsWord = "cards";
    private const string AddressesWord = "addresses";

    /// <summary>Nothing is taken out.</summary>
    public static RedactionRules None { get; } = new(false, false, false, []);

    /// <summary>Whether nothing is taken out.</summary>
    public bool IsEmpty => !Emails && !Cards && !Addresses && Keys.Count == 0;

    /// <summary>Reads rules as <see cref="ToText"/> writes them.</summary>
    public static RedactionRules Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return None;
        }

        var lines = text.Split(Separator);
        var words = lines[0].Split(' ');
        return new(words.Contains(EmailsWord), words.Contains(CardsWord), words.Contains(AddressesWord), lines[1..]);
    }

    /// <summary>The rules as they are kept: what is taken out in the first line, and a key in each that follows. Empty when nothing is.</summary>
    public string ToText()
    {
        string?[] words = [Emails ? EmailsWord : null, Cards ? CardsWord : null, Addresses ? AddressesWord : null];
        return string.Join(Separator, [string.Join(' ', words.Where(word => word is not null)), .. Keys]);
    }

    /// <summary>Takes out what either of two rules does.</summary>
    public RedactionRules With(RedactionRules other) =>
        other.IsEmpty ? this
        : IsEmpty ? other
        : new(Emails || other.Emails, Cards || other.Cards, Addresses || other.Addresses, [.. Keys.Union(other.Keys, StringComparer.OrdinalIgnoreCase)]);

    /// <inheritdoc/>
    public bool Equals(RedactionRules? other) => other is not null && ToText() == other.ToText();

    /// <inheritdoc/>
    public override int GetHashCode() => ToText().GetHashCode(StringComparison.Ordinal);
}
