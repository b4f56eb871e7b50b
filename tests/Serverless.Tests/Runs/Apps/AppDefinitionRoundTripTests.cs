using FsCheck;
using FsCheck.Fluent;
using Serverless.Runs.Apps;
using Serverless.Tests.Ingestion;

namespace Serverless.Tests.Runs.Apps;

/// <summary>A definition that is kept is the same when it is read again.</summary>
[Trait("Category", "Fast")]
public sealed class AppDefinitionRoundTripTests
{
    private static readonly Gen<string> Text = Gen.Elements("a", "é", "大", "😀", "\"", "\\", "\n", "<", "}", " ", "{{inputs.P0}}", "{{steps.s0}}")
        .NonEmptyListOf()
        .Select(pieces => string.Concat(pieces.Take(20)));

    private static readonly Gen<string?> TextOrNull = Gen.Frequency((1, Gen.Constant<string?>(null)), (2, Text.Select(text => (string?)text)));

    private static readonly Gen<AppParameter> OwnParameter =
        from type in Gen.Elements(ParameterType.Text, ParameterType.Options, ParameterType.Url)
        from description in Text
        from hasDefault in Gen.Elements(true, false)
        from media in Gen.SubListOf("image/*", "text/html", "application/vnd.api+json")
        select new AppParameter
        {
            Id = "",
            Name = "",
            Type = type,
            Description = description,
            Options = type == ParameterType.Options ? ["One", " \"Two\" 😀"] : [],
            Default = !hasDefault ? null : type == ParameterType.Url ? "https://example.com/?a" : type == ParameterType.Text ? description : "One",
            Media = type == ParameterType.Url ? [.. media] : [],
        };

    // The first step is named by the others, and names none.
    private static readonly Gen<AppStep> OwnStep =
        from text in Text
        from other in TextOrNull
        from number in Gen.Choose(1, 20)
        from kind in Gen.Choose(0, 4)
        from after in Gen.Elements<string[]>([], ["s0"])
        from retries in Gen.Choose(0, 5)
        from timeout in Gen.Choose(1, 300)
        let step = kind switch
        {
            0 => new TextStep(text) { Id = "" },
            1 => new HttpStep(HttpStepRules.Methods[number % 5], $"https://example.com/{text}")
            {
                Id = "",
                Headers = Enumerable.Range(0, number % 3).ToDictionary(header => $"X-{header}", _ => "{{inputs.P0}}", StringComparer.OrdinalIgnoreCase),
                Body = other,
                Pointer = other is null ? null : "/a~0~1/0",
            },
            2 => new LanguageModelStep(text) { Id = "", System = other, MaxTokens = number * 200 },
            3 => new SearchStep(text) { Id = "", Count = number },
            _ => (AppStep)new DelayStep(TimeSpan.FromSeconds(number)) { Id = "" },
        }
        select step with { After = after, Retries = retries, Timeout = TimeSpan.FromSeconds(timeout) };

    private static readonly Gen<AppDefinition> Apps =
        from description in TextOrNull
        from parameters in OwnParameter.NonEmptyListOf()
        from steps in OwnStep.ListOf()
        from type in Gen.Elements("text", "json", "url")
        from concurrency in Gen.Elements(null, new AppConcurrency(1, null), new AppConcurrency(100, "{{inputs.P0}} é"))
        select new AppDefinition
        {
            AppId = "test",
            Name = "A name",
            Description = description ?? "",
            Parameters = [.. parameters.Take(20).Select((parameter, index) => parameter with { Id = $"p{index}", Name = $"P{index}" })],
            Steps = [new TextStep("first") { Id = "s0" }, .. steps.Take(19).Select((step, index) => step with { Id = $"s{index + 1}" })],
            Outputs = [new("o", "An output", type, "s0")],
            Concurrency = concurrency,
        };

    [Fact]
    public void Whatever_is_written_is_read_as_it_was() => Always.Holds(
        Apps,
        static app =>
        {
            var written = Definitions.Write(app);

            var read = Definitions.Read(written);

            Assert.Equal(written, Definitions.Write(read));
            Assert.Equal(Describe(app), Describe(read));
        },
        count: 200);

    [Fact]
    public void Every_built_in_app_and_template_is_valid_and_has_an_id_of_its_own()
    {
        IReadOnlyList<AppDefinition> all = [.. BuiltInApps.All, .. AppTemplates.All];

        Assert.All(all, app => Assert.Equal(Describe(app with { IsPublic = false }), Describe(Definitions.Read(Definitions.Write(app), app.AppId))));
        Assert.Equal(all.Count, all.Select(app => app.AppId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(BuiltInApps.All.Select(app => app.AppId).Order(StringComparer.Ordinal), BuiltInApps.All.Select(app => app.AppId));
        Assert.Equal(AppTemplates.All.Select(app => app.AppId).Order(StringComparer.Ordinal), AppTemplates.All.Select(app => app.AppId));
    }

    // Every property of every part; the members that are lists of an abstract kind, by their own.
    private static string Describe(AppDefinition app) => string.Join('\n',
    [
        $"{app.AppId} {app.Name} {app.Description} {app.IsPublic} {app.Concurrency}",
        .. app.Parameters.Select(parameter =>
            $"{parameter.Id} {parameter.Name} {parameter.Type} {parameter.Description} {parameter.Default ?? "none"} [{string.Join('|', parameter.Options)}] [{string.Join('|', parameter.Media)}]"),
        .. app.Steps.Select(step => $"{step with { After = [] }} after [{string.Join('|', step.After)}] {string.Join('|', step.Templates)}"
            + (step is HttpStep http ? $" {string.Join('|', http.Headers)}" : "")),
        .. app.Outputs.Select(output => output.ToString()),
    ]);
}
