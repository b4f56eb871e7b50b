using System.Buffers;
using System.Text.Json;
using Serverless.Json;

namespace Serverless.Outbound;

/// <summary>The JSON of a chat completion: what is sent, and what comes back.</summary>
internal static class ChatCompletion
{
    /// <summary>Makes the body of a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="messages">The conversation so far.</param>
    /// <param name="maxTokens">The most tokens of the answer.</param>
    /// <param name="host">Where it is sent to.</param>
    public static ReadOnlyMemory<byte> Request(string model, IEnumerable<ChatMessage> messages, int maxTokens, string host)
    {
        var body = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("model", model);
        writer.WriteStartArray("messages");
        foreach (var (role, content) in messages)
        {
            writer.WriteStartObject();
            writer.WriteString("role", role);
            writer.WriteString("content", content);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNumber(NameOfMaxTokens(host), maxTokens);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="body">The body of a successful response.</param>
    /// <param name="model">The model that was asked, for when the answer does not name it.</param>
    /// <exception cref="ChatModelException">There is no answer in it.</exception>
    public static ChatAnswer Read(ReadOnlyMemory<byte> body, string model)
    {
        try
        {
            using var document = JsonDocument.Parse(JsonText.Mended(ByteOrderMark.Remove(body).Span));
            var answer = document.RootElement;
            if (Member(answer, "error") is { ValueKind: not JsonValueKind.Null })
            {
                throw new ChatModelException(ChatModelFailure.Refused, "The chat model answered with an error");
            }

            var choices = Member(answer, "choices");
            var choice = choices is { ValueKind: JsonValueKind.Array } && choices.Value.GetArrayLength() > 0 ? choices.Value[0] : default;
            var message = Member(choice, "message") ?? default;
            if (Text(Member(message, "content")) is { } text)
            {
                var usage = Member(answer, "usage") ?? default;
                return new(
                    text, Text(Member(answer, "model")) ?? model, Count(Member(usage, "prompt_tokens")), Count(Member(usage, "completion_tokens")));
            }

            throw Text(Member(message, "refusal")) is null
                ? new ChatModelException(ChatModelFailure.BadAnswer, "The chat model's answer holds no text")
                : new ChatModelException(ChatModelFailure.Refused, "The chat model declined to answer");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // The second is for bytes that are no text.
            throw new ChatModelException(ChatModelFailure.BadAnswer, "The chat model's answer is not JSON", broken);
        }
    }

    // OpenAI's newer models know only the new name, and most other servers only the old one.
    private static string NameOfMaxTokens(string host) =>
        host == "api.openai.com" || host.EndsWith(".openai.azure.com", StringComparison.Ordinal) ? "max_completion_tokens" : "max_tokens";

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : null;

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } && element.Value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static int? Count(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } && element.Value.TryGetInt32(out var count) ? count : null;
}
