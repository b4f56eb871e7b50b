using Microsoft.Extensions.Options;
using Serverless.Http;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Http;

/// <summary>The setting that says which web pages may use the API.</summary>
[Trait("Category", "Fast")]
public sealed class CrossOriginOptionsTests
{
    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData(" , ", false)]
    [InlineData("*", true)]
    [InlineData("https://app.example.com", false, "https://app.example.com")]
    [InlineData("https://App.Example.com:443,http://localhost:5173 , *", true, "https://app.example.com", "http://localhost:5173")]
    [InlineData("http://localhost:80,http://[::1]:8080,http://127.0.0.1", false, "http://localhost", "http://[::1]:8080", "http://127.0.0.1")]
    [InlineData("https://bücher.example", false, "https://xn--bcher-kva.example")]
    public void Origins_are_named_as_browsers_write_them(string? setting, bool takesFromAll, params string[] named)
    {
        var options = SettingsReader.Of(("Cors:Origins", setting)).Read<CrossOriginOptions>();

        Assert.Equal(takesFromAll, options.TakesFromAll);
        Assert.Equal(named.Order(StringComparer.Ordinal), options.Named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("app.example.com")]
    [InlineData("https://app.example.com/")]
    [InlineData("https://app.example.com/console")]
    [InlineData("https://app.example.com?x=1")]
    [InlineData("https://app.example.com#x")]
    [InlineData("https://user@app.example.com")]
    [InlineData("ftp://app.example.com")]
    [InlineData("https://*.example.com")]
    [InlineData("null")]
    [InlineData("**")]
    public void What_is_no_origin_is_said_in_one_line(string entry)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => SettingsReader.Of(("Cors:Origins", $"https://app.example.com, {entry}")).Read<CrossOriginOptions>());

        Assert.Equal($"Cors__Origins: must be origins such as https://app.example.com, separated by commas, or *, not \"{entry}\".", failure.Message);
    }
}
