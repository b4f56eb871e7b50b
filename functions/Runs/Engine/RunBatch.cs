using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Diagnostics;

namespace Serverless.Runs.Engine;

/// <summary>What can be done to many runs at once.</summary>
internal enum RunAction
{
    /// <summary>Each is to run once more.</summary>
    Replay,

    /// <summary>Each is to be ended.</summary>
    Cancel,
}

/// <summary>The queue message by which something is done to many runs: whoever asked for it has been told how many, and need not wait for it.</summary>
/// <param name="Workspace">Whose runs they are.</param>
/// <param name="Id">What tells it from all others; it has the form of a run's.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Runs">The runs, at most <see cref="MaxRuns"/>.</param>
internal sealed record RunBatch(string Workspace, RunId Id, RunAction Action, IReadOnlyList<RunId> Runs)
{
    /// <summary>The most runs: their ids take 39 of the 48 KB that a message may have.</summary>
    public const int MaxRuns = 1000;

    private const string ActionProperty = "action";

    /// <summary>Whether the workspace has endpoints that are told of the ends of new runs.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; init; }

    /// <summary>Writes the message.</summary>
    public BinaryData Encode() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(
        new RunBatchBody(Workspace, Id.Text, WordOf(Action), [.. Runs.Select(run => run.Text)], IsAnnounced, Origin.DueAt?.UtcDateTime, Origin.TraceParent),
        MessageJson.Default.RunBatchBody));

    /// <summary>Reads a message; null when it is no such one.</summary>
    public static RunBatch? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        // Those of new runs go on with what is no JSON.
        if (bytes.Span.Contains((byte)'\n'))
        {
            return null;
        }

        try
        {
            using var message = JsonDocument.Parse(bytes);
            return message.RootElement.ValueKind == JsonValueKind.Object && message.RootElement.TryGetProperty(ActionProperty, out var action)
                ? new(
                    message.RootElement.GetProperty("workspace").GetString()!,
                    IdOf(message.RootElement.GetProperty("batch")),
                    Enum.GetValues<RunAction>().Single(known => action.ValueEquals(WordOf(known))),
                    [.. message.RootElement.GetProperty("runs").EnumerateArray().Select(IdOf)])
                {
                    IsAnnounced = message.RootElement.TryGetProperty("isAnnounced", out var announced) && announced.GetBoolean(),
                    Origin = MessageOrigin.Read(message.RootElement),
                }
                : null;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            // Whoever deals with messages of runs says what is wrong with it.
            return null;
        }
    }

    private static RunId IdOf(JsonElement id) => RunId.Parse(id.GetString()) ?? throw new FormatException($"No run is {id}.");

    private static string WordOf(RunAction action) => action.ToString().ToLowerInvariant();
}

/// <summary>The message in JSON.</summary>
internal sealed record RunBatchBody(
    string Workspace,
    string Batch,
    string Action,
    IReadOnlyList<string> Runs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool IsAnnounced,
    [property: JsonPropertyName(MessageOrigin.DueProperty)] DateTime? DueAt,
    [property: JsonPropertyName(MessageOrigin.TraceParentProperty)] string? TraceParent);
