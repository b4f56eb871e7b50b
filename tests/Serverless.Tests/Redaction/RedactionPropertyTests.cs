using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Redaction;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Redaction;

/// <summary>Redaction against expressions that say the same slowly.</summary>
[Trait("Category", "Fast")]
public sealed partial class RedactionPropertyTests
{
    private const string Begins = "(?<![A-Za-z0-9_])(?<![0-9]\\.)";
    private const string Ends = "(?![A-Za-z0-9_])(?!\\.[0-9])";
    private const int PatienceMilliseconds = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(PatienceMilliseconds);

    private static readonly Gen<string> Text = Gen
        .Elements(
            "4111", "1111", "4111111111111111", "378282246310005", "5555 5555 5555 4444", "6011-1111-1111-1117", "1111 1111", "822463", "10005", "12", "123", " ", "-", ".", "@",
            "a", "bob", "example", "com", "x1", "10.0.0.1", "1", "255", "256", "0", "0.0.0", ":", "_", "é", "\u0301", "語", "“", "\n", "\"", "\\", "%", "+")
        .ListOf()
        .Select(string.Concat);

    [Fact]
    public void Mail_is_what_an_expression_finds() => ExpectSame(RedactionRules.None with { Emails = true }, text => Mail().Replace(text, "[email]"));

    [Fact]
    public void Cards_are_what_expressions_find() => ExpectSame(RedactionRules.None with { Cards = true }, ReplaceCards);

    [Fact]
    public void IPv4_addresses_are_what_an_expression_finds() => Always.Holds(Text.Where(text => !text.Contains(':', StringComparison.Ordinal)), text =>
        Assert.Equal(UntilStable(text, one => IPv4().Replace(one, "[ip]")), Redacted(text, RedactionRules.None with { Addresses = true })));

    [Fact]
    public void Every_IPv6_address_is_found_however_it_is_written() => Always.Holds(Gen.Choose(0, 0xFFFF).ArrayOf(8), groups =>
    {
        var bytes = groups.SelectMany(group => (byte[])[(byte)(group >> 8), (byte)group]).ToArray();
        string[] forms = [new IPAddress(bytes).ToString(), string.Join(':', groups.Select(group => $"{group:x4}")), string.Join(':', groups.Select(group => $"{group:X}"))];
        foreach (var form in forms)
        {
            Assert.Equal("from [ip]: (port 1)", Redacted($"from {form}: (port 1)", RedactionRules.None with { Addresses = true }));
        }
    });

    [Fact]
    public void To_redact_twice_changes_nothing() => Always.Holds(Text, text =>
    {
        var once = Redacted(text, new(true, true, true, ["a"]));

        Assert.Equal(once, Redacted(once, new(true, true, true, ["a"])));
    });

    private static void ExpectSame(RedactionRules rules, Func<string, string> reference) =>
        Always.Holds(Text, text => Assert.Equal(UntilStable(text, reference), Redacted(text, rules)));

    private static string Redacted(string text, RedactionRules rules)
    {
        var json = JsonSerializer.Serialize(text);
        return JsonSerializer.Deserialize<string>(RedactorTests.Redact(json, rules, NamedIn.Nothing) ?? json)!;
    }

    private static string UntilStable(string text, Func<string, string> replace)
    {
        for (var next = replace(text); next != text; next = replace(text))
        {
            text = next;
        }

        return text;
    }

    // The longest number at the first place that has one.
    private static string ReplaceCards(string text)
    {
        for (var start = 0; start < text.Length; start++)
        {
            var longest = CardForms().Select(form => form.Match(text, start)).Where(match => match.Success && match.Index == start && IsCard(match.Value)).MaxBy(match => match.Length);
            if (longest is not null)
            {
                return string.Concat(text.AsSpan(0, start), "[card]", ReplaceCards(text[(start + longest.Length)..]));
            }
        }

        return text;
    }

    private static IEnumerable<Regex> CardForms() =>
    [
        new(Begins + "[0-9]{13,19}" + Ends, RegexOptions.None, Patience),
        .. Enumerable.Range(1, 5).SelectMany(count => (Regex[])
        [
            new($"{Begins}[0-9]{{4}}( [0-9]{{3,6}}(?![0-9])){{{count}}}{Ends}", RegexOptions.None, Patience),
            new($"{Begins}(?<![A-Za-z0-9_]-)[0-9]{{4}}(-[0-9]{{3,6}}(?![0-9])){{{count}}}{Ends}(?!-[A-Za-z0-9_])", RegexOptions.None, Patience),
        ]),
    ];

    private static bool IsCard(string text)
    {
        var digits = text.Where(char.IsAsciiDigit).Select(digit => digit - '0').Reverse().ToList();
        var sum = digits.Select((digit, place) => place % 2 == 0 ? digit : digit * 2 > 9 ? (digit * 2) - 9 : digit * 2).Sum();
        return sum % 10 == 0 && Issued().IsMatch(string.Concat(text.Where(char.IsAsciiDigit)));
    }

    [GeneratedRegex(@"[\p{L}\p{Nd}\p{Mn}\p{Mc}._%+-]+@(?:[\p{L}\p{Nd}\p{Mn}\p{Mc}-]*[\p{L}\p{Nd}\p{Mn}\p{Mc}]\.)+[\p{L}\p{Mn}\p{Mc}][\p{L}\p{Nd}\p{Mn}\p{Mc}-]*[\p{L}\p{Nd}\p{Mn}\p{Mc}]", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex Mail();

    [GeneratedRegex(@"(?<![A-Za-z0-9_])(?<![A-Za-z0-9_]\.)(?![0-9]+\.0+\.0+\.0+(?![0-9]))(?:(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])(?![A-Za-z0-9_])(?!\.[0-9])", RegexOptions.None, PatienceMilliseconds)]
    private static partial Regex IPv4();

    [GeneratedRegex(
        "^(?:4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})|5[1-5][0-9]{14}|(?:222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}|3[47][0-9]{13}|(?:30[0-5][0-9]|3095|36[0-9]{2}|3[89][0-9]{2})[0-9]{10,15}"
        + "|35(?:2[89]|[3-8][0-9])[0-9]{12,15}|(?:6011|62[0-9]{2}|64[4-9][0-9]|65[0-9]{2})[0-9]{12,15}|(?:5018|5020|5038|5893|6304|6759|676[1-3])[0-9]{9,15})$",
        RegexOptions.None,
        PatienceMilliseconds)]
    private static partial Regex Issued();
}
