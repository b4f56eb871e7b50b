using System.Buffers.Binary;
using System.Net;
using FsCheck.Fluent;
using Serverless.Outbound;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Outbound;

/// <summary>URLs that users name, in every spelling.</summary>
[Trait("Category", "Fast")]
public sealed class OutboundUrlTests
{
    private const string NotAbsolute = "must be an absolute http or https URL";
    private const string NotPublic = "must lead to a public address";
    private const string NoHost = "must have the name of a host, or its address in the usual form";
    private const string WhiteSpace = "must not contain white space";
    private const string NotAscii = "must have a host in ASCII: an international name begins with xn--";

    // The private and local networks, written down here once more: first address, number of fixed bits.
    private static readonly (string First, int Bits)[] NotPublicNetworks =
        [("0.0.0.0", 8), ("10.0.0.0", 8), ("100.64.0.0", 10), ("127.0.0.0", 8), ("169.254.0.0", 16), ("172.16.0.0", 12), ("192.168.0.0", 16), ("198.18.0.0", 15), ("224.0.0.0", 3)];

    [Theory]
    [InlineData("https://example.com", "https://example.com/")]
    [InlineData("http://example.com:8080/a?b=c#d", "http://example.com:8080/a?b=c#d")]
    [InlineData("HTTPS://EXAMPLE.COM:443/", "https://example.com/")]
    [InlineData("https://example.com./", "https://example.com./")]
    [InlineData("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/")]
    [InlineData("https://my_host.example/", "https://my_host.example/")]
    [InlineData("https://127.0.0.1.nip.io/", "https://127.0.0.1.nip.io/")]
    [InlineData("http://8.8.8.8/", "http://8.8.8.8/")]
    [InlineData("http://134744072/", "http://8.8.8.8/")]
    [InlineData("http://[2606:4700:4700::1111]:65535/", "http://[2606:4700:4700::1111]:65535/")]
    [InlineData("https://example.com/%0d%0a?q=ü", "https://example.com/%0d%0a?q=%C3%BC")]
    public void What_may_be_called_is_read(string text, string url)
    {
        Assert.True(OutboundUrl.TryParse(text, Rules(), out var parsed, out var refusal), refusal);
        Assert.Equal(url, parsed.AbsoluteUri);
    }

