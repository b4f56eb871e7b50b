using Serverless.Runs.Apps;

namespace Serverless.Tests.Runs.Apps;

/// <summary>What a definition may be, and what is said of one that may not.</summary>
[Trait("Category", "Fast")]
public sealed class AppDefinitionReaderTests
{
    private const string Missing = "is required: no default is configured for this parameter.";

    [Fact]
    public void A_definition_means_what_it_says()
    {
        var app = Definitions.Read(Definitions.Greeting);

        Assert.Equal(("test", "Greeting", "Greets people", false), (app.AppId, app.Name, app.Description, app.IsPublic));
        Assert.Equal(["Who", "Place", "Picture"], app.Parameters.Select(parameter => parameter.Name));
        Assert.Equal([ParameterType.Text, ParameterType.Options, ParameterType.Url], app.Parameters.Select(parameter => parameter.Type));
        Assert.Equal([null, "Park", "https://example.com/a.png"], app.Parameters.Select(parameter => parameter.Default));
        Assert.Equal(["Studio", "Urban", "Park"], app.Parameters[1].Options);
        Assert.Equal(["image/*"], app.Parameters[2].Media);
        Assert.Equal(["greet"], StepGraph.DependenciesOf(app.Steps[1]));
        Assert.Equal([new AppOutput("greeting", "Greeting", "text", "shout")], app.Outputs);
    }

    [Fact]
    public void Every_kind_of_step_is_read_with_all_it_has()
    {
        var app = Definitions.Read(
            """
            {"name":"All","steps":[
              {"id":"get","kind":"http","url":"https://example.com/a"},
              {"id":"post","kind":"http","method":"POST","url":"https://example.com/{{steps.get}}","headers":{"X-Who":"me"},"body":"b","pointer":"/a/0","after":["pause"],"retries":0,"timeoutSeconds":300},
              {"id":"ask","kind":"llm","prompt":"p","system":"s","maxTokens":4096},
              {"id":"find","kind":"search","query":"q","count":20},
              {"id":"pause","kind":"delay","seconds":86400}],
             "outputs":[{"id":"o","label":"O","type":"json","step":"find"}]}
            """);

        var get = Assert.IsType<HttpStep>(app.Steps[0]);
        Assert.Equal(("GET", null, null, 2, TimeSpan.FromSeconds(60)), (get.Method, get.Body, get.Pointer, get.Retries, get.Timeout));
        Assert.Empty(get.Headers);
        var post = Assert.IsType<HttpStep>(app.Steps[1]);
        Assert.Equal(("POST", "b", "/a/0", 0, TimeSpan.FromMinutes(5)), (post.Method, post.Body, post.Pointer, post.Retries, post.Timeout));
        Assert.Equal("me", post.Headers["x-who"]);
        Assert.Equal(["get", "pause"], StepGraph.DependenciesOf(post));
        var ask = Assert.IsType<LanguageModelStep>(app.Steps[2]);
        Assert.Equal(("p", "s", 4096), (ask.Prompt, ask.System, ask.MaxTokens));
        var find = Assert.IsType<SearchStep>(app.Steps[3]);
        Assert.Equal(("q", 20), (find.Query, find.Count));
        Assert.Equal(TimeSpan.FromDays(1), Assert.IsType<DelayStep>(app.Steps[4]).Duration);
    }

    [Theory]
    [InlineData("null", null, null)]
    [InlineData("{\"limit\":1}", 1, null)]
    [InlineData("{\"limit\":100,\"key\":\"{{inputs.P}} and more\"}", 100, "{{inputs.P}} and more")]
    public void How_many_runs_are_under_way_at_once_is_read(string concurrency, int? limit, string? key) =>
        Assert.Equal(limit is { } number ? new(number, key) : null, Definitions.Read(WithConcurrency(concurrency)).Concurrency);

