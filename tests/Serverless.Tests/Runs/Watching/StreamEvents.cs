namespace Serverless.Tests.Runs.Watching;

/// <summary>The events of a stream that has ended.</summary>
internal static class StreamEvents
{
    /// <summary>Each with its id, which is empty for a ping, its name and its data.</summary>
    public static List<(string Id, string Name, string Data)> Of(string body) =>
    [
        .. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block =>
        {
            var lines = block.Split('\n').ToDictionary(line => line[..line.IndexOf(':')], line => line[(line.IndexOf(':') + 2)..]);
            return (lines.GetValueOrDefault("id", ""), lines["event"], lines["data"]);
        }),
    ];
}
