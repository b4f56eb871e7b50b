using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using Serverless.Runs.Engine.Steps;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>What steps work on, as it is shown.</summary>
[Trait("Category", "Fast")]
public sealed class StepInputTests
{
    [Fact]
    public void A_text_is_shown_with_its_values() =>
        Assert.Equal("""{"text":"Hello Ann, done!"}""", InputOf(Text("b", "Hello {{inputs.Who}}, {{steps.a}}!")));

    [Fact]
    public void A_request_is_shown_without_what_may_be_secret() =>
        Assert.Equal(
            """{"method":"POST","url":"https://example.com/a/done?token=***&page=***&***","headers":{"Authorization":"***","X-Who":"***"},"body":"{\"who\":\"Ann\"}"}""",
            InputOf(new HttpStep("POST", "https://example.com/a/{{steps.a}}?token=secret&page={{inputs.Who}}&secret#secret")
            {
                Id = "b",
                Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer secret", ["X-Who"] = "{{inputs.Who}}" },
                Body = """{"who":"{{inputs.Who}}"}""",
            }));

    [Fact]
    public void A_user_in_an_address_is_not_shown() =>
        Assert.Equal("""{"method":"GET","url":"https://example.com/"}""", InputOf(new HttpStep("GET", "{{inputs.Who}}") { Id = "b" }, who: "https://ann:secret@example.com"));

    [Fact]
    public void An_address_that_is_none_is_not_shown() =>
        Assert.Equal("""{"method":"GET"}""", InputOf(new HttpStep("GET", "{{inputs.Who}}") { Id = "b" }));

    [Fact]
    public void All_other_kinds_are_shown_as_they_are()
    {
        Assert.Equal("""{"system":"Be Ann","prompt":"done?"}""", InputOf(new LanguageModelStep("{{steps.a}}?") { Id = "b", System = "Be {{inputs.Who}}" }));
        Assert.Equal("""{"prompt":"Ask"}""", InputOf(new LanguageModelStep("Ask") { Id = "b" }));
        Assert.Equal("""{"query":"Ann","count":7}""", InputOf(new SearchStep("{{inputs.Who}}") { Id = "b", Count = 7 }));
        Assert.Equal("""{"seconds":3}""", InputOf(Delay("b", 3)));
    }

    [Fact]
    public void What_waits_for_another_step_has_no_input_yet()
    {
        var run = Run(App(Text("a", "A"), Text("b", "{{steps.a}}"), Text("c", "C", after: "a")));

        Assert.Equal(["""{"text":"A"}""", null, null], run.App.Steps.Select(step => StepInput.Of(run, step)));
    }

    [Fact]
    public void What_cannot_be_put_together_has_none() =>
        Assert.Null(InputOf(new HttpStep("GET", "https://example.com/{{inputs.Who}}") { Id = "b" }, who: ".."));

    private static string? InputOf(AppStep step, string who = "Ann")
    {
        var run = Run(App(Text("a", "A"), step)) with { Inputs = new Dictionary<string, string> { ["Who"] = who } };
        return StepInput.Of(run.With("a", new(StepStatus.Completed) { Attempt = 1, Output = "done" }), step);
    }
}
