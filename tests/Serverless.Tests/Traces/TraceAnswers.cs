using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Traces;

/// <summary>What LumiqTrace's answers have to be, to the byte.</summary>
internal static class TraceAnswers
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Sends events, which are accepted.</summary>
    public static async Task SendAsync(this TraceClient client, params IReadOnlyCollection<JsonObject> events)
    {
        using var response = await client.PostAsync(string.Join('\n', events.Select(line => line.ToJsonString())));
        await response.ExpectAcceptedAsync(events.Count);
    }

    /// <summary>Expects that so many events were accepted.</summary>
    public static Task ExpectAcceptedAsync(this HttpResponseMessage response, int count, int configurationVersion = 1) =>
        response.ExpectAsync(HttpStatusCode.Accepted, $$"""{"accepted":{{count}},"cv":{{configurationVersion}}}""");

    /// <summary>Expects an error with exactly this text, and nothing else.</summary>
    public static Task ExpectErrorAsync(this HttpResponseMessage response, HttpStatusCode status, string text) =>
        response.ExpectAsync(status, new JsonObject { ["error"] = text }.ToJsonString(Compact));

    /// <summary>Expects a 400 with exactly this text.</summary>
    public static Task ExpectInvalidAsync(this HttpResponseMessage response, string text) => response.ExpectErrorAsync(HttpStatusCode.BadRequest, text);

    /// <summary>Expects a 429 with exactly this text, and to be told to wait so long.</summary>
    public static async Task ExpectTooManyAsync(this HttpResponseMessage response, string text, TimeSpan wait)
    {
        await response.ExpectErrorAsync(HttpStatusCode.TooManyRequests, text);
        Assert.Equal(wait, response.Headers.RetryAfter?.Delta);
    }

    /// <summary>Expects that nothing of what the client sent is in the queue, or in the table.</summary>
    public static async Task ExpectNothingStoredAsync(this TraceClient client)
    {
        Assert.Empty(await client.TakeSentAsync());
        Assert.Equal(0, await client.CountRowsAsync());
    }

    private static async Task ExpectAsync(this HttpResponseMessage response, HttpStatusCode status, string json)
    {
        Assert.Equal(json, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Single(response.Headers.GetValues("X-Request-Id"));
    }
}
