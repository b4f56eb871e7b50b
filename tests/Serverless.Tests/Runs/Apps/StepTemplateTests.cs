using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Runs.Apps;

/// <summary>Templates: where values go, and that they stay data wherever that is.</summary>
[Trait("Category", "Fast")]
public sealed class StepTemplateTests
{
    private static readonly Gen<string> AnyText = ArbMap.Default.GeneratorFor<NonNull<string>>()
        .Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));

    private static readonly Gen<string> Value = Gen.OneOf(
        AnyText,
        Gen.Elements("\"", "\\", "\",\"admin\":\"true", "a&b=c", "../..", "#", "\r\nX: y", "😀", "\u2028", "{{inputs.Who}}", "1,\"x\":2", "%2f", "?"));

    [Theory]
    [InlineData("{{inputs.Who}}", "Input:Who")]
    [InlineData("{{steps.a_b-1}}", "Step:a_b-1")]
    [InlineData("{{ inputs.Mention Key Ingredients }}", "Input:Mention Key Ingredients")]
    [InlineData("a{{inputs.A}}b{{steps.b}}{{inputs.A}}c", "Input:A Step:b Input:A")]
    [InlineData("{{{inputs.A}}}", "Input:A")]
    [InlineData("{{ {{inputs.A}} }}", "Input:A")]
    [InlineData("{{input.A}} {{Inputs.A}} {{x}} {{}}", "Unknown:input.A Unknown:Inputs.A Unknown:x Unknown:")]
    [InlineData("", "")]
    [InlineData("{inputs.A} {{inputs.A} {{inputs.A", "")]
    [InlineData("{\"a\":{\"b\":{}}}", "")]
    public void Places_are_found_where_they_are(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', StepTemplate.Parse(text).Placeholders.Select(place => $"{place.Kind}:{place.Name}")));

    [Fact]
    public void Text_without_places_is_itself() => Always.Holds(
        Gen.OneOf(AnyText, Gen.Elements("{", "}", "{{", "}}", "inputs.A", "{ {inputs.A}}", "\"").ArrayOf().Select(string.Concat)),
        static text =>
        {
            var template = StepTemplate.Parse(text);
            if (!template.Placeholders.Any())
            {
                Assert.Equal(text, template.Render(static _ => "value"));
                Assert.Equal(text, template.RenderUrl(static _ => "value"));
                Assert.Equal(text, template.RenderBody(static _ => "value"));
            }
        });

    [Fact]
    public void Values_are_put_between_the_texts_and_are_not_read_again() => Always.Holds(
        Value,
        static value => Assert.Equal($"a {value} b{value}", StepTemplate.Parse("a {{inputs.A}} b{{steps.b}}").Render(_ => value)));

    [Fact]
    public void Each_place_gets_the_value_of_its_own() => Assert.Equal(
        "Input A, Step A",
        StepTemplate.Parse("{{inputs.A}}, {{steps.A}}").Render(static place => $"{place.Kind} {place.Name}"));

    [Fact]
    public void In_an_address_a_value_is_one_part_of_it() => Always.Holds(Value, static value =>
    {
        var url = StepTemplate.Parse("https://example.com/a/{{inputs.A}}/b?q={{inputs.A}}&r=1#f").RenderUrl(_ => value);

        var address = new Uri(url);
        Assert.Equal("example.com", address.Host);
        Assert.Equal("#f", address.Fragment);
        var parts = url["https://example.com/".Length..].Split('/', '?', '#');
        Assert.Equal(5, parts.Length);
        Assert.Equal(value, Uri.UnescapeDataString(parts[1]));
        Assert.Equal($"q={value}", Uri.UnescapeDataString(parts[3].Split('&')[0]));
    });

    [Fact]
    public void At_the_beginning_of_an_address_a_value_is_an_address_itself() => Assert.Equal(
        "https://example.com/a?b=c&d=e%26f",
        StepTemplate.Parse("{{inputs.Address}}&d={{inputs.D}}").RenderUrl(static place => place.Name == "D" ? "e&f" : "https://example.com/a?b=c"));

    [Fact]
    public void In_a_string_of_a_json_body_a_value_is_that_string() => Always.Holds(Value, static value =>
    {
        var body = StepTemplate.Parse("""{"a\"":"x {{inputs.A}} \\","{{inputs.A}}":[1,"{{inputs.A}}"]}""").RenderBody(_ => value)!;

        using var json = JsonDocument.Parse(body);
        Assert.Equal(2, json.RootElement.EnumerateObject().Count());
        Assert.Equal($"x {value} \\", json.RootElement.GetProperty("a\"").GetString());
        Assert.Equal(value, json.RootElement.GetProperty(value)[1].GetString());
    });

    [Theory]
    [InlineData("5", """{"n":5}""")]
    [InlineData(""" {"a":[1,null]} """, """{"n": {"a":[1,null]} }""")]
    [InlineData("\"text\"", """{"n":"text"}""")]
    [InlineData("5,\"admin\":true", null)]
    [InlineData("text", null)]
    [InlineData("", null)]
    [InlineData("}", null)]
    public void Outside_the_strings_of_a_json_body_a_value_has_to_be_json(string value, string? body) =>
        Assert.Equal(body, StepTemplate.Parse("""{"n":{{steps.n}}}""").RenderBody(_ => value));

    [Theory]
    [InlineData("{{inputs.A}}")]
    [InlineData("q={{inputs.A}}")]
    [InlineData("{\"a\":{{inputs.A}}")]
    [InlineData("{{inputs.A}} {{inputs.A}}")]
    [InlineData("\"\\{{inputs.A}}\"")]
    public void In_any_other_body_values_stand_as_they_are(string body) =>
        Assert.Equal(body.Replace("{{inputs.A}}", "\"&\n", StringComparison.Ordinal), StepTemplate.Parse(body).RenderBody(static _ => "\"&\n"));

    [Theory]
    [InlineData("Bearer abc", "x Bearer abc")]
    [InlineData("a\tb", "x a\tb")]
    [InlineData("a\r\nX-Other: b", null)]
    [InlineData("a\nb", null)]
    [InlineData("a\rb", null)]
    [InlineData("a\0b", null)]
    [InlineData("é", null)]
    public void A_header_takes_no_value_that_would_end_it(string value, string? header) =>
        Assert.Equal(header, StepTemplate.Parse("x {{inputs.A}}").RenderHeader(_ => value));
}
