using System.ComponentModel;
using System.Text.Json.Serialization;
using Serverless.Http;

namespace Serverless.Runs.Apps;

/// <summary>An app, as it stands in lists.</summary>
internal sealed record AppSummary(
    [property: Description("Its id.")] string AppId,
    [property: Description("Its name.")] string Name,
    [property: Description("What it does.")] string Description,
    [property: Description("Whether everybody has it, as everybody has the built-in apps.")] bool IsPublic)
{
    /// <summary>The summary of an app.</summary>
    public static AppSummary Of(AppDefinition app) => new(app.AppId, app.Name, app.Description, app.IsPublic);

    /// <summary>Whether its id, name or description contains a text, in whatever case.</summary>
    public bool Contains(string text) => Array.Exists([AppId, Name, Description], field => field.Contains(text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What one has to know of an app to run it.</summary>
internal sealed record AppSchema(
    [property: Description("Its id.")] string AppId,
    [property: Description("Its name.")] string Name,
    [property: Description("What it does.")] string Description,
    [property: Description("What it asks for.")] IEnumerable<ParameterSchema> Parameters,
    [property: Description("What it gives out.")] IEnumerable<OutputSchema> Outputs)
{
    [Description("Its definition, as it can be put: for whoever may define apps, where it is one of the workspace and is shown alone; else it is absent.")]
    public DefinitionDocument? Definition { get; init; }

    /// <summary>The schema of an app.</summary>
    public static AppSchema Of(AppDefinition app) => new(
        app.AppId,
        app.Name,
        app.Description,
        app.Parameters.Select(ParameterSchema.Of),
        app.Outputs.Select(output => new OutputSchema(output.Label, output.Type)));
}

/// <summary>An input that an app asks for.</summary>
internal sealed record ParameterSchema(
    [property: Description("Its id within the app.")] string Id,
    [property: Description("The same, by the name that the vendor's clients know it under.")] string Key,
    [property: Description("The name that its value is given under.")] string Name,
    [property: Description("What it takes: `text`, `options` or `url`.")] string Type,
    [property: Description("Always true, so that whoever reads this knows to give each; one with a default may be left out all the same.")] bool Required,
    [property: Description("What it is for.")] string Description,
    [property: Description("The values that may be chosen; where the type is `options` only.")] IReadOnlyList<string>? Options,
    [property: Description("What holds when no value is given; absent when one has to be.")] string? Default)
{
    /// <summary>The schema of a parameter.</summary>
    public static ParameterSchema Of(AppParameter parameter) => new(
        parameter.Id,
        parameter.Id,
        parameter.Name,
        AppWords.WordOf(parameter.Type),
        Required: true,
        parameter.Description,
        parameter.Type == ParameterType.Options ? parameter.Options : null,
        parameter.Default);
}

/// <summary>A result that an app gives out.</summary>
internal sealed record OutputSchema(
    [property: Description("What it is called.")] string Label,
    [property: Description("What it is: `text`, `json` or `url`.")] string Type);

/// <summary>A template, as it stands in lists.</summary>
internal sealed record TemplateSummary(
    [property: Description("Its id.")] string TemplateId,
    [property: Description("Its name.")] string Name,
    [property: Description("What an app made of it does.")] string Description)
{
    /// <summary>The summary of a template.</summary>
    public static TemplateSummary Of(AppDefinition template) => new(template.AppId, template.Name, template.Description);
}

/// <summary>A template with the definition to start from.</summary>
internal sealed record TemplateAnswer(
    [property: Description("Its id.")] string TemplateId,
    [property: Description("Its name.")] string Name,
    [property: Description("What an app made of it does.")] string Description,
    [property: Description("The definition of such an app, as it can be put.")] DefinitionDocument Definition)
{
    /// <summary>What is said of a template.</summary>
    public static TemplateAnswer Of(AppDefinition template) => new(template.AppId, template.Name, template.Description, DefinitionDocument.Of(template));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Answered<IReadOnlyList<AppSummary>>))]
[JsonSerializable(typeof(Answered<AppSchema>))]
[JsonSerializable(typeof(Answered<IEnumerable<TemplateSummary>>))]
[JsonSerializable(typeof(Answered<TemplateAnswer>))]
[JsonSerializable(typeof(DefinitionDocument))]
internal sealed partial class AppJson : JsonSerializerContext;
