using System.Globalization;
using Serverless.Outbound.Search;

namespace Serverless.Tests.Outbound.Search;

/// <summary>What of the pages that a provider reports is shown.</summary>
[Trait("Category", "Fast")]
public sealed class FoundPageTests
{
    [Theory]
    [InlineData("https://example.com/a", true)]
    [InlineData("HTTP://EXAMPLE.COM", true)]
    [InlineData(" https://example.com ", true)]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("/relative", false)]
    [InlineData("//example.com", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("ftp://example.com/", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("https://bank.example@evil.example/", false)]
    [InlineData("https://", false)]
    [InlineData("https://exa mple.com", false)]
    public void Only_addresses_on_the_web_are_shown(string? url, bool isShown) =>
        Assert.Equal(isShown, FoundPage.Clean([new("Title", url, "Snippet", null)], 10).Count == 1);

    [Fact]
    public void An_address_is_shown_once_the_first_time()
    {
        string[] urls = ["https://example.com/a", "https://example.com/b", "https://EXAMPLE.com/a", "https://example.com/a#part", "https://example.com/a?x"];

        var results = FoundPage.Clean(urls.Select((url, index) => new FoundPage($"{index}", url, null, null)), 10);

        Assert.Equal(["0", "1", "4"], results.Select(result => result.Title));
    }

    [Fact]
    public void Lengths_are_bounded()
    {
        var result = Assert.Single(FoundPage.Clean([new(new string('t', 5000), "https://example.com/", new string('s', 5000), null)], 10));

        Assert.Equal((300, 1000), (result.Title.Length, result.Snippet.Length));
        Assert.Empty(FoundPage.Clean([new("Title", $"https://example.com/{new string('u', 2048)}", null, null)], 10));
    }

    [Fact]
    public void A_page_without_a_title_has_that_of_its_host() =>
        Assert.Equal("example.com", Assert.Single(FoundPage.Clean([new(" <b></b> ", "https://example.com/a", null, null)], 10)).Title);

    [Theory]
    [InlineData("2025-01-15", "2025-01-15T00:00:00Z")]
    [InlineData("2025-01-15T08:30:00", "2025-01-15T08:30:00Z")]
    [InlineData("2025-01-15T08:30:00+02:00", "2025-01-15T06:30:00Z")]
    [InlineData("3 days ago", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_time_is_one_or_none(string? text, string? expected) => Assert.Equal(
        expected,
        Assert.Single(FoundPage.Clean([new("Title", "https://example.com/", null, text)], 10)).PublishedAt?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
}
