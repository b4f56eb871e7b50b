using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Json;
using Serverless.Runs.Engine;

namespace Serverless.Runs.Watching;

/// <summary>What is said of runs.</summary>
internal static class RunAnswers
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";

    // What an output is called as long as it is not there, whatever it is going to be.
    private const string NotThere = "pending";
    private const string JsonOutput = "json";

    /// <summary>Writes what whoever starts a run is told.</summary>
    public static void WriteAccepted(Utf8JsonWriter writer, Run run)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", run.Id.Text);
        writer.WriteString("workflowId", run.App.AppId);
        writer.WriteString("workflowName", run.App.Name);
        writer.WriteString("status", RunWords.Of(run.Status));
        writer.WriteString("webhookUrl", run.WebhookUrl);
        WriteOutputs(writer, RunOutput.Of(run));
        writer.WriteEndObject();
    }

    /// <summary>Writes a run with its outputs.</summary>
    public static void Write(Utf8JsonWriter writer, Run run)
    {
        var outputs = RunOutput.Of(run);
        writer.WriteStartObject();
        writer.WriteString("runId", run.Id.Text);
        writer.WriteString("workflowId", run.App.AppId);
        writer.WriteString("status", RunWords.Of(run.Status));
        WriteOutputs(writer, outputs);
        writer.WriteString("errorMessage", run.ErrorMessage);
        writer.WriteString("startedAt", Format(run.StartedAt));
        writer.WriteString("completedAt", Format(run.CompletedAt));
        writer.WriteString("createdAt", Format(run.CreatedAt));
        WriteProgress(writer, outputs);
        writer.WriteEndObject();
    }

    /// <summary>Writes what a list says of a run.</summary>
    public static void WriteSummary(Utf8JsonWriter writer, RunSummary run)
    {
        writer.WriteStartObject();
        writer.WriteString("runId", run.Id.Text);
        writer.WriteString("workflowId", run.AppId);
        writer.WriteString("status", RunWords.Of(run.Status));
        writer.WriteString("source", run.Source);
        writer.WriteString("errorMessage", run.ErrorMessage);
        writer.WriteString("startedAt", Format(run.StartedAt));
        writer.WriteString("completedAt", Format(run.CompletedAt));
        writer.WriteString("createdAt", Format(run.Id.CreatedAt));
        writer.WriteEndObject();
    }

    private static void WriteOutputs(Utf8JsonWriter writer, IReadOnlyList<RunOutput> outputs)
    {
        writer.WriteStartArray("outputs");
        foreach (var (definition, status, value, error) in outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("id", definition.Id);
            writer.WriteString("label", definition.Label);
            writer.WriteString("type", value is null ? NotThere : definition.Type);
            writer.WritePropertyName("value");
            WriteValue(writer, definition.Type, value);
            writer.WriteString("status", RunWords.Of(status));
            writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // What should be JSON and is not stands there as the text it is.
    private static void WriteValue(Utf8JsonWriter writer, string type, string? value)
    {
        if (value is not null && type == JsonOutput && TryParse(value) is { } json)
        {
            using (json)
            {
                json.RootElement.WriteTo(writer);
            }
        }
        else
        {
            writer.WriteStringValue(value);
        }
    }

    private static JsonDocument? TryParse(string text)
    {
        try
        {
            return JsonDocument.Parse(JsonText.Mended(Encoding.UTF8.GetBytes(text)));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteProgress(Utf8JsonWriter writer, IReadOnlyList<RunOutput> outputs)
    {
        var completed = outputs.Count(output => output.Status == OutputStatus.Completed);
        writer.WriteStartObject("progress");
        writer.WriteNumber("totalOutputs", outputs.Count);
        writer.WriteNumber("completedOutputs", completed);
        writer.WriteNumber("failedOutputs", outputs.Count(output => output.Status == OutputStatus.Error));
        writer.WriteNumber("percentComplete", completed * 100 / outputs.Count);
        writer.WriteEndObject();
    }

    private static string? Format(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