    [Theory]
    [InlineData("2", "concurrency", "invalid_type", "\"concurrency\": must be an object.")]
    [InlineData("{}", "concurrency.limit", "missing_no_default", "\"concurrency.limit\" " + Missing)]
    [InlineData("{\"limit\":0}", "concurrency.limit", "out_of_range", "\"concurrency.limit\": must be from 1 to 100.")]
    [InlineData("{\"limit\":101}", "concurrency.limit", "out_of_range", "\"concurrency.limit\": must be from 1 to 100.")]
    [InlineData("{\"limit\":1,\"key\":\"{{inputs.Q}}\"}", "concurrency.key", "unknown_parameter", "\"concurrency.key\": there is no parameter \"Q\".")]
    [InlineData("{\"limit\":1,\"key\":\"{{steps.a}}\"}", "concurrency.key", "unknown_placeholder", "\"concurrency.key\": may name inputs only, for nothing else is there before a run begins.")]
    public void What_is_no_limit_of_runs_is_said(string concurrency, string param, string code, string message) =>
        Assert.Equal([(param, code, message)], Definitions.ProblemsOf(WithConcurrency(concurrency)));

    [Fact]
    public void What_is_null_is_absent_and_what_is_unknown_is_passed_over()
    {
        var app = Definitions.Read(
            """
            {"name":"A","description":null,"parameters":null,"extra":1,
             "steps":[{"id":"a","kind":"text","template":"t","after":null,"retries":null,"timeoutSeconds":null,"url":5}],
             "outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}
            """);

        Assert.Equal("", app.Description);
        Assert.Empty(app.Parameters);
        Assert.Equal(2, app.Steps[0].Retries);
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        var problems = Definitions.ProblemsOf(
            """
            {"name":5,
             "parameters":[{"id":"A","name":"Who","type":"texts"},{"id":"b","name":"Who","type":"options"},7],
             "steps":[{"id":"a","kind":"text","template":"{{inputs.Whom}} {{steps.c}} {{secrets.x}}","retries":6},{"id":"a","kind":"delay"},{"kind":"http","url":"ftp://x"}],
             "outputs":[{"id":"o","label":"O","type":"xml","step":"z"},{"id":"o"}]}
            """,
            "Bad Id");

        Assert.Equal(
            [
                ("appId", "invalid_format", "\"appId\": must be 1 to 64 of a-z, 0-9 and -."),
                ("name", "invalid_type", "\"name\": must be a string."),
                ("parameters[2]", "invalid_type", "\"parameters[2]\": must be an object."),
                ("parameters[0].id", "invalid_format", "\"parameters[0].id\": must be 1 to 64 of a-z, 0-9, _ and -."),
                ("parameters[0].type", "invalid_option", "\"parameters[0].type\": invalid option \"texts\". Must be one of: text, options, url"),
                ("parameters[1].options", "missing_no_default", $"\"parameters[1].options\" {Missing}"),
                ("steps[0].retries", "out_of_range", "\"steps[0].retries\": must be from 0 to 5."),
                ("steps[1].seconds", "missing_no_default", $"\"steps[1].seconds\" {Missing}"),
                ("steps[2].id", "missing_no_default", $"\"steps[2].id\" {Missing}"),
                ("steps[2].url", "invalid_format", "\"steps[2].url\": must begin with http://, https:// or a placeholder."),
                ("outputs[0].type", "invalid_option", "\"outputs[0].type\": invalid option \"xml\". Must be one of: text, json, url"),
                ("outputs[1].label", "missing_no_default", $"\"outputs[1].label\" {Missing}"),
                ("outputs[1].type", "missing_no_default", $"\"outputs[1].type\" {Missing}"),
                ("outputs[1].step", "missing_no_default", $"\"outputs[1].step\" {Missing}"),
                ("parameters[1].name", "duplicate", "\"parameters[1].name\": must not be the same as \"parameters[0].name\"."),
                ("steps[1].id", "duplicate", "\"steps[1].id\": must not be the same as \"steps[0].id\"."),
                ("outputs[1].id", "duplicate", "\"outputs[1].id\": must not be the same as \"outputs[0].id\"."),
                ("steps[0].template", "unknown_parameter", "\"steps[0].template\": there is no parameter \"Whom\"."),
                ("steps[0].template", "unknown_step", "\"steps[0].template\": there is no step \"c\"."),
                ("steps[0].template", "unknown_placeholder", "\"steps[0].template\": \"{{secrets.x}}\" is neither {{inputs.Name}} nor {{steps.id}}."),
                ("outputs[0].step", "unknown_step", "\"outputs[0].step\": there is no step \"z\"."),
            ],
            problems);
    }

