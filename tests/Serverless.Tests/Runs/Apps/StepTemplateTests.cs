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
                Assert.Equal(text, template.Render(static _ => "value", "text", int.MaxValue));
                Assert.Equal(text, template.RenderUrl(static _ => "value"));
                Assert.Equal(text, template.RenderBody(static _ => "value"));
            }
        });

    [Fact]
    public void Values_are_put_between_the_texts_and_are_not_read_again() => Always.Holds(
        Value,
        static value => Assert.Equal($"a {value} b{value}", StepTemplate.Parse("a {{inputs.A}} b{{steps.b}}").Render(_ => value, "text", int.MaxValue)));

    [Fact]
    public void Each_place_gets_the_value_of_its_own() => Assert.Equal(
        "Input A, Step A",
        StepTemplate.Parse("{{inputs.A}}, {{steps.A}}").Render(static place => $"{place.Kind} {place.Name}", "text", int.MaxValue));

    [Fact]
    public void In_an_address_a_value_is_one_part_of_it() => Always.Holds(Value.Where(static value => value is not ("" or "." or "..")), static value =>
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
    public void Outside_the_strings_of_a_json_body_a_value_is_json(string value, string body) =>
        Assert.Equal(body, StepTemplate.Parse("""{"n":{{steps.n}}}""").RenderBody(_ => value));

    [Theory]
    [InlineData("5,\"admin\":true")]
    [InlineData("text")]
    [InlineData("")]
    [InlineData("}")]
    public void Outside_the_strings_of_a_json_body_no_value_may_be_anything_else(string value) =>
        Assert.Equal(
            "a value in its JSON body should be JSON, and is not",
            Assert.Throws<TemplateException>(() => StepTemplate.Parse("""{"n":{{steps.n}}}""").RenderBody(_ => value)).Message);

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
    public void A_header_takes_what_is_printable(string value, string header) =>
        Assert.Equal(header, StepTemplate.Parse("x {{inputs.A}}").RenderHeader("X-A", _ => value));

    [Theory]
    [InlineData("a\r\nX-Other: b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0b")]
    [InlineData("é")]
    public void A_header_takes_no_value_that_would_end_it(string value) =>
        Assert.Equal(
            "a value in its header X-A is not printable ASCII",
            Assert.Throws<TemplateException>(() => StepTemplate.Parse("x {{inputs.A}}").RenderHeader("X-A", _ => value)).Message);

    [Theory]
    [InlineData("xx", 0, "xx")]
    [InlineData("éé", 2, "éé")]
    [InlineData("a{{inputs.A}}", 1, "aé")]
    public void As_much_as_fits_is_put_together_and_no_more(string template, int more, string text)
    {
        var parsed = StepTemplate.Parse(template);
        var bytes = Encoding.UTF8.GetByteCount(text);

        Assert.Equal(text, parsed.Render(static _ => "é", "text", bytes + more));
        Assert.Equal($"its text is larger than {bytes - 1} bytes", Assert.Throws<TemplateException>(() => parsed.Render(static _ => "é", "text", bytes - 1)).Message);
    }

    [Fact]
    public void What_is_too_large_takes_no_memory()
    {
        var template = StepTemplate.Parse(string.Concat(Enumerable.Repeat("{{inputs.A}}", 5_000)));
        var value = new string('x', 32 * 1024);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<TemplateException>(() => template.Render(_ => value, "text", 64 * 1024));
        Assert.Throws<TemplateException>(() => template.RenderUrl(_ => value));
        Assert.Throws<TemplateException>(() => template.RenderHeader("X-A", _ => value));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024 * 1024);
    }
}
