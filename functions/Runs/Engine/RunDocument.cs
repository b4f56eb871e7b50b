using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Http;
using Serverless.Json;
using Serverless.Runs.Apps;

namespace Serverless.Runs.Engine;

/// <summary>A run as bytes, without its id and workspace: compressed JSON, as a row keeps it and a message carries it.</summary>
internal static class RunDocument
{
    /// <summary>The most bytes a run may take. A row holds a megabyte; the emulator counts it as it travels, in base64, beside its other columns.</summary>
    public const int MaxBytes = 720 * 1024;

    /// <summary>Writes a run.</summary>
    public static byte[] Encode(Run run)
    {
        var json = JsonResponse.Body(RunRecord.Of(run), RunRecordJson.Default.RunRecord);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(json.Span);
        }

        return compressed.ToArray();
    }

    /// <summary>Whether a run takes no more than <see cref="MaxBytes"/>.</summary>
    public static bool Fits(Run run)
    {
        // Only what is large is worth compressing to find out; the rest is names and numbers.
        var texts = run.Inputs.Values
            .Concat(run.Steps.Values.SelectMany(step => step.Tries.Select(each => each.Error ?? "").Append(step.Output ?? "")))
            .Concat(run.App.Steps.SelectMany(step => step.Templates));
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

    private static Run Read(string workspace, RunId id, JsonElement run) => new()
    {
        Id = id,
        Workspace = workspace,
        App = AppDefinitionReader.Read(run.GetProperty("appId").GetString()!, run.GetProperty("app")),
        Inputs = run.GetProperty("inputs").EnumerateObject().ToDictionary(input => input.Name, input => input.Value.GetString()!, StringComparer.Ordinal),
        WebhookUrl = run.GetProperty("webhookUrl").GetString(),
        IsAnnounced = run.TryGetProperty("isAnnounced", out var announced) && announced.GetBoolean(),
        Source = run.GetProperty("source").GetString()!,
        ReplayOf = run.TryGetProperty("replayOf", out var replayed) ? RunId.Parse(replayed.GetString()) : null,
        Status = RunWords.RunStatusOf(run.GetProperty("status").GetString()!)!.Value,
        Steps = run.GetProperty("steps").EnumerateObject().ToImmutableDictionary(step => step.Name, step => ReadStep(step.Value), StringComparer.Ordinal),
        ErrorMessage = run.GetProperty("errorMessage").GetString(),
        StartedAt = ReadTime(run.GetProperty("startedAt")),
        CompletedAt = ReadTime(run.GetProperty("completedAt")),
        HasToWait = run.TryGetProperty("hasToWait", out var waits) && waits.GetBoolean(),
        MadeRoomFor = run.TryGetProperty("madeRoomFor", out var others) ? [.. others.EnumerateArray().Select(other => RunId.Parse(other.GetString())).OfType<RunId>()] : [],
    };

    private static StepState ReadStep(JsonElement step) => new(RunWords.StepStatusOf(step.GetProperty("status").GetString()!))
    {
        Attempt = step.GetProperty("attempt").GetInt32(),
        DueAt = ReadTime(step.GetProperty("dueAt")),
        Output = step.GetProperty("output").GetString(),
        Error = step.GetProperty("error").GetString(),
        LastTry = ReadTries(step),
    };

    // Earlier versions wrote none.
    private static StepTry? ReadTries(JsonElement step) => step.TryGetProperty("tries", out var tries)
        ? tries.EnumerateArray().Aggregate((StepTry?)null, (before, next) => ReadTry(next) with { Before = before })
        : null;

    private static StepTry ReadTry(JsonElement next) => new(next.GetProperty("number").GetInt32(), next.GetProperty("beganAt").GetDateTimeOffset())
    {
        EndedAt = ReadTime(next.GetProperty("endedAt")),
        Error = next.GetProperty("error").GetString(),
    };

    private static DateTimeOffset? ReadTime(JsonElement time) => time.ValueKind == JsonValueKind.Null ? null : time.GetDateTimeOffset();
}

/// <summary>A run as its document has it.</summary>
internal sealed record RunRecord(
    string AppId,
    RawJson App,
    IReadOnlyDictionary<string, string> Inputs,
    string? WebhookUrl,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsAnnounced,
    string Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ReplayOf,
    string Status,
    OrderedDictionary<string, StepRecord> Steps,
    string? ErrorMessage,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool HasToWait,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? MadeRoomFor)
{
    /// <summary>A run, its steps in the order of its app.</summary>
    public static RunRecord Of(Run run) => new(
        run.App.AppId,
        new(AppDefinitionWriter.Write(run.App)),
        run.Inputs,
        run.WebhookUrl,
        run.IsAnnounced,
        run.Source,
        run.ReplayOf?.Text,
        RunWords.Of(run.Status),
        new(run.App.Steps.Select(step => KeyValuePair.Create(step.Id, StepRecord.Of(run.Steps[step.Id])))),
        run.ErrorMessage,
        run.StartedAt,
        run.CompletedAt,
        run.HasToWait,
        run.MadeRoomFor.Count == 0 ? null : [.. run.MadeRoomFor.Select(other => other.Text)]);
}

/// <summary>The state of a step as the document has it.</summary>
internal sealed record StepRecord(
    string Status,
    int Attempt,
    DateTimeOffset? DueAt,
    string? Output,
    string? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<TryRecord>? Tries)
{
    /// <summary>The state of a step.</summary>
    public static StepRecord Of(StepState step) => new(
        RunWords.Of(step.Status),
        step.Attempt,
        step.DueAt,
        step.Output,
        step.Error,
        step.LastTry is null ? null : [.. step.Tries.Select(each => new TryRecord(each.Number, each.BeganAt, each.EndedAt, each.Error))]);
}

/// <summary>A try of a step as the document has it.</summary>
internal sealed record TryRecord(int Number, DateTimeOffset BeganAt, DateTimeOffset? EndedAt, string? Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RunRecordJson : JsonSerializerContext;
