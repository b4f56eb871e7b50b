using System.Buffers;
using System.Text;
using Serverless.Redaction;

namespace Serverless.Tests.Redaction;

/// <summary>What is taken out of values, and what is not.</summary>
[Trait("Category", "Fast")]
public sealed class RedactorTests
{
    private static readonly RedactionRules All = new(Emails: true, Cards: true, Addresses: true, ["password", "SSN", "schlüssel"]);

    [Theory]
    [InlineData("bob@example.com", "[email]")]
    [InlineData("Mail to <Bob.O_x+tag%1-2@Sub-1.example.co.uk>, please", "Mail to <[email]>, please")]
    [InlineData("email=bob@example.com&x=1", "email=[email]&x=1")]
    [InlineData("jörg@müller.example, 用户@例子.测试", "[email], [email]")]
    [InlineData("Ask bob@example.com.", "Ask [email].")]
    [InlineData("bob@example.com.7 bob@xn--e1afmkfd.xn--p1ai", "[email].7 [email]")]
    [InlineData("a@b.co@c.de", "[email]@c.de")]
    [InlineData("@ @a a@ a@b a@b. a@b.c a@.com a@b..com pkg@1.2.3 @scope/pkg@1.0", "@ @a a@ a@b a@b. a@b.c a@.com a@b..com pkg@1.2.3 @scope/pkg@1.0")]
    public void Addresses_of_mail_are_taken_out(string text, string expected) => Expect(text, expected);

    [Theory]
    [InlineData("4111111111111111", "[card]")]
    [InlineData("Card 4111 1111 1111 1111 declined", "Card [card] declined")]
    [InlineData("card-4111-1111-1111-1111.", "card-4111-1111-1111-1111.")]
    [InlineData("(4111-1111-1111-1111)", "([card])")]
    [InlineData("card=5555555555554444, 378282246310005; 3782 822463 10005", "card=[card], [card]; [card]")]
    [InlineData("6011111111111117 3530111333300000 30569309025904 2223003122003222", "[card] [card] [card] [card]")]
    [InlineData("卡4111111111111111号", "卡[card]号")]
    [InlineData("4111111111111112 4111 1111 1111 1112", "4111111111111112 4111 1111 1111 1112")]
    [InlineData("1769437800000 1769437800000000 1769437800000000000", "1769437800000 1769437800000000 1769437800000000000")]
    [InlineData("x4111111111111111 4111111111111111x id_4111111111111111 0.4111111111111111 4111111111111111.5", "x4111111111111111 4111111111111111x id_4111111111111111 0.4111111111111111 4111111111111111.5")]
    [InlineData("4111 1111-1111 1111 41111111 11111111 4111  1111 1111 1111", "4111 1111-1111 1111 41111111 11111111 4111  1111 1111 1111")]
    [InlineData("41111111111111114111111111111111", "41111111111111114111111111111111")]
    public void Numbers_of_cards_are_taken_out(string text, string expected) => Expect(text, expected);

    [Theory]
    [InlineData("10.0.0.1", "[ip]")]
    [InlineData("from 192.168.1.254:8080, to http://8.8.8.8/x.", "from [ip]:8080, to http://[ip]/x.")]
    [InlineData("10.0.0.1-10.0.0.9 user@10.0.0.7 ip:10.1.2.3.", "[ip]-[ip] user@[ip] ip:[ip].")]
    [InlineData("v1.2.3.4 1.2.3 1.2.3.4.5 256.1.1.1 1.2.3.4a 1.2.3.1000", "v1.2.3.4 1.2.3 1.2.3.4.5 256.1.1.1 1.2.3.4a 1.2.3.1000")]
    [InlineData("Chrome/120.0.0.0 1.0.0.0 0.0.0.0", "Chrome/120.0.0.0 1.0.0.0 0.0.0.0")]
    [InlineData("::1", "[ip]")]
    [InlineData("[fe80::1]:443 fe80::1%eth0 2001:db8::/32", "[[ip]]:443 [ip]%eth0 [ip]/32")]
    [InlineData("2001:0db8:85a3:0000:0000:8a2e:0370:7334", "[ip]")]
    [InlineData("0:0:0:0:0:0:0:1 ::ffff:10.0.0.1 64:ff9b::192.0.2.33", "[ip] [ip] [ip]")]
    [InlineData("peer 2001:DB8::A: refused by fe80::2.", "peer [ip]: refused by [ip].")]
    [InlineData("at 10:30:00 2026-01-26T14:30:00.123Z 14:30:00.5", "at 10:30:00 2026-01-26T14:30:00.123Z 14:30:00.5")]
    [InlineData("std::vector a::b dead::beef Face::Bar id::bigint :: 1::", "std::vector a::b dead::beef Face::Bar id::bigint :: 1::")]
    [InlineData("00:1a:2b:3c:4d:5e 50:00:d3:10:00:5e:ed:01 a:b:c", "00:1a:2b:3c:4d:5e 50:00:d3:10:00:5e:ed:01 a:b:c")]
    [InlineData("AB:CD:EF:01:23:45:67:89:AB:CD 1:2:3:4:5:6:7:8:9 1::2::3", "AB:CD:EF:01:23:45:67:89:AB:CD 1:2:3:4:5:6:7:8:9 1::2::3")]
    public void Addresses_of_the_network_are_taken_out(string text, string expected) => Expect(text, expected);

