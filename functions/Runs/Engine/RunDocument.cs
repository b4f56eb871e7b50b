using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Http;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>A run as bytes, without its id and workspace: compressed JSON, as a row keeps it and a message carries it.</summary>
internal static class RunDocument
{
    /// <summary>The most bytes a run may take. A row holds a megabyte; the emulator counts it as it travels, in base64, beside its other columns.</summary>
    public const int MaxBytes = 720 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes a run.</summary>
    public static byte[] Encode(Run run)
    {
        var json = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(json, WriterOptions))
        {
            Write(writer, run);
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(json.WrittenSpan);
        }

        return compressed.ToArray();
    }

    /// <summary>Whether a run takes no more than <see cref="MaxBytes"/>.</summary>
    public static bool Fits(Run run)
    {
        // Only what is large is worth compressing to find out; the rest is names and numbers.
        var texts = run.Inputs.Values.Concat(run.Steps.Values.Select(step => step.Output ?? "")).Concat(run.App.Steps.SelectMany(step => step.Templates));
        return texts.Sum(Encoding.UTF8.GetByteCount) <= MaxBytes / 2 || Encode(run).Length <= MaxBytes;
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="FormatException">These bytes are no run.</exception>
    public static Run Decode(string workspace, RunId id, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var gzip = new GZipStream(BinaryData.FromBytes(bytes).ToStream(), CompressionMode.Decompress);
            using var json = JsonDocument.Parse(gzip);
            return Read(workspace, id, json.RootElement);
        }
        catch (Exception broken) when (broken is InvalidDataException or JsonException or InvalidOperationException or KeyNotFoundException or ApiException)
        {
            throw new FormatException($"The document of run {id} cannot be read.", broken);
        }
    }

    private static void Write(Utf8JsonWriter writer, Run run)
    {
        writer.WriteStartObject();
        writer.WriteString("appId", run.App.AppId);
        writer.WritePropertyName("app");
        AppDefinitionWriter.Write(writer, run.App);
        writer.WriteStartObject("inputs");
        foreach (var (name, value) in run.Inputs)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteString("webhookUrl", run.WebhookUrl);
        writer.WriteString("source", run.Source);
        writer.WriteString("status", RunWords.Of(run.Status));
        writer.WriteStartObject("steps");
        foreach (var step in run.App.Steps)
        {
            writer.WritePropertyName(step.Id);
            Write(writer, run.Steps[step.Id]);
        }

        writer.WriteEndObject();
        writer.WriteString("errorMessage", run.ErrorMessage);
        WriteTime(writer, "startedAt", run.StartedAt);
        WriteTime(writer, "completedAt", run.CompletedAt);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StepState step)
    {
        writer.WriteStartObject();
        writer.WriteString("status", RunWords.Of(step.Status));
        writer.WriteNumber("attempt", step.Attempt);
        WriteTime(writer, "dueAt", step.DueAt);
        writer.WriteString("output", step.Output);
        writer.WriteString("error", step.Error);
        writer.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter writer, string name, DateTimeOffset? time)
    {
        if (time is { } set)
        {
            writer.WriteString(name, set);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    private static Run Read(string workspace, RunId id, JsonElement run) => new()
    {
        Id = id,
        Workspace = workspace,
        App = AppDefinitionReader.Read(run.GetProperty("appId").GetString()!, run.GetProperty("app")),
        Inputs = run.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => input.Value.GetString()!, StringComparer.Ordinal),
        WebhookUrl = run.GetProperty("webhookUrl").GetString(),
        Source = run.GetProperty("source").GetString()!,
        Status = RunWords.RunStatusOf(run.GetProperty("status").GetString()!)!.Value,
        Steps = run.GetProperty("steps").EnumerateObject().ToImmutableDictionary(step => step.Name, step => ReadStep(step.Value), StringComparer.Ordinal),
        ErrorMessage = run.GetProperty("errorMessage").GetString(),
        StartedAt = ReadTime(run.GetProperty("startedAt")),
        CompletedAt = ReadTime(run.GetProperty("completedAt")),
    };

    private static StepState ReadStep(JsonElement step) => new(RunWords.StepStatusOf(step.GetProperty("status").GetString()!))
    {
        Attempt = step.GetProperty("attempt").GetInt32(),
        DueAt = ReadTime(step.GetProperty("dueAt")),
        Output = step.GetProperty("output").GetString(),
        Error = step.GetProperty("error").GetString(),
    };

    private static DateTimeOffset? ReadTime(JsonElement time) => time.ValueKind == JsonValueKind.Null ? null : time.GetDateTimeOffset();
}
