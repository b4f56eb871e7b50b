using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Diagnostics;

namespace Serverless.Runs.Engine;

/// <summary>
/// The queue message by which a run is begun or gone on with: a line of JSON that names the run, so that a person can read a message that got
/// stuck; then, if the run is new, the whole of it.
/// </summary>
/// <param name="Workspace">Whose run it is.</param>
/// <param name="Id">The run.</param>
internal sealed record RunMessage(string Workspace, RunId Id)
{
    /// <summary>The largest message in bytes: base64 makes it the 64 KB that a queue takes.</summary>
    public const int MaxBytes = 48 * 1024;

    private const byte EndOfHeader = (byte)'\n';

    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; init; }

    /// <summary>The new run's <see cref="RunDocument"/>; empty for a run that has a row.</summary>
    public ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>The new run; null for one that has a row.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public Run? NewRun => Document.IsEmpty ? null : RunDocument.Decode(Workspace, Id, Document);

    /// <summary>The message for a run.</summary>
    public static RunMessage Of(Run run) => new(run.Workspace, run.Id);

    /// <summary>Writes the message. It may exceed <see cref="MaxBytes"/>: whoever sends it has to look.</summary>
    public BinaryData Encode()
    {
        var header = JsonSerializer.SerializeToUtf8Bytes(
            new RunMessageHeader(Workspace, Id.Text, Origin.DueAt?.UtcDateTime, Origin.TraceParent), MessageJson.Default.RunMessageHeader);
        return BinaryData.FromBytes(Document.IsEmpty ? header : [.. header, EndOfHeader, .. Document.Span]);
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">This is no message of ours.</exception>
    public static RunMessage Decode(BinaryData message) => TryDecode(message.ToMemory()) ?? throw new FormatException("The message names no run.");

    /// <summary>Reads a message; null when it is none of ours.</summary>
    public static RunMessage? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf(EndOfHeader);
        try
        {
            using var header = JsonDocument.Parse(end < 0 ? bytes : bytes[..end]);
            return header.RootElement.ValueKind == JsonValueKind.Object
                && header.RootElement.TryGetProperty("workspace", out var workspace) && workspace.ValueKind == JsonValueKind.String
                && header.RootElement.TryGetProperty("runId", out var id) && id.ValueKind == JsonValueKind.String
                && RunId.Parse(id.GetString()) is { } run
                    ? new(workspace.GetString()!, run) { Origin = MessageOrigin.Read(header.RootElement), Document = end < 0 ? default : bytes[(end + 1)..] }
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The line of JSON.</summary>
internal sealed record RunMessageHeader(
    string Workspace,
    string RunId,
    [property: JsonPropertyName(MessageOrigin.DueProperty)] DateTime? DueAt,
    [property: JsonPropertyName(MessageOrigin.TraceParentProperty)] string? TraceParent);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunMessageHeader))]
[JsonSerializable(typeof(RunBatchBody))]
internal sealed partial class MessageJson : JsonSerializerContext;
