namespace Serverless.Traces.Events;

/// <summary>
/// Where the cost of an event comes from: from whoever sent it, or from the price that its model had for the organization when it was taken in. What is stored says so,
/// so that nothing that happens to prices later changes what was counted. An event of the version before says nothing: its cost, if it has one, was reported.
/// </summary>
internal static class CostSources
{
    /// <summary>The name of the field. It is ours: what is sent under this name is dropped.</summary>
    public const string Name = "cost_source";

    /// <summary>The sources as they stand in events.</summary>
    public static IReadOnlyList<string> Names { get; } = ["reported", "priced", "unknown"];

    /// <summary>How the field stands in a stored line: the cost was sent.</summary>
    public static ReadOnlySpan<byte> Reported => ",\"cost_source\":\"reported\""u8;

    /// <summary>The same: the cost was made of tokens and a price.</summary>
    public static ReadOnlySpan<byte> Priced => ",\"cost_source\":\"priced\""u8;

    /// <summary>The same: there should be a cost, and nobody knows it.</summary>
    public static ReadOnlySpan<byte> Unknown => ",\"cost_source\":\"unknown\""u8;

    /// <summary>
    /// Whether an event is one of a call that is paid for by its tokens. Calls of tools are not, and those of agents are no more than what they consist of: the tokens they
    /// tell of are those of calls that are events of their own, and would be paid twice.
    /// </summary>
    /// <param name="operation">The operation.</param>
    /// <param name="hasTokens">Whether it tells of tokens: whatever else calls itself <c>custom</c> need not have called a model.</param>
    public static bool IsExpected(ReadOnlySpan<byte> operation, bool hasTokens) =>
        operation.SequenceEqual("chat"u8) || operation.SequenceEqual("embed"u8) || (hasTokens && operation.SequenceEqual("custom"u8));
}
