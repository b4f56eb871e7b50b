using System.Text;
using System.Text.Json;
using Serverless.Ingestion.Chunks;
using Serverless.Times;

namespace Serverless.Logs;

/// <summary>Which entries a reader wants.</summary>
public sealed record LogFilter
{
    /// <summary>The times wanted, both ends included.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>The levels wanted; none means all.</summary>
    public IReadOnlyList<int> Levels { get; init; } = [];

    /// <summary>The <c>environment</c> wanted.</summary>
    public string? Environment { get; init; }

    /// <summary>The <c>project_id</c> wanted.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The <c>trace_id</c> wanted.</summary>
    public string? TraceId { get; init; }

    /// <summary>What the message has to contain, whatever the case of its letters.</summary>
    public string? Text { get; init; }

    /// <summary>Paths into <c>metadata</c>, dots between the names, each with the value that has to be there.</summary>
    public IReadOnlyList<(string Path, string Value)> Metadata { get; init; } = [];

    /// <summary>Whether every entry of the right time and level is wanted, so that counting needs no look at the rest.</summary>
    public bool AsksOnlyTimeAndLevel => Environment is null && ProjectId is null && TraceId is null && Text is null && Metadata.Count == 0;

    /// <summary>The part of this filter that the headers of chunks can answer.</summary>
    public ChunkQuery ToQuery(string organization)
    {
        var labels = new List<(int Label, string Value)>();
        if (Environment is not null)
        {
            labels.Add((LogChunks.EnvironmentLabel, Environment));
        }

        if (ProjectId is not null)
        {
            labels.Add((LogChunks.ProjectLabel, ProjectId));
        }

        return new(organization, Range) { Kinds = Levels, Labels = labels };
    }

    /// <summary>Whether entries of a level are wanted.</summary>
    public bool WantsLevel(int level) => Levels.Count == 0 || Levels.Contains(level);

    /// <summary>Whether an entry is wanted.</summary>
    /// <param name="log">The entry.</param>
    /// <param name="ticks">Its time.</param>
    /// <param name="level">Its level.</param>
    internal bool Matches(StoredLog log, out long ticks, out int level)
    {
        (ticks, level) = log.ReadTimeAndLevel();
        return Range.Contains(ticks)
            && WantsLevel(level)
            && (AsksOnlyTimeAndLevel || FieldsMatch(log.Json));
    }

    private bool FieldsMatch(ReadOnlySpan<byte> json)
    {
        var (environment, project, trace, text, metadata) =
            (Environment is null, ProjectId is null, TraceId is null, Text is null, Metadata.Count == 0);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = LogFields.Find(ref reader);
            reader.Read();
            switch (field)
            {
                case LogField.Environment when Environment is not null:
                    environment = reader.ValueTextEquals(Environment);
                    break;
                case LogField.ProjectId when ProjectId is not null:
                    project = reader.ValueTextEquals(ProjectId);
                    break;
                case LogField.TraceId when TraceId is not null:
                    trace = reader.ValueTextEquals(TraceId);
                    break;
                case LogField.Message when Text is not null:
                    text = reader.GetString()!.Contains(Text, StringComparison.OrdinalIgnoreCase);
                    break;
                case LogField.Metadata when Metadata.Count > 0:
                    metadata = MetadataMatches(reader);
                    break;
            }

            reader.Skip();
        }

        return environment && project && trace && text && metadata;
    }

    private bool MetadataMatches(Utf8JsonReader reader)
    {
        foreach (var (path, value) in Metadata)
        {
            if (!PathMatches(reader, path, value))
            {
                return false;
            }
        }

        return true;
    }

    // A name may itself hold dots, so the path is parted at each of them.
    private static bool PathMatches(Utf8JsonReader reader, ReadOnlySpan<char> path, string value)
    {
        for (var dot = path.IndexOf('.'); dot >= 0; dot = NextDot(path, dot))
        {
            if (NameMatches(reader, path, dot, value))
            {
                return true;
            }
        }

        return NameMatches(reader, path, path.Length, value);
    }

    // A repeated name overrules the one before.
    private static bool NameMatches(Utf8JsonReader reader, ReadOnlySpan<char> path, int length, string value)
    {
        var matches = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals(path[..length]);
            reader.Read();
            if (isName)
            {
                matches = length == path.Length
                    ? ValueMatches(ref reader, value)
                    : reader.TokenType == JsonTokenType.StartObject && PathMatches(reader, path[(length + 1)..], value);
            }

            reader.Skip();
        }

        return matches;
    }

    private static int NextDot(ReadOnlySpan<char> path, int dot) =>
        path[(dot + 1)..].IndexOf('.') is >= 0 and var next ? dot + 1 + next : -1;

    // Texts by their characters; numbers, true, false and null by how they are written.
    private static bool ValueMatches(ref readonly Utf8JsonReader reader, string value) => reader.TokenType switch
    {
        JsonTokenType.String => reader.ValueTextEquals(value),
        JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null =>
            reader.ValueSpan.SequenceEqual(Encoding.UTF8.GetBytes(value)),
        _ => false,
    };
}
