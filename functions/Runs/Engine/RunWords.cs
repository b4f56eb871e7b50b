namespace Serverless.Runs.Engine;

/// <summary>What states are called, in documents, rows and answers alike.</summary>
internal static class RunWords
{
    private static readonly string[] StepStatuses = Words<StepStatus>();
    private static readonly string[] OutputStatuses = Words<OutputStatus>();

    /// <summary>The states of runs, in the order a run goes through them.</summary>
    public static IReadOnlyList<string> RunStatuses { get; } = Words<RunStatus>();

    /// <summary>What a state of a run is called.</summary>
    public static string Of(RunStatus status) => RunStatuses[(int)status];

    /// <summary>What a state of a step is called.</summary>
    public static string Of(StepStatus status) => StepStatuses[(int)status];

    /// <summary>What a state of an output is called.</summary>
    public static string Of(OutputStatus status) => OutputStatuses[(int)status];

    /// <summary>The state of a run that a word stands for; null when it stands for none.</summary>
    public static RunStatus? RunStatusOf(string word) =>
        Enum.TryParse<RunStatus>(word, ignoreCase: true, out var status) && Enum.IsDefined(status) && Of(status) == word ? status : null;

    /// <summary>The state of a step that a word stands for.</summary>
    /// <exception cref="FormatException">It stands for none.</exception>
    public static StepStatus StepStatusOf(string word) =>
        Enum.TryParse<StepStatus>(word, ignoreCase: true, out var status) ? status : throw new FormatException($"No step is {word}.");

    private static string[] Words<T>()
        where T : struct, Enum => Array.ConvertAll(Enum.GetNames<T>(), name => name.ToLowerInvariant());
}
