using System.Text.Json;
using FsCheck.Fluent;
using Serverless.Http;
using Serverless.Runs.Apps;
using Serverless.Runs.Inputs;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Runs.Inputs;

/// <summary>What a run may be given, and what is said of everything else.</summary>
[Trait("Category", "Fast")]
public sealed class InputValidatorTests
{
    private static readonly AppDefinition App = AppOf(
        Text("Mention Key Ingredients"),
        new() { Id = "location", Name = "Location", Type = ParameterType.Options, Options = ["Studio", "Urban", "Park"] },
        Text("Tone") with { Default = "Warm" },
        new() { Id = "picture", Name = "Picture", Type = ParameterType.Url, Media = ["image/*"], Default = "https://example.com/default.png" });

    [Fact]
    public async Task Every_parameter_has_its_value_or_its_default()
    {
        var inputs = await ValidateAsync(App, """{"Location":"Urban","Mention Key Ingredients":"","Picture":"https://example.com/a.png"}""");

        Assert.Equal(
            [("Mention Key Ingredients", ""), ("Location", "Urban"), ("Tone", "Warm"), ("Picture", "https://example.com/a.png")],
            inputs.Select(input => (input.Key, input.Value)));
    }

    // The seed's own example.
    [Fact]
    public Task All_problems_are_told_at_once() => RefuseAsync(
        App,
        """{"Location":"Mars"}""",
        ("Mention Key Ingredients", "missing_no_default", "\"Mention Key Ingredients\" is required: no default is configured for this parameter."),
        ("Location", "invalid_option", "\"Location\": invalid option \"Mars\". Must be one of: Studio, Urban, Park"));

    [Fact]
    public Task Problems_come_in_the_order_of_the_parameters_then_of_the_body() => RefuseAsync(
        App,
        """{"Zoo":null,"Picture":"https://bad.example.com/a.txt","Other":1,"tone":"Cold","Tone":5,"Location":{},"Mention Key Ingredients":null}""",
        ("Mention Key Ingredients", "missing_no_default", "\"Mention Key Ingredients\" is required: no default is configured for this parameter."),
        ("Location", "invalid_type", "\"Location\": must be a string."),
        ("Tone", "invalid_type", "\"Tone\": must be a string."),
        ("Picture", "invalid_media", "\"Picture\": is no image/*"),
        ("Other", "unknown_parameter", "\"Other\": there is no such parameter."),
        ("tone", "unknown_parameter", "\"tone\": there is no such parameter."));

    [Theory]
    [InlineData("5")]
    [InlineData("true")]
    [InlineData("[\"a\"]")]
    [InlineData("{}")]
    public Task Values_are_strings(string value) =>
        RefuseAsync(AppOf(Text("A")), $$"""{"A":{{value}}}""", ("A", "invalid_type", "\"A\": must be a string."));

    [Fact]
    public async Task What_is_null_takes_the_default()
    {
        var inputs = await ValidateAsync(AppOf(Text("A") with { Default = "d" }), """{"A":null,"B":null}""");

        Assert.Equal([("A", "d")], inputs.Select(input => (input.Key, input.Value)));
    }

