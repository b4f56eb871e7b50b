using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Logs;

/// <summary>Reading entries back, and what was read.</summary>
internal static partial class LogReads
{
    /// <summary>A range that takes in every entry.</summary>
    public const string Always = "?start=0001-01-01T00:00:00Z";

    /// <summary>Sends each batch by itself, so that it becomes a chunk of its own, and waits until all are stored.</summary>
    public static async Task StoreAsync(this LogClient logs, params IReadOnlyCollection<IReadOnlyCollection<JsonNode>> batches)
    {
        var before = await logs.CountPersistedAsync();
        foreach (var batch in batches)
        {
            await logs.AcceptAsync([.. batch.Select(entry => entry.DeepClone())]);
        }

        await logs.WaitForAsync(before + batches.Sum(batch => batch.Count));
    }

    /// <summary>The messages of a page, in its order.</summary>
    public static async Task<IReadOnlyList<string>> MessagesAsync(this LogClient logs, string query) => (await logs.ReadAsync(query)).Messages();

    /// <summary>The messages of a page, in its order.</summary>
    public static IReadOnlyList<string> Messages(this JsonNode page) => [.. Entries(page).Select(entry => entry["message"]!.GetValue<string>())];

    /// <summary>The entries of a page.</summary>
    public static IEnumerable<JsonNode> Entries(this JsonNode page) => page["logs"]!.AsArray().Select(entry => entry!);

    /// <summary>Where the next page begins; null when there is none.</summary>
    public static string? NextCursor(this JsonNode page) => page["next_cursor"]?.GetValue<string>();

    /// <summary>Reads page after page.</summary>
    public static async Task<IReadOnlyList<JsonNode>> PagesAsync(this LogClient logs, string query = Always)
    {
        var pages = new List<JsonNode> { await logs.ReadAsync(query) };
        while (pages[^1].NextCursor() is { } cursor)
        {
            Assert.True(pages.Count < 10_000, "The pages do not come to an end.");
            pages.Add(await logs.ReadAsync($"{query}&cursor={cursor}"));
        }

        return pages;
    }

    /// <summary>The body of an answer without the ids of entries, which are never the same.</summary>
    public static async Task<string> BodyAsync(this LogClient logs, string query)
    {
        using var response = await logs.GetAsync(query);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        return Id().Replace(body, "{");
    }

    /// <summary>Expects LuminaLog's answer to a request that is not valid.</summary>
    public static async Task ExpectProblemsAsync(this LogClient logs, string query, params (string Field, string Code, string Message)[] problems)
    {
        using var response = await logs.GetAsync(query);
        await ExpectProblemsAsync(response, problems);
    }

    /// <inheritdoc cref="ExpectProblemsAsync(LogClient, string, ValueTuple{string, string, string}[])"/>
    public static async Task ExpectProblemsAsync(HttpResponseMessage response, params (string Field, string Code, string Message)[] problems)
    {
        var expected = new JsonObject
        {
            ["error"] = "Invalid query parameters",
            ["code"] = "VALIDATION_ERROR",
            ["requestId"] = response.Headers.GetValues("X-Request-Id").Single(),
            ["details"] = new JsonArray([.. problems.Select(problem => new JsonObject
            {
                ["index"] = null,
                ["field"] = problem.Field,
                ["code"] = problem.Code,
                ["message"] = problem.Message,
            })]),
        };
        Assert.Equal(expected.ToJsonString(), JsonNode.Parse(await response.Content.ReadAsStringAsync())!.ToJsonString());
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    /// <summary>A cursor as the application writes them, with anything in it.</summary>
    public static string CursorOf(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>A time as clients write it.</summary>
    public static string Iso(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);

    [GeneratedRegex("""\{"id":"[0-9a-f]{32}-[0-9]{4}",""", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();
}
