using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Http;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>What LuminaLog's answers have to be, to the byte.</summary>
internal static partial class LogAnswers
{
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Expects a status and exactly this body.</summary>
    public static async Task ExpectAsync(this HttpResponseMessage response, HttpStatusCode status, string json)
    {
        Assert.Equal(json, await response.Content.ReadAsStringAsync());
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
    }

    /// <summary>Expects that all entries were accepted.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="processed">How many.</param>
    /// <param name="bytesUsed">What the quota is charged.</param>
    /// <param name="key">The key that was used; null for that of the request's header.</param>
    public static Task ExpectAcceptedAsync(this HttpResponseMessage response, int processed, int bytesUsed, string? key = null) => response.ExpectAsync(
        HttpStatusCode.OK,
        $$"""{"message":"Logs ingested successfully","processed":{{processed}},"bytes_used":{{bytesUsed}},"debug_user_id":"{{KeyId(response, key)}}"}""");

    /// <summary>Expects that some entries were accepted, and what is said of the others.</summary>
    public static Task ExpectPartlyAcceptedAsync(
        this HttpResponseMessage response, int processed, int bytesUsed, int rejected, params IReadOnlyCollection<ErrorDetail> errors) =>
        response.ExpectAsync(HttpStatusCode.OK, new JsonObject
        {
            ["message"] = "Logs ingested successfully",
            ["processed"] = processed,
            ["bytes_used"] = bytesUsed,
            ["debug_user_id"] = KeyId(response, key: null),
            ["rejected"] = rejected,
            ["errors"] = Json(errors),
        }.ToJsonString(Compact));

    /// <summary>Expects LuminaLog's error envelope, with the request's id in it.</summary>
    public static Task ExpectErrorAsync(
        this HttpResponseMessage response, HttpStatusCode status, string code, string message, params IReadOnlyCollection<ErrorDetail> details)
    {
        var body = new JsonObject { ["error"] = message, ["code"] = code, ["requestId"] = RequestId(response) };
        if (details.Count > 0)
        {
            body["details"] = Json(details);
        }

        return response.ExpectAsync(status, body.ToJsonString(Compact));
    }

    /// <summary>Expects that no entry of the batch was valid.</summary>
    public static Task ExpectNothingValidAsync(this HttpResponseMessage response, params IReadOnlyCollection<ErrorDetail> details) =>
        response.ExpectErrorAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR", "No entry of the batch is valid", details);

    /// <summary>Expects a 400 for the whole request, with one problem that says the same as the error.</summary>
    public static Task ExpectInvalidAsync(this HttpResponseMessage response, string? field, string code, string message) =>
        response.ExpectErrorAsync(HttpStatusCode.BadRequest, "VALIDATION_ERROR", message, new ErrorDetail(null, field, code, message));

    /// <summary>Expects the answer to a key that is not valid, which is the same whatever is wrong with it.</summary>
    public static Task ExpectUnauthorizedAsync(this HttpResponseMessage response) =>
        response.ExpectErrorAsync(HttpStatusCode.Unauthorized, "INVALID_API_KEY", "Invalid or missing API key");

    /// <summary>The id that the answer gives the request.</summary>
    public static string RequestId(this HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("X-Request-Id"));

    /// <summary>Waits for the entries to be stored and reads them, newest first, as they stand but for their ids.</summary>
    public static async Task<IReadOnlyList<string>> ReadStoredAsync(this LogClient logs, int count)
    {
        await logs.WaitForAsync(count);
        using var response = await logs.GetAsync("?start=0001-01-01T00:00:00Z&limit=1000");
        using var page = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        return [.. page.RootElement.GetProperty("logs").EnumerateArray().Select(entry => Id().Replace(entry.GetRawText(), "{", 1))];
    }

    /// <summary>
    /// Expects that nothing sent before was stored: an entry sent now, which the queue delivers no sooner, is the only one there.
    /// </summary>
    public static async Task ExpectNothingStoredAsync(this LogClient logs)
    {
        await logs.AcceptAsync(LogEntries.Simple("marker"));
        Assert.Equal(["""{"timestamp":"2026-01-26T14:30:00.000Z","level":"info","message":"marker"}"""], await logs.ReadStoredAsync(1));
    }

    // The 8 digits after those of the organization.
    private static string KeyId(HttpResponseMessage response, string? key) => (key ?? Assert.Single(response.RequestMessage!.Headers.GetValues("x-api-key"))).Substring(15, 8);

    private static JsonArray Json(IReadOnlyCollection<ErrorDetail> details) =>
    [
        .. details.Select(detail => new JsonObject
        {
            ["index"] = detail.Index,
            ["field"] = detail.Field,
            ["code"] = detail.Code,
            ["message"] = detail.Message,
        }),
    ];

    [GeneratedRegex("""^\{"id":"[0-9a-f]{32}-[0-9]{4}",""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
