using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Serverless.Runs.Apps;
using Serverless.Runs.Engine;
using static Serverless.Tests.Runs.Engine.TestRuns;

namespace Serverless.Tests.Runs.Engine;

/// <summary>Runs as bytes, in rows and in messages.</summary>
[Trait("Category", "Fast")]
public sealed class RunDocumentTests
{
    private static readonly AppDefinition Everything = App([.. Steps]) with { Concurrency = new(3, "{{inputs.Who}}") };

    private static IEnumerable<AppStep> Steps =>
    [
        Text("text", "Hello {{inputs.Who}}"),
        new HttpStep("POST", "https://example.com/{{steps.text}}")
        {
            Id = "http",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-One"] = "1", ["x-two"] = "{{inputs.Who}}" },
            Body = """{"who":"{{inputs.Who}}"}""",
            Pointer = "/a/0",
            Retries = 5,
            Timeout = TimeSpan.FromSeconds(300),
        },
        new LanguageModelStep("Prompt {{steps.http}}") { Id = "llm", System = "System", MaxTokens = 77, After = ["text"] },
        new SearchStep("Query") { Id = "search", Count = 3, Retries = 0 },
        Delay("delay", 86_400, after: ["search", "llm"]),
    ];

    [Fact]
    public void A_run_comes_back_as_it_was()
    {
        var run = Run(Everything) with
        {
            Inputs = new Dictionary<string, string> { ["Who"] = "Zoë \"🚀\" \u0001", ["Empty"] = "" },
            WebhookUrl = "https://example.com/hook?a=b",
            IsAnnounced = true,
            Source = "somewhere",
            Status = RunStatus.Failed,
            ErrorMessage = "It broke",
            StartedAt = Start.AddTicks(1),
            CompletedAt = Start.AddTicks(1234567),
            ReplayOf = RunId.New(Start.AddHours(-1)),
            MadeRoomFor = [RunId.New(Start.AddHours(-2)), RunId.New(Start)],
        };
        run = run
            .With("text", new(StepStatus.Completed) { Attempt = 1, LastTry = new(1, Start) { EndedAt = Start.AddTicks(7) }, Output = "Hello" })
            .With("http", new(StepStatus.Waiting)
            {
                Attempt = 2,
                DueAt = Start.AddSeconds(3),
                LastTry = new(2, Start.AddSeconds(2)) { Before = new(1, Start) { EndedAt = Start.AddSeconds(1), Error = "the server answered 500" } },
            })
            .With("llm", new(StepStatus.Failed) { Attempt = 3, Error = "no" })
            .With("search", new(StepStatus.Running) { Attempt = 1 });

        var read = RunDocument.Decode(run.Workspace, run.Id, RunDocument.Encode(run));

        Assert.Equal(run.Inputs, read.Inputs);
        Assert.Equal(run.Steps.OrderBy(step => step.Key), read.Steps.OrderBy(step => step.Key));
        Assert.Equal(run.MadeRoomFor, read.MadeRoomFor);
        Assert.Equal(run with { App = read.App, Inputs = read.Inputs, Steps = read.Steps, MadeRoomFor = read.MadeRoomFor }, read);
        Assert.Equal(run.App.AppId, read.App.AppId);
        Assert.Equal(RunDocument.Encode(run), RunDocument.Encode(read));
        var http = Assert.IsType<HttpStep>(read.App.Steps[1]);
        Assert.Equal(("1", "{{inputs.Who}}"), (http.Headers["x-one"], http.Headers["X-Two"]));
    }

    [Fact]
    public void A_run_of_the_version_before_has_steps_without_tries()
    {
        var run = RunDocument.Decode("w", RunId.New(Start), Compress(EarlierRuns.Failed));

        Assert.Equal((RunStatus.Failed, "Step \"call\" failed: the server answered 404"), (run.Status, run.ErrorMessage));
        Assert.Equal(new StepState(StepStatus.Completed) { Attempt = 1, Output = "Hello Ann" }, run.Steps["greet"]);
        Assert.Equal(new StepState(StepStatus.Failed) { Attempt = 2, Error = "Step \"call\" failed: the server answered 404" }, run.Steps["call"]);
        Assert.All(run.Steps.Values, step => Assert.Empty(step.Tries));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("not gzip")]
    public void What_is_no_run_is_refused(string text) =>
        Assert.Throws<FormatException>(() => RunDocument.Decode("w", RunId.New(Start), Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"appId\":\"a\",\"app\":{},\"inputs\":{}}")]
    public void JSON_that_is_no_run_is_refused(string json) => Assert.Throws<FormatException>(() => RunDocument.Decode("w", RunId.New(Start), Compress(json)));

    [Fact]
    public void A_run_fits_as_long_as_it_takes_no_more_than_720_KB_compressed()
    {
        var app = App([.. Enumerable.Range(0, 20).Select(index => Text($"s{index}", "Text"))]);
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(48 * 1024));

        Assert.True(RunDocument.Fits(WithOutputs(14, noise)));
        Assert.False(RunDocument.Fits(WithOutputs(16, noise)));
        Assert.True(RunDocument.Fits(WithOutputs(20, new string('x', 64 * 1024))));
        Assert.InRange(RunDocument.Encode(WithOutputs(14, noise)).Length, 650 * 1024, RunDocument.MaxBytes);

        Run WithOutputs(int count, string output) => Enumerable.Range(0, count)
            .Aggregate(Run(app), (run, index) => run.With($"s{index}", new(StepStatus.Completed) { Output = output }));
    }

    [Fact]
    public void The_errors_of_tries_count_for_its_size()
    {
        var noise = Convert.ToBase64String(RandomNumberGenerator.GetBytes(600 * 1024));

        Assert.False(RunDocument.Fits(Run(App(Text("a", "A"))).With("a", new(StepStatus.Waiting) { Attempt = 1, LastTry = new(1, Start) { Error = noise + noise } })));
    }

    [Fact]
    public void A_message_names_its_run_in_words_and_may_bring_it()
    {
        var run = Run(Everything);
        var header = $$"""{"workspace":"{{run.Workspace}}","runId":"{{run.Id}}"}""";

        Assert.Equal(header, RunMessage.Of(run).Encode().ToString());
        var bringing = (RunMessage.Of(run) with { Document = RunDocument.Encode(run) }).Encode();
        Assert.StartsWith(header + "\n", bringing.ToString(), StringComparison.Ordinal);

        var read = RunMessage.Decode(bringing);
        Assert.Equal((run.Workspace, run.Id), (read.Workspace, read.Id));
        Assert.Equal(RunDocument.Encode(run), RunDocument.Encode(read.NewRun!));
        Assert.Null(RunMessage.Decode(RunMessage.Of(run).Encode()).NewRun);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"workspace\":1,\"runId\":2}")]
    [InlineData("{\"workspace\":\"w\",\"runId\":\"fc32ae7d-6840-4be3-8fb1-539a60e33fc3\"}")]
    public void What_names_no_run_is_no_message(string text)
    {
        Assert.Null(RunMessage.TryDecode(Encoding.UTF8.GetBytes(text)));
        Assert.Throws<FormatException>(() => RunMessage.Decode(BinaryData.FromString(text)));
    }

    /// <summary>A document from its JSON.</summary>
    internal static byte[] Compress(string json)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(json));
        }

        return bytes.ToArray();
    }
}
