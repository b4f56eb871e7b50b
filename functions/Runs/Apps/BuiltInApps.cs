namespace Serverless.Runs.Apps;

/// <summary>The apps that every workspace has. <c>echo</c> and <c>pipeline</c> need nothing but this service.</summary>
internal static class BuiltInApps
{
    /// <summary>All of them, in the order of their ids.</summary>
    public static IReadOnlyList<AppDefinition> All { get; } =
    [
        new()
        {
            AppId = "echo",
            Name = "Echo",
            Description = "Gives back the text it is given.",
            IsPublic = true,
            Parameters = [new() { Id = "text", Name = "Text", Type = ParameterType.Text, Description = "What to give back." }],
            Steps = [new TextStep("{{inputs.Text}}") { Id = "echo" }],
            Outputs = [new("text", "Text", "text", "echo")],
        },
        new()
        {
            AppId = "fetch",
            Name = "Fetch",
            Description = "Fetches what is at an address.",
            IsPublic = true,
            Parameters = [new() { Id = "url", Name = "Url", Type = ParameterType.Url, Description = "The address to fetch." }],
            Steps = [new HttpStep("GET", "{{inputs.Url}}") { Id = "fetch" }],
            Outputs = [new("content", "Content", "text", "fetch")],
        },
        new()
        {
            AppId = "pipeline",
            Name = "Pipeline",
            Description = "Five steps that work side by side and one after the other: texts, and a pause of a second.",
            IsPublic = true,
            Parameters =
            [
                new() { Id = "topic", Name = "Topic", Type = ParameterType.Text, Description = "What to write of.", Default = "serverless" },
                new()
                {
                    Id = "style",
                    Name = "Style",
                    Type = ParameterType.Options,
                    Description = "How to write.",
                    Options = ["Plain", "Festive"],
                    Default = "Plain",
                },
            ],
            Steps =
            [
                new TextStep("{{inputs.Topic}} ({{inputs.Style}})") { Id = "title" },
                new DelayStep(TimeSpan.FromSeconds(1)) { Id = "pause" },
                new TextStep("In short: {{steps.title}}.") { Id = "summary" },
                new TextStep("After a pause: {{steps.title}}.") { Id = "details", After = ["pause"] },
                new TextStep("{{steps.title}}\n\n{{steps.summary}}\n{{steps.details}}") { Id = "report" },
            ],
            Outputs =
            [
                new("summary", "Summary", "text", "summary"),
                new("details", "Details", "text", "details"),
                new("report", "Report", "text", "report"),
            ],
        },
        new()
        {
            AppId = "research",
            Name = "Research",
            Description = "Searches the web for a question and answers it from what was found.",
            IsPublic = true,
            Parameters = [new() { Id = "question", Name = "Question", Type = ParameterType.Text, Description = "What is to be found out." }],
            Steps =
            [
                new SearchStep("{{inputs.Question}}") { Id = "search", Count = 8 },
                new LanguageModelStep("Question: {{inputs.Question}}\n\nSearch results:\n{{steps.search}}")
                {
                    Id = "answer",
                    System = "Answer the question from the search results alone, and name the address of each that you rely on.",
                    MaxTokens = 1_024,
                },
            ],
            Outputs = [new("answer", "Answer", "text", "answer"), new("sources", "Sources", "json", "search")],
        },
        new()
        {
            AppId = "summarize",
            Name = "Summarize",
            Description = "Sums a text up.",
            IsPublic = true,
            Parameters =
            [
                new() { Id = "text", Name = "Text", Type = ParameterType.Text, Description = "The text to sum up." },
                new()
                {
                    Id = "length",
                    Name = "Length",
                    Type = ParameterType.Options,
                    Description = "How long the summary is.",
                    Options = ["One sentence", "One paragraph", "Five bullet points"],
                    Default = "One paragraph",
                },
            ],
            Steps =
            [
                new LanguageModelStep("{{inputs.Text}}")
                {
                    Id = "summary",
                    System = "Sum up the text you are given, in its language. Length: {{inputs.Length}}.",
                },
            ],
            Outputs = [new("summary", "Summary", "text", "summary")],
        },
    ];

    /// <summary>The built-in app of this id; null when there is none.</summary>
    public static AppDefinition? Find(string appId) => All.FirstOrDefault(app => app.AppId == appId);
}
