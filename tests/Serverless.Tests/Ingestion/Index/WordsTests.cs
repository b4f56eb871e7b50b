using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Ingestion.Index;

namespace Serverless.Tests.Ingestion.Index;

/// <summary>Words: whatever text contains another, it has the words that are whole in this; whatever the case of letters, and of whatever language.</summary>
[Trait("Category", "Fast")]
public sealed class WordsTests
{
    private static readonly long Field = Term.Field("message");

    private static readonly Gen<string> Text = Gen
        .Elements("a", "B", "z", "7", "_", " ", "-", ".", "ä", "Ä", "ß", "İ", "ı", "ſ", "K", "é", "e\u0301", "語", "😀", "𝒜", "\ud800", "\n", "Σ", "ς", "word", "Other", new string('x', 70))
        .ListOf()
        .Select(string.Concat);

    [Theory]
    [InlineData("Connection refused: db-7.internal", "connection|refused|db|internal")]
    [InlineData("user_id=42 x", "user_id|42")]
    [InlineData("Straße nach Köln", "STRAßE|NACH|köln")]
    [InlineData("", "")]
    [InlineData("a b c", "")]
    public void Words_are_letters_digits_and_underscores_of_two_and_more(string text, string words) =>
        Assert.Equal(
            words.Split('|', StringSplitOptions.RemoveEmptyEntries).SelectMany(word => Words.TermsOf(Field, word)).Order(),
            TermsOf(text));

    [Fact]
    public void Both_ways_to_read_a_text_find_the_same_words() =>
        Always.Holds(Text, text => Assert.Equal(Words.TermsOf(Field, Sent(text)).Order(), TermsOf(text)));

    [Fact]
    public void What_contains_a_text_has_its_closed_words() =>
        Always.Holds(Text.Three(), texts =>
        {
            var (before, text, after) = texts;
            Assert.Subset(TermsOf(before + Sent(text) + after).ToHashSet(), Words.ClosedTermsOf(Field, Sent(text)).ToHashSet());
            Assert.Subset(TermsOf($"{before} {Sent(text).ToUpperInvariant()} {after}").ToHashSet(), Words.TermsOf(Field, Sent(text)).ToHashSet());
        });

    [Fact]
    public void Letters_that_are_equal_whatever_their_case_are_the_same_in_words()
    {
        // All of the basic plane, by what the comparison of messages takes them for.
        var letters = Enumerable.Range(0, 0x10000).Where(value => !char.IsSurrogate((char)value)).Select(value => ((char)value).ToString()).ToList();
        foreach (var alike in letters.GroupBy(letter => letter, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
        {
            Assert.Single(alike.Select(letter => CultureInfo.InvariantCulture.TextInfo.ToUpper(letter)).Distinct(StringComparer.Ordinal));
            Assert.Single(alike.Select(letter => Words.IsWordCharacter(letter.EnumerateRunes().Single())).Distinct());
        }
    }

    // As texts are kept: half a character is none.
    private static string Sent(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static IOrderedEnumerable<ulong> TermsOf(string text)
    {
        using var terms = new TermSet();
        Words.AddTerms(Field, Encoding.UTF8.GetBytes(text), terms);
        return terms.ToSortedArray().Order();
    }
}
