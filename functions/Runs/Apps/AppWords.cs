namespace Serverless.Runs.Apps;

/// <summary>The words of definitions and schemas.</summary>
internal static class AppWords
{
    private static readonly OrderedDictionary<ParameterType, string> WordsByType =
        new() { [ParameterType.Text] = "text", [ParameterType.Options] = "options", [ParameterType.Url] = "url" };

    private static readonly Dictionary<string, ParameterType> TypesByWord = WordsByType.ToDictionary(known => known.Value, known => known.Key, StringComparer.Ordinal);

    /// <summary>What kinds of parameters are called.</summary>
    public static IReadOnlyList<string> ParameterTypes { get; } = [.. WordsByType.Values];

    /// <summary>What kinds of steps are called.</summary>
    public static IReadOnlyList<string> StepKinds { get; } = ["text", "http", "llm", "search", "delay"];

    /// <summary>What kinds of outputs are called.</summary>
    public static IReadOnlyList<string> OutputTypes { get; } = ["text", "json", "url"];

    /// <summary>What a kind of parameter is called.</summary>
    public static string WordOf(ParameterType type) => WordsByType[type];

    /// <summary>The kind of parameter that a word stands for; null when it stands for none.</summary>
    public static ParameterType? ParameterTypeOf(string word) => TypesByWord.TryGetValue(word, out var type) ? type : null;
}
