using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Diagnostics;
using Serverless.Webhooks.Deliveries;

namespace Serverless.Webhooks.Messages;

/// <summary>A queue message about webhooks: an <see cref="Announcement"/>, or a <see cref="DeliveryOrder"/>.</summary>
/// <param name="Workspace">Whose it is.</param>
/// <param name="Source">The name of the source that knows what there is to say.</param>
/// <param name="Id">What the source knows it by.</param>
internal abstract record WebhookMessage(string Workspace, string Source, string Id)
{
    // What the messages of the version before were about.
    private const string EarlierSource = "run";

    /// <summary>Where it comes from.</summary>
    public MessageOrigin Origin { get; init; }

    /// <summary>Writes the message.</summary>
    public BinaryData Encode() => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(
        ToBody() with { DueAt = Origin.DueAt?.UtcDateTime, TraceParent = Origin.TraceParent }, WebhookMessageJson.Default.WebhookMessageBody));

    /// <summary>Reads a message.</summary>
    /// <exception cref="FormatException">This is no message of ours: the queue will set it aside as poison.</exception>
    public static WebhookMessage Decode(BinaryData message)
    {
        try
        {
            using var json = JsonDocument.Parse(message.ToMemory());
            var body = json.RootElement;
            return Read(body, body.GetProperty("workspace").GetString()!) with { Origin = MessageOrigin.Read(body) };
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The message is about no webhook.", broken);
        }
    }

    /// <summary>The message as it is written.</summary>
    protected abstract WebhookMessageBody ToBody();

    private static WebhookMessage Read(JsonElement body, string workspace)
    {
        if (body.TryGetProperty("runId", out var run))
        {
            return ReadOrder(body, new(workspace, EarlierSource, run.GetString()!, Delivery.OneMessage, 0) { IsEarlier = true });
        }

        var (source, id) = (body.GetProperty("source").GetString()!, body.GetProperty("id").GetString()!);
        return body.TryGetProperty("endpoint", out var endpoint)
            ? ReadOrder(body, new(workspace, source, id, endpoint.GetString()!, 0) { IsEarlier = Has("isEarlier"), IsAsked = Has("isAsked") })
            : new Announcement(workspace, source, id);

        bool Has(string flag) => body.TryGetProperty(flag, out var value) && value.ValueKind == JsonValueKind.True;
    }

    private static DeliveryOrder ReadOrder(JsonElement body, DeliveryOrder order)
    {
        var attempt = body.GetProperty("attempt").GetInt32();
        return order with { Attempt = attempt, Made = body.TryGetProperty("made", out var made) ? MadeTry.Read(made, attempt) : null };
    }
}

/// <summary>Something has happened: whoever wants to know is to be told.</summary>
internal sealed record Announcement(string Workspace, string Source, string Id) : WebhookMessage(Workspace, Source, Id)
{
    /// <inheritdoc/>
    protected override WebhookMessageBody ToBody() => new(Workspace, Source, Id);
}

/// <summary>A message is to be delivered to one receiver.</summary>
/// <param name="Workspace">Whose it is.</param>
/// <param name="Source">The name of the source that knows what there is to say.</param>
/// <param name="Id">What the source knows it by.</param>
/// <param name="Endpoint">The endpoint; or <see cref="Delivery.OneMessage"/>.</param>
/// <param name="Attempt">Which try this is, from 1.</param>
internal sealed record DeliveryOrder(string Workspace, string Source, string Id, string Endpoint, int Attempt) : WebhookMessage(Workspace, Source, Id)
{
    /// <summary>Whether somebody has asked for this try: then it is made even if the receiver has taken the message before.</summary>
    public bool IsAsked { get; init; }

    /// <summary>Whether the version before may have made tries, and have kept them in its own way.</summary>
    public bool IsEarlier { get; init; }

    /// <summary>The try, if it has been made and its end could not be written down; then that is all that is left to do.</summary>
    public DeliveryTry? Made { get; init; }

    /// <summary>The order for the try after this one.</summary>
    public DeliveryOrder Next => this with { Attempt = Attempt + 1, IsAsked = false, IsEarlier = false, Made = null };

    /// <inheritdoc/>
    protected override WebhookMessageBody ToBody() => new(Workspace, Source, Id)
    {
        Endpoint = Endpoint,
        Attempt = Attempt,
        IsAsked = IsAsked,
        IsEarlier = IsEarlier,
        Made = Made is null ? null : MadeTry.Of(Made),
    };
}

/// <summary>The message in JSON.</summary>
internal sealed record WebhookMessageBody(string Workspace, string Source, string Id)
{
    /// <summary>The receiver; null in an announcement, as is all that follows.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Which try it is.</summary>
    public int? Attempt { get; init; }

    /// <summary>Whether somebody has asked for it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAsked { get; init; }

    /// <summary>Whether the version before may have made tries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsEarlier { get; init; }

    /// <summary>The try, if it has been made.</summary>
    public MadeTry? Made { get; init; }

    /// <summary>When it was to be dealt with.</summary>
    [JsonPropertyName(MessageOrigin.DueProperty)]
    public DateTime? DueAt { get; init; }

    /// <summary>The span that sent it.</summary>
    [JsonPropertyName(MessageOrigin.TraceParentProperty)]
    public string? TraceParent { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WebhookMessageBody))]
internal sealed partial class WebhookMessageJson : JsonSerializerContext;