    [Theory]
    [InlineData("", NotAbsolute)]
    [InlineData("example.com", NotAbsolute)]
    [InlineData("/hook", NotAbsolute)]
    [InlineData("//example.com/", NotAbsolute)]
    [InlineData("http:", NotAbsolute)]
    [InlineData("http://", NotAbsolute)]
    [InlineData("http:///hook", NotAbsolute)]
    [InlineData("http:/example.com", NotAbsolute)]
    [InlineData("ftp://example.com/", NotAbsolute)]
    [InlineData("file:///etc/passwd", NotAbsolute)]
    [InlineData("gopher://example.com/", NotAbsolute)]
    [InlineData("ws://example.com/", NotAbsolute)]
    [InlineData("javascript:alert(1)", NotAbsolute)]
    [InlineData("data:text/plain,x", NotAbsolute)]
    [InlineData("http://exa mple.com/", NotAbsolute)]
    [InlineData("http://a..b/", NotAbsolute)]
    [InlineData("http://example.com\\@127.0.0.1/", NotAbsolute)]
    [InlineData("http:\\\\127.0.0.1\\", NotAbsolute)]
    [InlineData("http://127%2e0.0.1/", NotAbsolute)]
    [InlineData("http://%31%32%37.0.0.1/", NotAbsolute)]
    [InlineData("http://example.com:65536/", NotAbsolute)]
    [InlineData("http://example.com:-1/", NotAbsolute)]
    [InlineData("http://example.com:port/", NotAbsolute)]
    [InlineData("http://[::1/", NotAbsolute)]
    [InlineData("http://example.com:0/", "must have a port from 1 to 65535")]
    [InlineData(" http://example.com/", WhiteSpace)]
    [InlineData("http://example.com/\n", WhiteSpace)]
    [InlineData("http://example.com/a b", WhiteSpace)]
    [InlineData("http://example.com/\u2028", WhiteSpace)]
    [InlineData("http://example.com/\u0000", WhiteSpace)]
    [InlineData("http://user:password@example.com/", "must not contain credentials")]
    [InlineData("http://user@example.com/", "must not contain credentials")]
    [InlineData("http://:@example.com/", "must not contain credentials")]
    [InlineData("http://example.com@127.0.0.1/", "must not contain credentials")]
    [InlineData("http://bücher.example/", NotAscii)]
    [InlineData("http://１２７.０.０.１/", NotAscii)]
    [InlineData("http://127。0。0。1/", NotAscii)]
    [InlineData("http://①②⑦.⓪.⓪.①/", NotAscii)]
    [InlineData("http://127.0.0.1\u00AD/", NotAscii)]
    [InlineData("http://ⅼocalhost/", NotAscii)]
    [InlineData("http://4294967296/", NoHost)]
    [InlineData("http://0x100000000/", NoHost)]
    [InlineData("http://256.1.1.1/", NoHost)]
    [InlineData("http://1.2.3.4.5/", NoHost)]
    [InlineData("http://127.0.0.1./", NoHost)]
    [InlineData("http://08.8.8.8/", NoHost)]
    [InlineData("http://127.0.0.0x/", NoHost)]
    [InlineData("http://-example.com/", NoHost)]
    [InlineData("http://localhost.1/", NoHost)]
    [InlineData("http://127.0.0.1/", NotPublic)]
    [InlineData("http://127.1/", NotPublic)]
    [InlineData("http://2130706433/", NotPublic)]
    [InlineData("http://0x7f000001/", NotPublic)]
    [InlineData("http://0x7F.0X0.0x0.1/", NotPublic)]
    [InlineData("http://017700000001/", NotPublic)]
    [InlineData("http://0177.0.0.01/", NotPublic)]
    [InlineData("http://0/", NotPublic)]
    [InlineData("http://169.254.169.254/latest/meta-data", NotPublic)]
    [InlineData("http://168.63.129.16/", NotPublic)]
    [InlineData("http://[::]/", NotPublic)]
    [InlineData("http://[::1]/", NotPublic)]
    [InlineData("http://[0:0:0:0:0:0:0:1]/", NotPublic)]
    [InlineData("http://[::ffff:127.0.0.1]/", NotPublic)]
    [InlineData("http://[::ffff:7f00:1]/", NotPublic)]
    [InlineData("http://[::127.0.0.1]/", NotPublic)]
    [InlineData("http://[64:ff9b::10.0.0.1]/", NotPublic)]
    [InlineData("http://[fe80::1%25eth0]/", NotPublic)]
    [InlineData("http://[fe80::1%eth0]/", NotPublic)]
    [InlineData("http://[2606:4700:4700::1111%251]/", NotPublic)]
    [InlineData("http://[fd00:ec2::254]/", NotPublic)]
    public void What_may_not_be_called_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(OutboundUrl.TryParse(text, Rules(), out _, out var refusal));
        Assert.Equal(reason, refusal);
    }

    [Fact]
    public void A_URL_is_as_long_as_it_may_be_and_no_longer()
    {
        var longest = "https://example.com/".PadRight(2048, 'x');

        Assert.True(OutboundUrl.TryParse(longest, Rules(), out _, out _));
        Assert.False(OutboundUrl.TryParse(longest + "x", Rules(), out _, out var refusal));
        Assert.Equal("must not be longer than 2048 characters", refusal);
    }

    [Theory]
    [InlineData(63, 1, true)]
    [InlineData(64, 1, false)]
    [InlineData(63, 3, true)]
    [InlineData(63, 4, false)]
    [InlineData(59, 4, true)]
    [InlineData(1, 127, true)]
    [InlineData(1, 128, false)]
    [InlineData(300, 1, false)]
    public void A_host_is_a_name_that_there_can_be(int labelLength, int labels, bool mayBe)
    {
        var host = string.Join('.', Enumerable.Repeat(new string('a', labelLength), labels));

        Assert.All([$"http://{host}/", $"http://{host}.:8080/x"], text =>
        {
            Assert.Equal(mayBe, OutboundUrl.TryParse(text, Rules(), out _, out var refusal));
            Assert.Equal(mayBe, refusal is null);
        });
    }

    [Theory]
    [InlineData("http://a..b/")]
    [InlineData("http://.a/")]
    [InlineData("http://a../")]
    [InlineData("http://./")]
    [InlineData("http://../")]
    [InlineData("http://xn--/")]
    [InlineData("http://xn--a.xn--zzzzzzzzzzzz99999/")]
    [InlineData("http://\u0000/")]
    [InlineData("http://a\u00ADb/")]
    [InlineData("http://\ud800/")]
    [InlineData("http://\u200d/")]
    [InlineData("http://a%2fb/")]
    [InlineData("http://a%00b/")]
    [InlineData("http://%/")]
    [InlineData("http://_/")]
    [InlineData("http://a_b/")]
    [InlineData("http://-/")]
    [InlineData("http://a-/")]
    [InlineData("http://[::1%]/")]
    [InlineData("http://[::1%25]/")]
    [InlineData("http://[fe80::1%25aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]/")]
    [InlineData("http://[]/")]
    [InlineData("http://[v1.x]/")]
    [InlineData("http://a:00000000000000000000080/")]
    [InlineData("http://a:99999999999999999999/")]
    [InlineData("http://a:/")]
    [InlineData("http://a\\b/")]
    [InlineData("http:\\\\a\\b")]
    [InlineData("http://a\tb/")]
    [InlineData("http://*/")]
    [InlineData("http://a,b/")]
    [InlineData("http://a;b/")]
    [InlineData("http://(a)/")]
    [InlineData("http://a'b/")]
    public async Task Whatever_a_host_is_it_is_admitted_or_refused(string text)
    {
        using var outgoing = new Outgoing();

        var failure = await Record.ExceptionAsync(() => outgoing.Guard.AdmitAsync(text, CancellationToken.None));

        Assert.True(failure is null or OutboundRefusedException, failure?.ToString());
    }

    [Fact]
    public void The_setting_for_development_lets_loopback_through_in_every_usual_spelling()
    {
        Assert.All(
            ["http://127.0.0.1:7071/", "http://127.1/", "http://[::1]/", "http://localhost/"],
            text => Assert.True(OutboundUrl.TryParse(text, Rules(allowLoopback: true), out _, out _), text));
        Assert.All(
            ["http://10.0.0.1/", "http://0.0.0.0/", "http://169.254.169.254/"],
            text => Assert.False(OutboundUrl.TryParse(text, Rules(allowLoopback: true), out _, out _), text));
    }

    [Fact]
    public void No_private_address_comes_through_in_any_spelling() => Always.Holds(
        from network in Gen.Elements(NotPublicNetworks)
        from host in Gen.Choose(int.MinValue, int.MaxValue)
        select FirstOf(network.First) | ((uint)host & (uint.MaxValue >> network.Bits)),
        address => Assert.All(
            Spellings(address),
            text => Assert.False(OutboundUrl.TryParse(text, Rules(), out var url, out _), $"{text} is {url}")));

    [Fact]
    public void Any_address_means_the_same_in_any_spelling() => Always.Holds(
        from number in Gen.Choose(int.MinValue, int.MaxValue)
        select (uint)number,
        number =>
        {
            var address = new IPAddress(BinaryPrimitives.ReverseEndianness(number));
            foreach (var text in Spellings(number))
            {
                if (OutboundUrl.TryParse(text, Rules(), out var url, out _))
                {
                    Assert.True(AddressRules.IsPublic(address), text);
                    var literal = IPAddress.Parse(url.DnsSafeHost);
                    Assert.Equal(address.GetAddressBytes(), literal.GetAddressBytes()[^4..]);
                }
            }

            Assert.All(
                [$"http://{address}/", $"http://{number}/", $"http://0x{number:x}/", $"http://[::ffff:{address}]/"],
                text => Assert.Equal(AddressRules.IsPublic(address), OutboundUrl.TryParse(text, Rules(), out _, out _)));
        });

    private static AddressRules Rules(bool allowLoopback = false) => Outgoing.RulesWith(allowLoopback);

    private static uint FirstOf(string address) => BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static IEnumerable<string> Spellings(uint address)
    {
        var (a, b, c, d) = (address >> 24, (address >> 16) & 255, (address >> 8) & 255, address & 255);
        var dotted = $"{a}.{b}.{c}.{d}";
        var pair = $"{address >> 16:x}:{address & 0xFFFF:x}";
        string[] hosts =
        [
            dotted,
            $"{address}",
            $"0x{address:x}",
            $"0X{address:X8}",
            $"0x00{address:x8}",
            $"0{Convert.ToString(address, 8)}",
            $"{a}.{address & 0xFFFFFF}",
            $"{a}.{b}.{address & 0xFFFF}",
            $"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
            $"0{Convert.ToString(a, 8)}.0{Convert.ToString(b, 8)}.0{Convert.ToString(c, 8)}.0{Convert.ToString(d, 8)}",
            $"0{Convert.ToString(a, 8)}.0x{b:x}.{address & 0xFFFF}",
            $"{dotted}.",
            $"{address}.",
            dotted.Replace('.', '。'),
            string.Concat(dotted.Select(character => character == '.' ? '.' : (char)(character - '0' + '０'))),
            string.Concat(dotted.Select(character => $"%{(int)character:x2}")),
            $"[::ffff:{dotted}]",
            $"[::ffff:{pair}]",
            $"[0:0:0:0:0:FFFF:{pair}]",
            $"[::ffff:{dotted}%251]",
            $"[::ffff:0:{dotted}]",
            $"[::{dotted}]",
            $"[64:ff9b::{dotted}]",
            $"[64:ff9b::{pair}]",
            $"[64:ff9b:1::{dotted}]",
            $"[2002:{pair}::1]",
            $"[2001:0:{pair}::1]",
            $"[2001:0:808:808:0:0:{~address >> 16:x}:{~address & 0xFFFF:x}]",
            $"[2606:4700:4700::5efe:{dotted}]",
            $"[2606:4700:4700::200:5efe:{dotted}]",
            $"[fe80::5efe:{dotted}]",
            $"user@{dotted}",
            $"example.com:80@{dotted}",
        ];
        return hosts.SelectMany(host => new[] { $"http://{host}/", $"https://{host}:8443/a?b" });
    }
}