    [Theory]
    [InlineData("550e8400-e29b-41d4-a716-446655440000")]
    [InlineData("41111111-1111-4111-8111-111111111111")]
    [InlineData("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("2026-01-26 14:30:00,123 [main] INFO took 1234.5 ms for 4000 of 5000 rows")]
    [InlineData("net10.0 1.2.3-beta.4+5 sha256:9f86d081884c7d659a2feaa0c55ad015")]
    public void Ids_times_and_versions_stay(string text) => Expect(text, text);

    [Theory]
    [InlineData("""{"a":"bob\u0040example.com"}""", """{"a":"[email]"}""")]
    [InlineData("""{"a":"x\n10.0.0.1\t\"y\"\u0001"}""", """{"a":"x\n[ip]\u0009\"y\"\u0001"}""")]
    [InlineData("""{"a":"\u0034111111111111111","b":"\ud83d\ude00 \\ 10.0.0.1"}""", """{"a":"[card]","b":"😀 \\ [ip]"}""")]
    [InlineData("""{"a":4111111111111111,"b":[1.5,-12,true,null,"::1"]}""", """{"a":"[card]","b":[1.5,-12,true,null,"[ip]"]}""")]
    [InlineData("""{"bob@example.com":{"10.0.0.1":1}}""", """{"[email]":{"[ip]":1}}""")]
    [InlineData("""{"Password":"x","a":[{"ssn":{"deep":[1,{}]},"b":1}],"password":null}""", """{"Password":"[redacted]","a":[{"ssn":"[redacted]","b":1}],"password":"[redacted]"}""")]
    [InlineData("""{"pass\u0077ord":1,"passwords":2,"SCHLÜSSEL":3,"schl\u00fcssel":[4]}""", """{"pass\u0077ord":"[redacted]","passwords":2,"SCHLÜSSEL":"[redacted]","schl\u00fcssel":"[redacted]"}""")]
    [InlineData("""{"a":"password","b":":","c":["\":","ssn"]}""", """{"a":"password","b":":","c":["\":","ssn"]}""")]
    public void Escapes_and_depth_are_no_way_around(string json, string expected) => ExpectJson(json, expected, NamedIn.Everything);

    [Fact]
    public void In_an_error_keys_are_looked_for_in_its_context_alone() => ExpectJson(
        """{"password":"x","stack_trace":["at 10.0.0.1"],"context":{"password":"x","context":{"ssn":1}},"other":{"context":{"ssn":1}}}""",
        """{"password":"x","stack_trace":["at [ip]"],"context":{"password":"[redacted]","context":{"ssn":"[redacted]"}},"other":{"context":{"ssn":1}}}""",
        NamedIn.Context);

    [Fact]
    public void What_is_not_asked_for_stays()
    {
        const string Json = """{"password":"bob@example.com 4111111111111111 10.0.0.1 ::1"}""";

        Assert.Null(Redact(Json, RedactionRules.None, NamedIn.Everything));
        Assert.Equal("""{"password":"[email] 4111111111111111 10.0.0.1 ::1"}""", Redact(Json, RedactionRules.None with { Emails = true }, NamedIn.Everything));
        Assert.Equal("""{"password":"bob@example.com [card] 10.0.0.1 ::1"}""", Redact(Json, RedactionRules.None with { Cards = true }, NamedIn.Everything));
        Assert.Equal("""{"password":"bob@example.com 4111111111111111 [ip] [ip]"}""", Redact(Json, RedactionRules.None with { Addresses = true }, NamedIn.Everything));
        Assert.Equal("""{"password":"[redacted]"}""", Redact(Json, RedactionRules.None with { Keys = ["PASSWORD"] }, NamedIn.Everything));
    }

    [Fact]
    public void Rules_are_read_as_they_were_written()
    {
        foreach (var rules in (RedactionRules[])[RedactionRules.None, All, new(false, true, false, []), new(false, false, false, ["a b", "é"])])
        {
            Assert.Equal(rules, RedactionRules.Parse(rules.ToText()));
        }

        Assert.Equal(new(true, true, false, ["a", "b"]), new RedactionRules(true, false, false, ["a"]).With(new(false, true, false, ["A", "b"])));
        Assert.True(RedactionRules.Parse("").IsEmpty);
    }

    /// <summary>A value as it is to be kept; null when it is so already.</summary>
    internal static string? Redact(string json, RedactionRules rules, NamedIn named)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("before"u8);
        return new Redactor(rules).TryRedact(Encoding.UTF8.GetBytes(json), named, output) ? Encoding.UTF8.GetString(output.WrittenSpan)["before".Length..] : null;
    }

    private static void Expect(string text, string expected)
    {
        foreach (var place in (string[])["{0}", " {0} ", "\u201c{0}\u201d"])
        {
            ExpectJson($"\"{string.Format(null, place, text)}\"", $"\"{string.Format(null, place, expected)}\"", NamedIn.Nothing);
        }
    }

    private static void ExpectJson(string json, string expected, NamedIn named)
    {
        Assert.Equal(expected, Redact(json, All, named) ?? json);
        Assert.Null(Redact(expected, All, named));
    }
}
