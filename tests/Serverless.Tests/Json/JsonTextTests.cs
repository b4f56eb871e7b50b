using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Json;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Json;

/// <summary>What is told of strings without unescaping them, compared with what the framework's own strings say.</summary>
public sealed class JsonTextTests
{
    private static readonly Gen<string> Escaped = Gen.Elements(
            "a", "é", "😀", "\\n", "\\\"", "\\\\", "\\/", "\\u0041", "\\u00e9", "\\ud83d", "\\uD83D", "\\udbff", "\\ude00", "\\uDFFF", "\\udc00", "u", "d83d")
        .ArrayOf()
        .Select(string.Concat);

    [Fact]
    public void A_string_has_a_lone_surrogate_when_it_cannot_be_read_as_text() => Always.Holds(
        Escaped,
        static text => Assert.Equal(CannotBeRead(text), JsonText.HasLoneSurrogate(Encoding.UTF8.GetBytes(text))),
        count: 3_000);

    [Fact]
    public void The_beginning_of_a_string_has_so_many_characters_and_each_as_it_was_written() => Always.Holds(
        Gen.Zip(Escaped.Where(static text => !CannotBeRead(text)), Gen.Choose(0, 8)),
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

    private static bool CannotBeRead(string text)
    {
        try
        {
            Read(text);
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
