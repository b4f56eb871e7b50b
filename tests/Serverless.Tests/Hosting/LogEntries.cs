using System.Globalization;
using System.Text.Json.Nodes;

namespace Serverless.Tests.Hosting;

/// <summary>Log entries as applications write them.</summary>
public static class LogEntries
{
    private static readonly string[] Levels = ["debug", "info", "info", "info", "warn", "error"];
    private static readonly string[] Messages =
    [
        "Request completed", "Cache miss, reading from the database", "User logged in", "Payment accepted", "Retrying after a timeout",
    ];

    /// <summary>An entry with the required fields alone.</summary>
    public static JsonObject Simple(string message = "Hello", string timestamp = "2026-01-26T14:30:00.000Z", string level = "info") =>
        new() { ["timestamp"] = timestamp, ["level"] = level, ["message"] = message };

    /// <summary>Entries with varied messages and metadata, about 250 bytes each, one a second.</summary>
    public static IReadOnlyList<JsonNode> Typical(int count)
    {
        // The same every time: a test that failed once can be run again.
        var random = new Random(1);
        var start = new DateTime(2026, 1, 26, 14, 0, 0, DateTimeKind.Utc);
        return
        [
            .. Enumerable.Range(0, count).Select(number => new JsonObject
            {
                ["timestamp"] = start.AddSeconds(number).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
                ["level"] = Levels[random.Next(Levels.Length)],
                ["message"] = $"{Messages[random.Next(Messages.Length)]} in {random.Next(1, 900)} ms",
                ["environment"] = "production",
                ["metadata"] = new JsonObject
                {
                    ["user_id"] = $"user-{random.Next(1000)}",
                    ["path"] = $"/api/orders/{random.Next(100000)}",
                    ["status"] = random.Next(200, 504),
                },
            }),
        ];
    }
}
