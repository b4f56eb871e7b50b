using System.Text.Json;
using System.Text.Json.Serialization;

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
        var request = new ChatRequest(model, messages);
        return JsonSerializer.SerializeToUtf8Bytes(
            KnowsCompletionTokens(host) ? request with { MaxCompletionTokens = maxTokens } : request with { MaxTokens = maxTokens }, ChatJson.Default.ChatRequest);
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="body">The body of a successful response.</param>
    /// <param name="model">The model that was asked, for when the answer does not name it.</param>
    /// <exception cref="ChatModelException">There is no answer in it.</exception>
    public static ChatAnswer Read(ReadOnlyMemory<byte> body, string model)
    {
        try
        {
            using var document = ReceivedJson.Parse(body);
            var answer = document.RootElement;
            if (answer.Member("error") is { ValueKind: not JsonValueKind.Null })
            {
                throw new ChatModelException(ChatModelFailure.Refused, "The chat model answered with an error");
            }

            var choices = answer.Member("choices");
            var choice = choices is { ValueKind: JsonValueKind.Array } && choices.Value.GetArrayLength() > 0 ? choices.Value[0] : default;
            var message = choice.Member("message") ?? default;
            if (Text(message.Member("content")) is { } text)
            {
                var usage = answer.Member("usage") ?? default;
                return new(
                    text, Text(answer.Member("model")) ?? model, Count(usage.Member("prompt_tokens")), Count(usage.Member("completion_tokens")));
            }

            throw Text(message.Member("refusal")) is null
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
    private static bool KnowsCompletionTokens(string host) => host == "api.openai.com" || host.EndsWith(".openai.azure.com", StringComparison.Ordinal);

    private static string? Text(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.String } && element.Value.GetString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static int? Count(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Number } && element.Value.TryGetInt32(out var count) ? count : null;
}

/// <summary>A question to a model. One of the two figures says how long the answer may be.</summary>
internal sealed record ChatRequest(string Model, IEnumerable<ChatMessage> Messages)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxTokens { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxCompletionTokens { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChatRequest))]
internal sealed partial class ChatJson : JsonSerializerContext;
