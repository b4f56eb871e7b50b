using System.Globalization;
using System.Text.Json.Nodes;
using Serverless.Tests.Hosting;

namespace Serverless.Tests.Admission;

/// <summary>What an answer of LuminaLog says about limits.</summary>
/// <param name="Status">The status.</param>
/// <param name="Code">The error's code; null when all went well.</param>
/// <param name="Limit">The limit; null when the answer does not say.</param>
/// <param name="Remaining">What is left of it.</param>
/// <param name="Reset">When all of it is available again, in seconds since 1970.</param>
/// <param name="RetryAfter">How many seconds to wait; null when the answer does not say.</param>
internal sealed record LogAnswer(int Status, string? Code, long? Limit, long? Remaining, long? Reset, long? RetryAfter)
{
    /// <summary>Sends one small entry.</summary>
    public static async Task<LogAnswer> PostAsync(LogClient client) =>
        await OfAsync(await client.PostAsync(new JsonObject { ["logs"] = new JsonArray(LogEntries.Simple()) }.ToJsonString()));

    /// <summary>Reads an answer.</summary>
    public static async Task<LogAnswer> OfAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await LogClient.JsonAsync(response);
            return new(
                (int)response.StatusCode,
                body["code"]?.GetValue<string>(),
                Header("X-RateLimit-Limit"),
                Header("X-RateLimit-Remaining"),
                Header("X-RateLimit-Reset"),
                Header("Retry-After"));
        }

        long? Header(string name) =>
            response.Headers.TryGetValues(name, out var values) ? long.Parse(Assert.Single(values), CultureInfo.InvariantCulture) : null;
    }
}
