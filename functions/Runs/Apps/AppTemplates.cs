namespace Serverless.Runs.Apps;

/// <summary>Definitions to start from, by an id of their own.</summary>
internal static class AppTemplates
{
    /// <summary>All of them, in the order of their ids.</summary>
    public static IReadOnlyList<AppDefinition> All { get; } =
    [
        new()
        {
            AppId = "delayed-notification",
            Name = "Delayed notification",
            Description = "Posts a message as JSON to an address, a minute after it was asked to.",
            Parameters =
            [
                new() { Id = "address", Name = "Address", Type = ParameterType.Text, Description = "Where to post the message." },
                new() { Id = "message", Name = "Message", Type = ParameterType.Text, Description = "The message.", Default = "A minute has passed." },
            ],
            Steps =
            [
                new DelayStep(TimeSpan.FromMinutes(1)) { Id = "pause" },
                new HttpStep("POST", "{{inputs.Address}}")
                {
                    Id = "notify",
                    After = ["pause"],
                    Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json" },
                    Body = """{"text":"{{inputs.Message}}"}""",
                },
            ],
            Outputs = [new("response", "Response", "text", "notify")],
        },
        new()
        {
            AppId = "page-summary",
            Name = "Page summary",
            Description = "Reads a page and sums it up, with a headline.",
            Parameters =
            [
                new() { Id = "page", Name = "Page", Type = ParameterType.Url, Description = "The address of the page.", Media = ["text/*"] },
                new()
                {
                    Id = "language",
                    Name = "Language",
                    Type = ParameterType.Text,
                    Description = "The language of the summary.",
                    Default = "English",
                },
            ],
            Steps =
            [
                new HttpStep("GET", "{{inputs.Page}}") { Id = "page" },
                new LanguageModelStep("{{steps.page}}")
                {
                    Id = "summary",
                    System = "Sum up the page you are given in one paragraph, in {{inputs.Language}}.",
                },
                new LanguageModelStep("{{steps.summary}}")
                {
                    Id = "headline",
                    System = "Write one headline for the text you are given, in {{inputs.Language}}.",
                    MaxTokens = 64,
                },
            ],
            Outputs = [new("headline", "Headline", "text", "headline"), new("summary", "Summary", "text", "summary")],
        },
        new()
        {
            AppId = "product-description",
            Name = "Product description",
            Description = "Writes a description of a product and a line to advertise it with.",
            Parameters =
            [
                new() { Id = "product", Name = "Product", Type = ParameterType.Text, Description = "What the product is." },
                new() { Id = "ingredients", Name = "Mention Key Ingredients", Type = ParameterType.Text, Description = "What has to be mentioned." },
                new()
                {
                    Id = "location",
                    Name = "Location",
                    Type = ParameterType.Options,
                    Description = "Where the product is shown.",
                    Options = ["Studio", "Urban", "Park"],
                    Default = "Studio",
                },
            ],
            Steps =
            [
                new LanguageModelStep("Product: {{inputs.Product}}\nMention: {{inputs.Mention Key Ingredients}}\nScene: {{inputs.Location}}")
                {
                    Id = "description",
                    System = "Describe the product in one paragraph for its page in a shop.",
                },
                new LanguageModelStep("{{steps.description}}")
                {
                    Id = "slogan",
                    System = "Write one line to advertise this product with.",
                    MaxTokens = 64,
                },
            ],
            Outputs = [new("description", "Description", "text", "description"), new("slogan", "Slogan", "text", "slogan")],
        },
        new()
        {
            AppId = "research-brief",
            Name = "Research brief",
            Description = "Searches the web from two sides at once and writes a brief that weighs both.",
            Parameters = [new() { Id = "claim", Name = "Claim", Type = ParameterType.Text, Description = "The claim to look into." }],
            Steps =
            [
                new SearchStep("evidence for: {{inputs.Claim}}") { Id = "for" },
                new SearchStep("evidence against: {{inputs.Claim}}") { Id = "against" },
                new LanguageModelStep("Claim: {{inputs.Claim}}\n\nFor:\n{{steps.for}}\n\nAgainst:\n{{steps.against}}")
                {
                    Id = "brief",
                    System = "Write a brief on the claim from the search results alone: what speaks for it, what against, and how sure one can be.",
                    MaxTokens = 1_024,
                },
            ],
            Outputs = [new("brief", "Brief", "text", "brief"), new("for", "For", "json", "for"), new("against", "Against", "json", "against")],
        },
        new()
        {
            AppId = "translation",
            Name = "Translation",
            Description = "Translates a text, and translates it back to show what was lost.",
            Parameters =
            [
                new() { Id = "text", Name = "Text", Type = ParameterType.Text, Description = "The text to translate." },
                new()
                {
                    Id = "language",
                    Name = "Language",
                    Type = ParameterType.Text,
                    Description = "The language to translate it into.",
                    Default = "English",
                },
            ],
            Steps =
            [
                new LanguageModelStep("{{inputs.Text}}")
                {
                    Id = "translation",
                    System = "Translate the text you are given into {{inputs.Language}}. Answer with the translation alone.",
                    MaxTokens = 4_096,
                },
                new LanguageModelStep("Original:\n{{inputs.Text}}\n\nTranslation:\n{{steps.translation}}")
                {
                    Id = "back",
                    System = "Translate the translation back into the language of the original, as literally as possible. Answer with that alone.",
                    MaxTokens = 4_096,
                },
            ],
            Outputs = [new("translation", "Translation", "text", "translation"), new("back", "Translated back", "text", "back")],
        },
    ];

    /// <summary>The template of this id; null when there is none.</summary>
    public static AppDefinition? Find(string templateId) => All.FirstOrDefault(template => template.AppId == templateId);
}
