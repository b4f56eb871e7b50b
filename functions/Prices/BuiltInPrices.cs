namespace Serverless.Prices;

/// <summary>
/// What well-known models cost by their providers' public lists: the usual rate of a request that is answered at once, and of two rates by the length of the prompt
/// the lower. A model whose price was not certain is not among them: what is unknown says so.
/// </summary>
public static class BuiltInPrices
{
    /// <summary>The day of the table: what providers have changed since is not in it.</summary>
    public static DateOnly AsOf { get; } = new(2026, 6, 1);

    /// <summary>The prices.</summary>
    public static IReadOnlyList<ModelPrice> All { get; } =
    [
        // OpenAI. Names of a fixed version go on with its date.
        .. Dated("2026-04-23", 5m, 30m, 0.5m, "gpt-5.5"),
        .. Dated("2026-03-05", 2.5m, 15m, 0.25m, "gpt-5.4"),
        .. Dated("2026-03-05", 0.75m, 4.5m, 0.075m, "gpt-5.4-mini"),
        .. Dated("2026-03-05", 0.2m, 1.25m, 0.02m, "gpt-5.4-nano"),
        .. Dated("2025-08-07", 1.25m, 10m, 0.125m, "gpt-5", "gpt-5.1", "gpt-5-codex", "gpt-5.1-codex"),
        .. Dated("2025-08-07", 0.25m, 2m, 0.025m, "gpt-5-mini"),
        .. Dated("2025-08-07", 0.05m, 0.4m, 0.005m, "gpt-5-nano"),
        .. Dated("2025-10-06", 15m, 120m, null, "gpt-5-pro"),
        .. Dated("2025-04-14", 2m, 8m, 0.5m, "gpt-4.1"),
        .. Dated("2025-04-14", 0.4m, 1.6m, 0.1m, "gpt-4.1-mini"),
        .. Dated("2025-04-14", 0.1m, 0.4m, 0.025m, "gpt-4.1-nano"),
        .. Dated("2024-10-02", 2.5m, 10m, 1.25m, "gpt-4o"),
        new("gpt-4o-2024-05-13", 5m, 15m, null, Day("2024-05-13")),
        .. Dated("2024-10-02", 0.15m, 0.6m, 0.075m, "gpt-4o-mini"),
        .. Dated("2024-12-17", 15m, 60m, 7.5m, "o1"),
        .. Dated("2025-04-16", 10m, 40m, 2.5m, "o3"),
        .. Dated("2025-06-10", 2m, 8m, 0.5m, "o3"),
        .. Dated("2025-01-31", 1.1m, 4.4m, 0.55m, "o3-mini"),
        .. Dated("2025-04-16", 1.1m, 4.4m, 0.275m, "o4-mini"),
        new("gpt-3.5-turbo", 0.5m, 1.5m, null, Day("2024-02-16")),
        new("gpt-3.5-turbo-0125", 0.5m, 1.5m, null, Day("2024-02-16")),
        new("text-embedding-3-small", 0.02m, 0, null, Day("2024-01-25")),
        new("text-embedding-3-large", 0.13m, 0, null, Day("2024-01-25")),

        // Anthropic: likewise, or with "latest".
        .. Dated("2026-02-05", 5m, 25m, 0.5m, "claude-opus-4-6"),
        .. Dated("2025-11-24", 5m, 25m, 0.5m, "claude-opus-4-5"),
        .. Dated("2025-05-22", 15m, 75m, 1.5m, "claude-opus-4", "claude-opus-4-0", "claude-opus-4-1"),
        .. Dated("2025-05-22", 3m, 15m, 0.3m, "claude-sonnet-4", "claude-sonnet-4-0", "claude-sonnet-4-5", "claude-sonnet-4-6"),
        .. Dated("2025-10-15", 1m, 5m, 0.1m, "claude-haiku-4-5"),
        .. Dated("2024-06-20", 3m, 15m, 0.3m, "claude-3-5-sonnet", "claude-3-5-sonnet-latest", "claude-3-7-sonnet", "claude-3-7-sonnet-latest"),
        .. Dated("2024-12-03", 0.8m, 4m, 0.08m, "claude-3-5-haiku", "claude-3-5-haiku-latest"),
        .. Dated("2024-03-13", 0.25m, 1.25m, 0.03m, "claude-3-haiku"),

        // Google.
        new("gemini-3.1-pro-preview", 2m, 12m, 0.2m, Day("2026-02-19")),
        new("gemini-3-pro-preview", 2m, 12m, 0.2m, Day("2025-11-18")),
        new("gemini-3-flash-preview", 0.5m, 3m, 0.05m, Day("2025-12-17")),
        new("gemini-2.5-pro", 1.25m, 10m, 0.125m, Day("2025-06-17")),
        new("gemini-2.5-flash", 0.3m, 2.5m, 0.03m, Day("2025-06-17")),
        new("gemini-2.5-flash-lite", 0.1m, 0.4m, 0.01m, Day("2025-07-22")),
        new("gemini-2.0-flash", 0.1m, 0.4m, 0.025m, Day("2025-02-05")),
        new("gemini-2.0-flash-001", 0.1m, 0.4m, 0.025m, Day("2025-02-05")),
        new("gemini-embedding-001", 0.15m, 0, null, Day("2025-07-14")),
    ];

    /// <summary>The same, to be found by model and time.</summary>
    public static PriceList List { get; } = new(All);

    private static IEnumerable<ModelPrice> Dated(string from, decimal input, decimal output, decimal? cachedInput, params string[] names) =>
        names.SelectMany(name => (ModelPrice[])[new(name, input, output, cachedInput, Day(from)), new($"{name}-20*", input, output, cachedInput, Day(from))]);

    private static DateOnly Day(string date) => DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture);
}
