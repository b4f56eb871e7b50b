using FsCheck;
using FsCheck.Fluent;
using Serverless.Outbound.Search;

namespace Serverless.Tests.Outbound.Search;

/// <summary>Whatever a provider sends as text leaves as text alone.</summary>
[Trait("Category", "Fast")]
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Plain text", "Plain text")]
    [InlineData("", "")]
    [InlineData("  a \t\r\n b  ", "a b")]
    [InlineData("<strong>Tea</strong>s", "Teas")]
    [InlineData("one<br>two<p>three</p>four", "one two three four")]
    [InlineData("It&#x27;s &quot;fine&quot; &amp; good&nbsp;so", "It's \"fine\" & good so")]
    [InlineData("a < b and 3 > 2", "a < b and 3 > 2")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;", "alert(1)")]
    [InlineData("<img src=x onerror=alert(1)>text", "text")]
    [InlineData("cut <a href=\"https://exam", "cut")]
    [InlineData("<!-- hidden -->shown", "shown")]
    [InlineData("nul\u0000bell\u0007esc\u001b", "nulbellesc")]
    [InlineData("&#0;&#7;x", "x")]
    [InlineData("invoice\u202excod.exe &#8238;x\u2069", "invoicexcod.exe x")]
    [InlineData("emoji 😀 stays", "emoji 😀 stays")]
    public void It_is_plain(string text, string expected) => Assert.Equal(expected, PlainText.Of(text, 100));

    [Theory]
    [InlineData("12345", 5, "12345")]
    [InlineData("123456", 5, "1234…")]
    [InlineData("123 56", 5, "123…")]
    [InlineData("123😀6", 5, "123…")]
    public void It_is_cut_at_a_character(string text, int maxLength, string expected) => Assert.Equal(expected, PlainText.Of(text, maxLength));

    [Fact]
    public void Half_a_character_is_none() => Assert.Equal("half goes", PlainText.Of("half \ud83d goes", 100));

    [Fact]
    public void Nothing_else_ever_comes_out() => Prop.ForAll<NonNull<string>, PositiveInt>((text, length) =>
    {
        var maxLength = length.Get + 1;
        var markup = text.Get.Replace('a', '<').Replace('b', '>').Replace('c', '&').Replace('d', '\u0001');
        var plain = PlainText.Of(markup, maxLength);
        return plain.Length <= maxLength
            && !plain.Any(char.IsControl)
            && plain.Trim() == plain
            && !plain.Contains("  ", StringComparison.Ordinal);
    }).QuickCheckThrowOnFailure();
}
