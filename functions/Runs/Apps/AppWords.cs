namespace Serverless.Runs.Apps;

/// <summary>The words of definitions and schemas.</summary>
internal static class AppWords
{
    private static readonly (ParameterType Type, string Word)[] Types =
        [(ParameterType.Text, "text"), (ParameterType.Options, "options"), (ParameterType.Url, "url")];

    /// <summary>What kinds of parameters are called.</summary>
    public static IReadOnlyList<string> ParameterTypes { get; } = [.. Types.Select(type => type.Word)];

    /// <summary>What kinds of steps are called.</summary>
    public static IReadOnlyList<string> StepKinds { get; } = ["text", "http", "llm", "search", "delay"];

    /// <summary>What kinds of outputs are called.</summary>
    public static IReadOnlyList<string> OutputTypes { get; } = ["text", "json", "url"];

    /// <summary>What a kind of parameter is called.</summary>
    public static string WordOf(ParameterType type) => Types.First(known => known.Type == type).Word;

    /// <summary>The kind of parameter that a word stands for; null when it stands for none.</summary>
    public static ParameterType? ParameterTypeOf(string word) =>
        Types.Where(known => known.Word == word).Select(known => (ParameterType?)known.Type).FirstOrDefault();
}
