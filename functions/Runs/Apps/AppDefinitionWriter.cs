using System.Text.Json;

namespace Serverless.Runs.Apps;

/// <summary>Writes the definitions of apps, as <see cref="AppDefinitionReader"/> reads them: for the table, for runs, and for templates.</summary>
internal static class AppDefinitionWriter
{
    /// <summary>Writes a definition as a JSON object. It says neither the app's id nor whose it is.</summary>
    public static void Write(Utf8JsonWriter writer, AppDefinition definition)
    {
        writer.WriteStartObject();
        writer.WriteString("name", definition.Name);
        WriteUnlessEmpty(writer, "description", definition.Description);
        WriteObjects(writer, "parameters", definition.Parameters, WriteParameter);
        WriteObjects(writer, "steps", definition.Steps, WriteStep);
        WriteObjects(writer, "outputs", definition.Outputs, WriteOutput);
        writer.WriteEndObject();
    }

    private static void WriteParameter(Utf8JsonWriter writer, AppParameter parameter)
    {
        writer.WriteString("id", parameter.Id);
        writer.WriteString("name", parameter.Name);
        writer.WriteString("type", AppWords.WordOf(parameter.Type));
        WriteUnlessEmpty(writer, "description", parameter.Description);
        WriteUnlessEmpty(writer, "options", parameter.Options);
        WriteUnlessNull(writer, "default", parameter.Default);
        WriteUnlessEmpty(writer, "media", parameter.Media);
    }

    private static void WriteStep(Utf8JsonWriter writer, AppStep step)
    {
        writer.WriteString("id", step.Id);
        writer.WriteString("kind", step.Kind);
        switch (step)
        {
            case TextStep text:
                writer.WriteString("template", text.Template);
                break;
            case HttpStep http:
                WriteHttp(writer, http);
                break;
            case LanguageModelStep model:
                writer.WriteString("prompt", model.Prompt);
                WriteUnlessNull(writer, "system", model.System);
                writer.WriteNumber("maxTokens", model.MaxTokens);
                break;
            case SearchStep search:
                writer.WriteString("query", search.Query);
                writer.WriteNumber("count", search.Count);
                break;
            case DelayStep delay:
                writer.WriteNumber("seconds", (int)delay.Duration.TotalSeconds);
                break;
        }

        WriteUnlessEmpty(writer, "after", step.After);
        writer.WriteNumber("retries", step.Retries);
        writer.WriteNumber("timeoutSeconds", (int)step.Timeout.TotalSeconds);
    }

    private static void WriteHttp(Utf8JsonWriter writer, HttpStep step)
    {
        writer.WriteString("method", step.Method);
        writer.WriteString("url", step.Url);
        if (step.Headers.Count > 0)
        {
            writer.WriteStartObject("headers");
            foreach (var (name, value) in step.Headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        WriteUnlessNull(writer, "body", step.Body);
        WriteUnlessNull(writer, "pointer", step.Pointer);
    }

    private static void WriteOutput(Utf8JsonWriter writer, AppOutput output)
    {
        writer.WriteString("id", output.Id);
        writer.WriteString("label", output.Label);
        writer.WriteString("type", output.Type);
        writer.WriteString("step", output.Step);
    }

    private static void WriteObjects<T>(Utf8JsonWriter writer, string name, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteUnlessNull(Utf8JsonWriter writer, string name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void WriteUnlessEmpty(Utf8JsonWriter writer, string name, string text) =>
        WriteUnlessNull(writer, name, text.Length > 0 ? text : null);

    private static void WriteUnlessEmpty(Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count > 0)
        {
            writer.WriteStartArray(name);
            foreach (var text in texts)
            {
                writer.WriteStringValue(text);
            }

            writer.WriteEndArray();
        }
    }
}
