using FsCheck;
using FsCheck.Fluent;
using Serverless.Tests.Ingestion;
using Serverless.Texts;

namespace Serverless.Tests.Texts;

/// <summary>How long a text is, compared with what the framework says are its characters.</summary>
[Trait("Category", "Fast")]
public sealed class CharactersTests
{
    private static readonly Gen<string> TextGen = Gen.Elements("a", "é", "e\u0301", "大", "😀", "🇩🇪", "👩‍👩‍👧", "\ud83d", "\ude00").ArrayOf().Select(string.Concat);

    [Fact]
    public void A_text_exceeds_a_limit_when_it_has_more_characters() => Always.Holds(
        Gen.Zip(TextGen, Gen.Choose(0, 12)),
        static given => Assert.Equal(given.Item1.EnumerateRunes().Count() > given.Item2, Characters.Exceed(given.Item1, given.Item2)),
        count: 3_000);

    [Fact]
    public void The_beginning_of_a_text_is_its_first_characters_whole() => Always.Holds(
        Gen.Zip(TextGen, Gen.Choose(0, 12)),
        static given =>
        {
            var beginning = Characters.Beginning(given.Item1, given.Item2);

            Assert.StartsWith(beginning, given.Item1, StringComparison.Ordinal);
            Assert.Equal(given.Item1.EnumerateRunes().Take(given.Item2), beginning.EnumerateRunes());
        },
        count: 3_000);

    [Fact]
    public void Emoji_are_one_character_each()
    {
        var emoji = string.Concat(Enumerable.Repeat("😀", 251));

        Assert.False(Characters.Exceed(emoji, 251));
        Assert.True(Characters.Exceed(emoji, 250));
        Assert.Equal(emoji[..^2], Characters.Beginning(emoji, 250));
    }
}