    [Fact]
    public void An_empty_definition_lacks_what_has_to_be_there()
    {
        Assert.Equal(
            [("name", "missing_no_default"), ("steps", "missing_no_default"), ("outputs", "missing_no_default")],
            Definitions.ProblemsOf("{}").Select(problem => (problem.Param, problem.Code)));
    }

    [Theory]
    [InlineData("\"id\":\"p\",\"name\":\"P\"", "parameters[0].type", "missing_no_default", "\"parameters[0].type\" " + Missing)]
    [InlineData("\"name\":\"P\",\"type\":\"text\"", "parameters[0].id", "missing_no_default", "\"parameters[0].id\" " + Missing)]
    [InlineData("\"id\":\"p\",\"type\":\"text\"", "parameters[0].name", "missing_no_default", "\"parameters[0].name\" " + Missing)]
    [InlineData("\"id\":\"p\",\"name\":\"\",\"type\":\"text\"", "parameters[0].name", "too_short", "\"parameters[0].name\": must not be empty.")]
    [InlineData("\"id\":\"p\",\"name\":\" P\",\"type\":\"text\"", "parameters[0].name", "invalid_format", "\"parameters[0].name\": must be one line that neither begins nor ends with a space.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\\nQ\",\"type\":\"text\"", "parameters[0].name", "invalid_format", "\"parameters[0].name\": must be one line that neither begins nor ends with a space.")]
    [InlineData("\"id\":\"p\",\"name\":\"P}\",\"type\":\"text\"", "parameters[0].name", "invalid_format", "\"parameters[0].name\": must not contain braces, for templates name it within them.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"options\",\"options\":[]", "parameters[0].options", "too_few", "\"parameters[0].options\": must have 1 to 100 entries.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"options\",\"options\":[\"A\",\"A\"]", "parameters[0].options[1]", "duplicate", "\"parameters[0].options[1]\": must not be the same as \"parameters[0].options[0]\".")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"options\",\"options\":[\"A\",5]", "parameters[0].options[1]", "invalid_type", "\"parameters[0].options[1]\": must be a string.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"options\",\"options\":\"A\"", "parameters[0].options", "invalid_type", "\"parameters[0].options\": must be an array of strings.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"options\",\"options\":[\"A\",\"B\"],\"default\":\"C\"", "parameters[0].default", "invalid_option", "\"parameters[0].default\": invalid option \"C\". Must be one of: A, B")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"text\",\"options\":[\"A\"]", "parameters[0].options", "not_allowed", "\"parameters[0].options\": is for parameters of the type \"options\" only.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"text\",\"media\":[\"image/png\"]", "parameters[0].media", "not_allowed", "\"parameters[0].media\": is for parameters of the type \"url\" only.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"url\",\"media\":[\"images\"]", "parameters[0].media[0]", "invalid_media", "\"parameters[0].media[0]\": must be a media type, such as image/png or image/*.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"url\",\"media\":[\"image/*\",\"*/*\"]", "parameters[0].media[1]", "invalid_media", "\"parameters[0].media[1]\": must be a media type, such as image/png or image/*.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"url\",\"media\":[\"text/html;charset=utf-8\"]", "parameters[0].media[0]", "invalid_media", "\"parameters[0].media[0]\": must be a media type, such as image/png or image/*.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"url\",\"default\":\"file:///etc/passwd\"", "parameters[0].default", "invalid_media", "\"parameters[0].default\": must be an http or https address without credentials.")]
    [InlineData("\"id\":\"p\",\"name\":\"P\",\"type\":\"text\",\"default\":5", "parameters[0].default", "invalid_type", "\"parameters[0].default\": must be a string.")]
    public void A_parameter_that_cannot_be_is_refused_by_the_field(string properties, string param, string code, string message) =>
        Assert.Equal([(param, code, message)], Definitions.ProblemsOf(Definitions.WithParameter(properties)));

    [Theory]
    [InlineData("\"kind\":\"text\"", "steps[0].template", "missing_no_default", "\"steps[0].template\" " + Missing)]
    [InlineData("\"kind\":\"text\",\"template\":\"\"", "steps[0].template", "too_short", "\"steps[0].template\": must not be empty.")]
    [InlineData("\"kind\":\"script\"", "steps[0].kind", "invalid_option", "\"steps[0].kind\": invalid option \"script\". Must be one of: text, http, llm, search, delay")]
    [InlineData("\"kind\":\"llm\"", "steps[0].prompt", "missing_no_default", "\"steps[0].prompt\" " + Missing)]
    [InlineData("\"kind\":\"llm\",\"prompt\":\"p\",\"maxTokens\":4097", "steps[0].maxTokens", "out_of_range", "\"steps[0].maxTokens\": must be from 1 to 4096.")]
    [InlineData("\"kind\":\"llm\",\"prompt\":\"p\",\"system\":\"{{inputs.Whom}}\"", "steps[0].system", "unknown_parameter", "\"steps[0].system\": there is no parameter \"Whom\".")]
    [InlineData("\"kind\":\"search\",\"query\":\"q\",\"count\":0", "steps[0].count", "out_of_range", "\"steps[0].count\": must be from 1 to 20.")]
    [InlineData("\"kind\":\"search\",\"query\":\"q\",\"count\":1.5", "steps[0].count", "invalid_type", "\"steps[0].count\": must be a whole number.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":0", "steps[0].seconds", "out_of_range", "\"steps[0].seconds\": must be from 1 to 86400.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":86401", "steps[0].seconds", "out_of_range", "\"steps[0].seconds\": must be from 1 to 86400.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":\"5\"", "steps[0].seconds", "invalid_type", "\"steps[0].seconds\": must be a whole number.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":5,\"timeoutSeconds\":301", "steps[0].timeoutSeconds", "out_of_range", "\"steps[0].timeoutSeconds\": must be from 1 to 300.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":5,\"after\":[\"b\"]", "steps[0].after[0]", "unknown_step", "\"steps[0].after[0]\": there is no step \"b\".")]
    [InlineData("\"kind\":\"delay\",\"seconds\":5,\"after\":[\"a\"]", "steps[0].id", "circle", "\"steps[0].id\": waits for itself: a → a.")]
    [InlineData("\"kind\":\"delay\",\"seconds\":5,\"after\":{}", "steps[0].after", "invalid_type", "\"steps[0].after\": must be an array of strings.")]
    [InlineData("\"kind\":\"text\",\"template\":\"{{inputs.who}}\"", "steps[0].template", "unknown_parameter", "\"steps[0].template\": there is no parameter \"who\".")]
    [InlineData("\"kind\":\"text\",\"template\":\"{{}}\"", "steps[0].template", "unknown_placeholder", "\"steps[0].template\": \"{{}}\" is neither {{inputs.Name}} nor {{steps.id}}.")]
    public void A_step_that_cannot_be_is_refused_by_the_field(string properties, string param, string code, string message) =>
        Assert.Equal([(param, code, message)], Definitions.ProblemsOf(Definitions.WithStep(properties)));

    [Theory]
    [InlineData("\"method\":\"get\",\"url\":\"http://example.com\"", "method", "invalid_option", "invalid option \"get\". Must be one of: GET, POST, PUT, PATCH, DELETE")]
    [InlineData("\"url\":\"example.com\"", "url", "invalid_format", "must begin with http://, https:// or a placeholder.")]
    [InlineData("\"url\":\"http:{{inputs.Who}}\"", "url", "invalid_format", "must begin with http://, https:// or a placeholder.")]
    [InlineData("\"url\":\"http://{{inputs.Who}}/\"", "url", "invalid_format", "must name its host without placeholders, or begin with one that stands for the whole address.")]
    [InlineData("\"url\":\"https://example.com{{inputs.Who}}\"", "url", "invalid_format", "must name its host without placeholders, or begin with one that stands for the whole address.")]
    [InlineData("\"url\":\"http://me:secret@example.com/\"", "url", "invalid_format", "must be an http or https address without credentials.")]
    [InlineData("\"url\":\"http://\"", "url", "invalid_format", "must be an http or https address without credentials.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":[]", "headers", "invalid_type", "must be an object of strings.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"X Y\":\"1\"}", "headers.X Y", "invalid_format", "is no header that a step may set.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"hOST\":\"b\"}", "headers.hOST", "invalid_format", "is no header that a step may set.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"Content-Length\":\"1\"}", "headers.Content-Length", "invalid_format", "is no header that a step may set.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"Transfer-Encoding\":\"chunked\"}", "headers.Transfer-Encoding", "invalid_format", "is no header that a step may set.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"X\":1}", "headers.X", "invalid_type", "must be a string.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"X\":\"a\\r\\nb\"}", "headers.X", "invalid_format", "must be printable ASCII characters.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"X\":\"1\",\"x\":\"2\"}", "headers.x", "duplicate", "is given twice, for the case of letters does not matter.")]
    [InlineData("\"url\":\"http://a/\",\"headers\":{\"X\":\"{{steps.b}}\"}", "headers.X", "unknown_step", "there is no step \"b\".")]
    [InlineData("\"url\":\"http://a/\",\"body\":\"{{inputs.Whom}}\"", "body", "unknown_parameter", "there is no parameter \"Whom\".")]
    [InlineData("\"url\":\"http://a/\",\"pointer\":\"a\"", "pointer", "invalid_format", "must be a JSON pointer, such as /items/0/name.")]
    [InlineData("\"url\":\"http://a/\",\"pointer\":\"/a~2\"", "pointer", "invalid_format", "must be a JSON pointer, such as /items/0/name.")]
    public void A_request_that_cannot_be_sent_is_refused_by_the_field(string properties, string field, string code, string rule) => Assert.Equal(
        [($"steps[0].{field}", code, $"\"steps[0].{field}\": {rule}")],
        Definitions.ProblemsOf(Definitions.WithStep("\"kind\":\"http\"," + properties)));

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("HTTPS://example.com:8443/a?b=c#d")]
    [InlineData("https://example.com/{{inputs.Who}}?{{inputs.Who}}={{inputs.Who}}")]
    [InlineData("{{inputs.Who}}")]
    [InlineData("{{ inputs.Who }}/more")]
    public void An_address_may_be_written_out_or_put_together(string url) =>
        Assert.Equal(url, Assert.IsType<HttpStep>(Definitions.Read(Definitions.WithStep($"\"kind\":\"http\",\"url\":\"{url}\"")).Steps[0]).Url);

    [Fact]
    public void Twenty_of_everything_are_taken_and_no_more()
    {
        Assert.Equal(20, Definitions.Read(Many(20)).Steps.Count);
        Assert.Equal(
            [
                ("parameters", "too_many", "\"parameters\": must have 0 to 20 entries."),
                ("steps", "too_many", "\"steps\": must have 1 to 20 entries."),
                ("steps[0].headers", "too_many", "\"steps[0].headers\": must have 0 to 20 entries."),
                ("outputs", "too_many", "\"outputs\": must have 1 to 20 entries."),
            ],
            Definitions.ProblemsOf(Many(21)));

        static string Many(int count)
        {
            var numbers = Enumerable.Range(0, count).ToList();
            var parameters = numbers.Select(number => $$"""{"id":"p{{number}}","name":"P{{number}}","type":"text"}""");
            var headers = numbers.Select(number => $"\"H{number}\":\"1\"");
            var steps = numbers.Skip(1).Select(number => $$"""{"id":"s{{number}}","kind":"text","template":"t"}""");
            var outputs = numbers.Select(number => $$"""{"id":"o{{number}}","label":"O","type":"text","step":"s0"}""");
            var first = $$$"""{"id":"s0","kind":"http","url":"http://a/","headers":{{{{string.Join(',', headers)}}}}}""";
            return $$"""{"name":"A","parameters":[{{string.Join(',', parameters)}}],"steps":[{{string.Join(',', steps.Prepend(first))}}],"outputs":[{{string.Join(',', outputs)}}]}""";
        }
    }

    [Fact]
    public void Texts_are_as_long_as_they_may_be_and_no_longer()
    {
        Assert.Equal(100, Definitions.Read(WithLengths(100, 1_000, 200, 32_768)).Name.Length);
        Assert.Equal(100, Definitions.Read(WithLengths(100, 1_000, 200, 32_768).Replace(new string('n', 100), string.Concat(Enumerable.Repeat("😀", 100)), StringComparison.Ordinal)).Name.EnumerateRunes().Count());
        Assert.Equal(
            [
                ("name", "too_long", "\"name\": must be at most 100 characters."),
                ("description", "too_long", "\"description\": must be at most 1000 characters."),
                ("parameters[0].options[0]", "too_long", "\"parameters[0].options[0]\": must be at most 200 characters."),
                ("parameters[1].default", "too_long", "\"parameters[1].default\": must be at most 32768 characters."),
            ],
            Definitions.ProblemsOf(WithLengths(101, 1_001, 201, 32_769)));

        static string WithLengths(int name, int description, int option, int value) =>
            $$"""
            {"name":"{{new string('n', name)}}","description":"{{new string('d', description)}}",
             "parameters":[{"id":"p","name":"P","type":"options","options":["{{new string('o', option)}}"]},{"id":"q","name":"Q","type":"text","default":"{{new string('v', value)}}"}],
             "steps":[{"id":"a","kind":"text","template":"t"}],"outputs":[{"id":"o","label":"O","type":"text","step":"a"}]}
            """;
    }

    [Fact]
    public void Every_circle_is_told_by_those_who_form_it()
    {
        var problems = Definitions.ProblemsOf(Definitions.WithStep(
            "\"kind\":\"text\",\"template\":\"{{steps.c}}\"",
            """
            ,{"id":"b","kind":"text","template":"{{steps.a}}"},{"id":"c","kind":"text","template":"t","after":["b"]}
            ,{"id":"d","kind":"text","template":"{{steps.e}}{{steps.a}}"},{"id":"e","kind":"text","template":"{{steps.d}}"}
            ,{"id":"f","kind":"text","template":"{{steps.e}}"}
            """));

        Assert.Equal(
            [
                ("steps[0].id", "circle", "\"steps[0].id\": waits for itself: a → c → b → a."),
                ("steps[3].id", "circle", "\"steps[3].id\": waits for itself: d → e → d."),
            ],
            problems);
    }

    private static string WithConcurrency(string concurrency) =>
        $$"""
        {"name":"A","parameters":[{"id":"p","name":"P","type":"text"}],"steps":[{"id":"a","kind":"text","template":"t"}],
         "outputs":[{"id":"o","label":"O","type":"text","step":"a"}],"concurrency":{{concurrency}}}
        """;
}
