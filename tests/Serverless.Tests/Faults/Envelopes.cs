using System.Text.Json;

namespace Serverless.Tests.Faults;

/// <summary>How each surface's errors look, to the letter.</summary>
internal static class Envelopes
{
    private const string Protobuf = "application/x-protobuf";

    private static readonly string[] TracePaths = ["ingest", "events", "traces", "sessions", "users", "projects", "costs", "performance", "ai", "auth", "otel", "sdk"];
    private static readonly string[] AgentPaths = ["register", "keys", "search", "me", "usage", "billing", "capabilities", "guide"];
    private static readonly string[] Betrayals = ["   at ", "Exception", "System.", "Azure."];

    /// <summary>What is wrong with an answer that is an error; null when nothing is.</summary>
    /// <param name="path">The path that was asked for.</param>
    /// <param name="response">The answer.</param>
    /// <param name="body">Its body.</param>
    public static string? ProblemWith(string path, HttpResponseMessage response, string body)
    {
        var isProtobuf = IsExport(path) && response.RequestMessage?.Content?.Headers.ContentType?.MediaType == Protobuf;
        if (response.Content.Headers.ContentType?.ToString() is var type && type != (isProtobuf ? Protobuf : "application/json; charset=utf-8"))
        {
            return $"its type is {type}";
        }

        if (!response.Headers.Contains("X-Request-Id"))
        {
            return "it has no request id";
        }

        if ((int)response.StatusCode is 429 or 503 && response.Headers.RetryAfter?.Delta is not { TotalSeconds: >= 1 })
        {
            return "it does not say when to try again";
        }

        if (Betrayals.FirstOrDefault(word => body.Contains(word, StringComparison.Ordinal)) is { } betrayal)
        {
            return $"it says \"{betrayal}\"";
        }

        if (isProtobuf)
        {
            return body.Length > 0 ? null : "it says nothing";
        }

        try
        {
            using var json = JsonDocument.Parse(body);
            return FormOf(path, (int)response.StatusCode)(json.RootElement) ? null : "it is not in its surface's envelope";
        }
        catch (JsonException)
        {
            return "it is no JSON";
        }
    }

    private static bool IsExport(string path) => path.StartsWith("/v1/otel", StringComparison.Ordinal);

    private static Func<JsonElement, bool> FormOf(string path, int status)
    {
        var first = path.Split('/', '?') is ["", "v1", var below, ..] ? below : "";
        return first == "logs" || path.StartsWith("/v1/otel/v1/logs", StringComparison.Ordinal) ? IsLogError
            : Array.Exists(TracePaths, own => own == first) ? error => Has(error, "error") && IsText(error, "error")
            : Array.Exists(AgentPaths, own => own == first) ? IsAgentError
            : error => IsLaminaError(error, status);
    }

    private static bool IsLogError(JsonElement error) =>
        (Has(error, "error", "code", "requestId")
            || (Has(error, "error", "code", "requestId", "details") && error.GetProperty("details").EnumerateArray().All(detail => Has(detail, "index", "field", "code", "message"))))
        && IsText(error, "error", "code", "requestId");

    private static bool IsAgentError(JsonElement error) =>
        Has(error, "status", "error_code", "message") && IsText(error, "error_code", "message") && error.GetProperty("status").ValueEquals("error");

    private static bool IsLaminaError(JsonElement error, int status)
    {
        string[] always = status == 429 ? ["error", "code", "retryable", "retryAfter", "requestId"] : ["error", "code", "retryable", "requestId"];
        return (Has(error, always) || (status == 400 && Has(error, [.. always, "details"]) && error.GetProperty("details").EnumerateArray().All(IsDetail)))
            && IsText(error, "error", "code", "requestId")
            && error.GetProperty("retryable").ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    private static bool IsDetail(JsonElement detail) => Has(detail, "param", "code", "message") && IsText(detail, "code", "message");

    private static bool Has(JsonElement json, params string[] names) =>
        json.ValueKind == JsonValueKind.Object && json.EnumerateObject().Select(member => member.Name).SequenceEqual(names, StringComparer.Ordinal);

    private static bool IsText(JsonElement json, params string[] names) =>
        Array.TrueForAll(names, name => json.GetProperty(name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 });
}
