using System.Text.Json;
using Serverless.Runs.Engine.Steps;

namespace Serverless.Tests.Runs.Engine;

/// <summary>JSON pointers, by the examples of RFC 6901 and beyond.</summary>
[Trait("Category", "Fast")]
public sealed class JsonPointerTests
{
    private const string Document =
        """
        {"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8,
         "nested":{"list":[{"name":"first"},[10,11,null]],"01":"leading","-":"dash"}}
        """;

    [Theory]
    [InlineData("/foo", """["bar","baz"]""")]
    [InlineData("/foo/0", "\"bar\"")]
    [InlineData("/", "0")]
    [InlineData("/a~1b", "1")]
    [InlineData("/c%d", "2")]
    [InlineData("/e^f", "3")]
    [InlineData("/g|h", "4")]
    [InlineData("/i\\j", "5")]
    [InlineData("/k\"l", "6")]
    [InlineData("/ ", "7")]
    [InlineData("/m~0n", "8")]
    [InlineData("/nested/list/0/name", "\"first\"")]
    [InlineData("/nested/list/1/1", "11")]
    [InlineData("/nested/list/1/2", "null")]
    [InlineData("/nested/01", "\"leading\"")]
    [InlineData("/nested/-", "\"dash\"")]
    public void A_pointer_leads_to_its_value(string text, string value) => Assert.Equal(value, Find(text));

    [Fact]
    public void An_empty_pointer_leads_to_the_whole() => Assert.Equal(Document, Find(""));

    [Theory]
    [InlineData("foo")]
    [InlineData("/fool")]
    [InlineData("/foo/2")]
    [InlineData("/foo/-")]
    [InlineData("/foo/-1")]
    [InlineData("/foo/+1")]
    [InlineData("/foo/00")]
    [InlineData("/foo/01")]
    [InlineData("/foo/1e0")]
    [InlineData("/foo/ 1")]
    [InlineData("/foo/99999999999999999999")]
    [InlineData("/foo/")]
    [InlineData("/foo/0/x")]
    [InlineData("/a/b")]
    [InlineData("/m~01n")]
    [InlineData("//")]
    public void A_pointer_to_nothing_leads_nowhere(string text) => Assert.Null(Find(text));

    [Fact]
    public void An_escaped_tilde_does_not_become_part_of_another_escape()
    {
        using var json = JsonDocument.Parse("""{"~1":"tilde one","/":"slash"}""");

        Assert.Equal("tilde one", JsonPointer.Find(json.RootElement, "/~01")!.Value.GetString());
        Assert.Equal("slash", JsonPointer.Find(json.RootElement, "/~1")!.Value.GetString());
    }

    private static string? Find(string text)
    {
        using var json = JsonDocument.Parse(Document);
        return JsonPointer.Find(json.RootElement, text)?.GetRawText();
    }
}