    [Fact]
    public async Task Of_a_repeated_name_the_last_counts()
    {
        var inputs = await ValidateAsync(AppOf(Text("A"), Text("B") with { Default = "d" }), """{"A":5,"B":"b","A":"a","B":null}""");

        Assert.Equal([("A", "a"), ("B", "d")], inputs.Select(input => (input.Key, input.Value)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("")]
    public async Task No_inputs_are_enough_where_everything_has_a_default(string json)
    {
        var inputs = await ValidateAsync(AppOf(Text("A") with { Default = "d" }), json);

        Assert.Equal([("A", "d")], inputs.Select(input => (input.Key, input.Value)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"A\"")]
    [InlineData("5")]
    [InlineData("false")]
    public Task Inputs_are_an_object(string json) => RefuseAsync(App, json, ("inputs", "invalid_type", "\"inputs\": must be an object."));

    [Fact]
    public async Task An_address_is_looked_at_once_with_what_it_may_lead_to_and_a_default_is_not()
    {
        var looked = new List<string>();
        var validator = new InputValidator((url, media, _) =>
        {
            looked.Add($"{url} {string.Join(',', media)}");
            return Task.FromResult<string?>(null);
        });

        await validator.ValidateAsync(App, Json("""{"Location":"Park","Mention Key Ingredients":"https://text/"}"""), CancellationToken.None);
        await validator.ValidateAsync(App, Json("""{"Location":"Park","Mention Key Ingredients":"x","Picture":"https://a/"}"""), CancellationToken.None);

        Assert.Equal(["https://a/ image/*"], looked);
    }

    [Fact]
    public async Task Addresses_are_looked_at_side_by_side()
    {
        var both = new TaskCompletionSource();
        var waiting = 0;
        var validator = new InputValidator(async (_, _, cancellationToken) =>
        {
            if (Interlocked.Increment(ref waiting) == 2)
            {
                both.SetResult();
            }

            await both.Task.WaitAsync(TimeSpan.FromSeconds(30), cancellationToken);
            return null;
        });
        var app = AppOf(Text("A") with { Type = ParameterType.Url }, Text("B") with { Type = ParameterType.Url });

        var inputs = await validator.ValidateAsync(app, Json("""{"A":"https://a/","B":"https://b/"}"""), CancellationToken.None);

        Assert.Equal(2, inputs.Count);
    }

    [Fact]
    public async Task A_value_is_as_long_as_it_may_be_and_no_longer()
    {
        var longest = new string('x', 32_768);
        var emoji = string.Concat(Enumerable.Repeat("😀", 32_768));

        Assert.Equal(longest, (await ValidateAsync(AppOf(Text("A")), $$"""{"A":"{{longest}}"}"""))["A"]);
        Assert.Equal(emoji, (await ValidateAsync(AppOf(Text("A")), $$"""{"A":"{{emoji}}"}"""))["A"]);
        await RefuseAsync(AppOf(Text("A")), $$"""{"A":"{{longest}}x"}""", ("A", "too_long", "\"A\": must be at most 32768 characters."));
        await RefuseAsync(
            AppOf(Text("A") with { Type = ParameterType.Url }),
            $$"""{"A":"https://bad.example.com/{{longest}}"}""",
            ("A", "too_long", "\"A\": must be at most 32768 characters."));
    }

    [Fact]
    public async Task All_values_together_are_as_large_as_they_may_be_and_no_larger()
    {
        // Two bytes each in UTF-8: two values of the longest are all there may be.
        var longest = new string('é', 32_768);
        var app = AppOf(Text("A"), Text("B"), Text("C") with { Default = "" });

        Assert.Equal(3, (await ValidateAsync(app, $$"""{"A":"{{longest}}","B":"{{longest}}"}""")).Count);
        await RefuseAsync(
            app, $$"""{"A":"{{longest}}","B":"{{longest}}","C":"x"}""", (null, "too_large", "The inputs together must be at most 131072 bytes."));
    }

    [Theory]
    [InlineData(64, "y", 64)]
    [InlineData(64, "😀", 64)]
    [InlineData(63, "😀", 65)]
    public Task A_wrong_option_is_shown_in_part_when_it_is_long(int before, string then, int shown)
    {
        var option = new string('y', before) + then + new string('z', 100);

        return RefuseAsync(
            App,
            $$"""{"Mention Key Ingredients":"x","Location":"{{option}}"}""",
            ("Location", "invalid_option", $"\"Location\": invalid option \"{option[..shown]}\". Must be one of: Studio, Urban, Park"));
    }

    [Fact]
    public void Either_every_parameter_has_a_possible_value_or_what_is_wrong_is_named() => Always.Holds(
        Gen.Elements("\"Park\"", "\"Mars\"", "null", "5", "\"\"").ArrayOf(4).Zip(Gen.Elements(true, false), static (values, extra) => (values, extra)),
        static given =>
        {
            var names = App.Parameters.Select(parameter => parameter.Name).ToList();
            var members = names.Zip(given.values, static (name, value) => $"\"{name}\":{value}");
            var json = $"{{{string.Join(',', given.extra ? members.Append("\"extra\":1") : members)}}}";
            var wrong = names.Zip(given.values)
                .Where(pair => pair.Second == "5"
                    || (pair.Second == "null" && App.Parameters.Single(parameter => parameter.Name == pair.First).Default is null)
                    || (pair.First == "Location" && pair.Second is not ("\"Park\"" or "null")))
                .Select(pair => pair.First)
                .Concat(given.extra ? ["extra"] : []);

            try
            {
                var inputs = ValidateAsync(App, json).GetAwaiter().GetResult();
                Assert.Empty(wrong);
                Assert.Equal(names, inputs.Keys);
            }
            catch (ApiException refused)
            {
                Assert.Equal(wrong, refused.Error.Details.Select(detail => detail.Field));
            }
        });

    private static AppParameter Text(string name) => new() { Id = "p", Name = name, Type = ParameterType.Text };

    private static AppDefinition AppOf(params IReadOnlyList<AppParameter> parameters) =>
        new() { AppId = "test", Name = "Test", Parameters = parameters, Steps = [], Outputs = [] };

    private static JsonElement Json(string json) => json.Length == 0 ? default : JsonDocument.Parse(json).RootElement;

    // Whatever is at a bad address is not what was asked for.
    private static Task<IReadOnlyDictionary<string, string>> ValidateAsync(AppDefinition app, string json) =>
        new InputValidator(static (url, media, _) =>
            Task.FromResult(url.Contains("bad", StringComparison.Ordinal) ? $"is no {string.Join(',', media)}" : null))
            .ValidateAsync(app, Json(json), CancellationToken.None);

    private static async Task RefuseAsync(AppDefinition app, string json, params IEnumerable<(string? Param, string Code, string Message)> details)
    {
        var refused = (await Assert.ThrowsAsync<ApiException>(() => ValidateAsync(app, json))).Error;

        Assert.Equal((400, "VALIDATION_ERROR", "Invalid inputs", false), (refused.Status, refused.Code, refused.Message, refused.Retryable));
        Assert.Equal(details, refused.Details.Select(detail => (detail.Field, detail.Code, detail.Message)));
    }
}
