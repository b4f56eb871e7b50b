using System.Text.Json;

namespace Serverless.Runs.Apps;

/// <summary>Writes what is said of apps and templates.</summary>
internal static class AppAnswers
{
    /// <summary>An app in a list.</summary>
    public static void WriteSummary(Utf8JsonWriter writer, AppSummary app)
    {
        writer.WriteStartObject();
        writer.WriteString("appId", app.AppId);
        writer.WriteString("name", app.Name);
        writer.WriteString("description", app.Description);
        writer.WriteBoolean("isPublic", app.IsPublic);
        writer.WriteEndObject();
    }

    /// <summary>What one has to know of an app to run it.</summary>
    public static void WriteSchema(Utf8JsonWriter writer, AppDefinition app)
    {
        writer.WriteStartObject();
        writer.WriteString("appId", app.AppId);
        writer.WriteString("name", app.Name);
        writer.WriteString("description", app.Description);
        WriteAll(writer, "parameters", app.Parameters, WriteParameter);
        WriteAll(writer, "outputs", app.Outputs, WriteOutput);
        writer.WriteEndObject();
    }

    /// <summary>A template in a list.</summary>
    public static void WriteTemplateSummary(Utf8JsonWriter writer, AppDefinition template)
    {
        writer.WriteStartObject();
        WriteTemplateHead(writer, template);
        writer.WriteEndObject();
    }

    /// <summary>A template with the definition to start from.</summary>
    public static void WriteTemplate(Utf8JsonWriter writer, AppDefinition template)
    {
        writer.WriteStartObject();
        WriteTemplateHead(writer, template);
        writer.WritePropertyName("definition");
        AppDefinitionWriter.Write(writer, template);
        writer.WriteEndObject();
    }

    private static void WriteTemplateHead(Utf8JsonWriter writer, AppDefinition template)
    {
        writer.WriteString("templateId", template.AppId);
        writer.WriteString("name", template.Name);
        writer.WriteString("description", template.Description);
    }

    private static void WriteParameter(Utf8JsonWriter writer, AppParameter parameter)
    {
        writer.WriteStartObject();
        writer.WriteString("id", parameter.Id);
        writer.WriteString("name", parameter.Name);
        writer.WriteString("type", AppWords.WordOf(parameter.Type));

        // Whoever reads the schema is to give every value, also where a default would do.
        writer.WriteBoolean("required", true);
        writer.WriteString("description", parameter.Description);
        if (parameter.Type == ParameterType.Options)
        {
            WriteAll(writer, "options", parameter.Options, static (writer, option) => writer.WriteStringValue(option));
        }

        if (parameter.Default is { } value)
        {
            writer.WriteString("default", value);
        }

        writer.WriteEndObject();
    }

    private static void WriteOutput(Utf8JsonWriter writer, AppOutput output)
    {
        writer.WriteStartObject();
        writer.WriteString("label", output.Label);
        writer.WriteString("type", output.Type);
        writer.WriteEndObject();
    }

    private static void WriteAll<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            write(writer, item);
        }

        writer.WriteEndArray();
    }
}
