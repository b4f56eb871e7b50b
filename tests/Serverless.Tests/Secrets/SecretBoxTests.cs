using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Serverless.Secrets;
using Serverless.Tests.Settings;

namespace Serverless.Tests.Secrets;

/// <summary>Secrets that have to be known again: sealed and opened.</summary>
[Trait("Category", "Fast")]
public sealed class SecretBoxTests
{
    private const string Place = "apps/0123456789ab/trigger-github";
    private const string Secret = "It's a Secret to Everybody ✓";

    private static readonly string Old = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly string New = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void What_is_sealed_opens_and_shows_nothing()
    {
        var box = Box(New);

        var first = box.Seal(Secret, Place);
        var second = box.Seal(Secret, Place);

        Assert.Equal((Secret, Secret), (box.Open(first, Place), box.Open(second, Place)));
        Assert.NotEqual(first, second);
        Assert.Equal(-1, first.AsSpan().IndexOf("Secret"u8));
    }

    [Fact]
    public void It_opens_in_its_own_place_alone_and_not_once_a_byte_has_changed()
    {
        var box = Box(New);
        var kept = box.Seal(Secret, Place);

        Assert.Throws<FormatException>(() => box.Open(kept, "apps/0123456789ab/trigger-stripe"));
        for (var index = 0; index < kept.Length; index++)
        {
            var changed = (byte[])kept.Clone();
            changed[index] ^= 1;
            Assert.True(Record.Exception(() => box.Open(changed, Place)) is FormatException or SecretKeyException);
        }

        Assert.Throws<FormatException>(() => box.Open(kept[..20], Place));
        Assert.Throws<FormatException>(() => box.Open([], Place));
    }

    [Fact]
    public void The_previous_key_opens_and_what_it_sealed_is_sealed_anew()
    {
        var kept = Box(Old).Seal(Secret, Place);
        var both = Box(New, Old);

        Assert.Equal(Secret, both.Open(kept, Place));
        var renewed = both.Renew(kept, Place);
        Assert.Equal(Secret, Box(New).Open(renewed, Place));
        Assert.Same(renewed, both.Renew(renewed, Place));
        Assert.Equal(
            "The secret was kept under another key than those of the settings Secrets__Key and Secrets__PreviousKey",
            Assert.Throws<SecretKeyException>(() => Box(New).Open(kept, Place)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("@Microsoft.KeyVault(SecretUri=https://vault/secrets/SecretsKey)")]
    public void Without_a_key_nothing_is_sealed_and_the_setting_is_named(string? key)
    {
        var kept = Box(New).Seal(Secret, Place);

        Assert.Equal("Secrets cannot be kept: the setting Secrets__Key is not set", Assert.Throws<SecretKeyException>(() => Box(key).Seal(Secret, Place)).Message);
        Assert.Throws<SecretKeyException>(() => Box(key).Open(kept, Place));
        Assert.Throws<SecretKeyException>(() => Box(key).Renew(kept, Place));
    }

    [Theory]
    [InlineData("c2hvcnQ=", "", "Secrets__Key: must be the base64 of 32 bytes.")]
    [InlineData("not base64", "", "Secrets__Key: must be the base64 of 32 bytes.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAA", "Secrets__PreviousKey: must be the base64 of 32 bytes.")]
    [InlineData("", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "Secrets__PreviousKey: is of no use without Secrets__Key.")]
    public void Keys_that_are_none_are_refused(string key, string previous, string expected)
    {
        var failure = Assert.Throws<OptionsValidationException>(() => SettingsReader.Of(("Secrets:Key", key), ("Secrets:PreviousKey", previous)).Read<SecretOptions>());

        Assert.Equal(expected, failure.Message);
    }

    private static SecretBox Box(string? key, string? previous = null) => new(Options.Create(new SecretOptions { Key = key, PreviousKey = previous }));
}
