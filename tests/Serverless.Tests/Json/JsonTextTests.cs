using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Json;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Json;

/// <summary>What is told of strings without unescaping them, compared with what the framework's own strings say.</summary>
[Trait("Category", "Fast")]
public sealed class JsonTextTests
{
    private static readonly Gen<string> Escaped = Gen.Elements(
            "a", "é", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d", "\\uD83D", "\\udbff", "\\ude00", "\\uDFFF", "\\udc00", "u", "d83d")
        .ArrayOf()
        .Select(string.Concat);

    [Fact]
    public void Every_half_of_a_surrogate_pair_becomes_the_replacement_character_and_nothing_else_changes() => Always.Holds(
        Escaped,
        static text => Assert.Equal(Unescape(text), Read(MendedText(text))),
        count: 3_000);

    [Fact]
    public void What_is_mended_in_pieces_is_mended_as_a_whole() => Always.Holds(
        Gen.Zip(Escaped, Gen.Choose(1, 20).NonEmptyListOf()),
        static given =>
        {
            var (text, sizes) = given;
            var json = Encoding.UTF8.GetBytes($"\"{text}\"");
            var (settled, arrived) = (0, 0);
            for (var piece = 0; arrived < json.Length; piece++)
            {
                arrived = Math.Min(json.Length, arrived + sizes[piece % sizes.Count]);
                settled += JsonText.MendSurrogates(json.AsSpan(settled..arrived));
                Assert.InRange(arrived - settled, 0, 11);
            }

            Assert.Equal(Mended($"\"{text}\""), Encoding.UTF8.GetString(json));
            Assert.Equal(json.Length, settled);
        },
        count: 3_000);

    [Theory]
    [InlineData(@"{""a"":""\ud83d\ude00\ud83d""}", @"{""a"":""\ud83d\ude00\ufffd""}")]
    [InlineData(@"{""\udfff"":""\\ud800""}", @"{""\ufffd"":""\\ud800""}")]
    [InlineData(@"[""\\\uD83D"",""\uDE00""]", @"[""\\\ufffd"",""\ufffd""]")]
    [InlineData(@"[""\ud83d\\ude00"",""\ud83d\n\ude00""]", @"[""\ufffd\\ude00"",""\ufffd\n\ufffd""]")]
    [InlineData(@"[""\ud8"",""\ud8zz"",""\u+d80""]", @"[""\ud8"",""\ud8zz"",""\u+d80""]")]
    public void Names_and_values_are_mended_and_what_only_looks_like_a_half_is_not(string json, string mended) => Assert.Equal(mended, Mended(json));

    [Fact]
    public void The_beginning_of_a_string_has_so_many_characters_and_each_as_it_was_written() => Always.Holds(
        Gen.Zip(Escaped.Where(IsText), Gen.Choose(0, 8)),
        static given =>
        {
            var (text, characters) = given;

            var beginning = Encoding.UTF8.GetString(JsonText.Beginning(Encoding.UTF8.GetBytes(text), characters));

            Assert.StartsWith(beginning, text, StringComparison.Ordinal);
            Assert.Equal(Read(text).EnumerateRunes().Take(characters), Read(beginning).EnumerateRunes());
        },
        count: 3_000);

    private static string Read(string text)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($"\"{text}\""));
        reader.Read();
        return reader.GetString()!;
    }

    private static string Mended(string json) => Encoding.UTF8.GetString(JsonText.Mended(Encoding.UTF8.GetBytes(json)));

    private static string MendedText(string text) => Mended($"\"{text}\"")[1..^1];

    private static bool IsText(string text) => MendedText(text) == text;

    // What the escapes stand for, with the replacement character for every half of a pair.
    private static string Unescape(string text)
    {
        var unescaped = Regex.Replace(text, @"\\(u....|.)", Unescape, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        return string.Concat(unescaped.EnumerateRunes());

        static string Unescape(Match escape) => escape.Value[1] switch
        {
            'u' => $"{(char)Convert.ToInt32(escape.Value[2..], 16)}",
            'n' => "\n",
            var other => $"{other}",
        };
    }
}
