using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Http;

namespace Serverless.Logs;

/// <summary>The parameters by which readers say which entries they want.</summary>
internal static class LogParameters
{
    private const int MaxMetadataFilters = 10;
    private static readonly TimeSpan DefaultRange = TimeSpan.FromHours(1);

    private static readonly TimeField Start = new("start", "The first time; an hour before the end unless it is said, or before now.");
    private static readonly TimeField End = new("end", "The last time; open unless it is said.");
    private static readonly OptionField Level = new("level", "A level; may be given more than once.", LogLevels.Names) { IsRepeatable = true };
    private static readonly OptionField MinLevel = new("min_level", "This level and those above it.", LogLevels.Names);
    private static readonly TextField Environment = Parameter("environment", "The field `environment` has this value.");
    private static readonly TextField ProjectId = Parameter("project_id", "The field `project_id` has this value.");
    private static readonly TextField TraceId = Parameter("trace_id", "The field `trace_id` has this value.");
    private static readonly TextField Text = Parameter("q", "The message contains this, in whatever case.");
    private static readonly PrefixField Metadata = new(
        "metadata.",
        $"`metadata.<key>=<value>`: the value stands there: a string by its characters, a number, `true`, `false` or `null` as written; dots lead into objects; names are told apart by case. At most {MaxMetadataFilters} of them.",
        new TextField("", ""))
    {
        Example = new JsonObject { ["metadata.user.id"] = "42" },
    };

    /// <summary>What every reading endpoint takes.</summary>
    public static IReadOnlyList<Field> Filters { get; } = [Level, MinLevel, Environment, ProjectId, TraceId, Text, Metadata];

    /// <summary>What those that read the past take beside that.</summary>
    public static IReadOnlyList<Field> Times { get; } = [Start, End];

    /// <summary>Begins to read the query string of an endpoint, finding fault with what it does not know.</summary>
    public static RequestReader Open(HttpRequest request, ApiOperation operation)
    {
        // Names are told apart by case, as those of metadata are.
        var reader = RequestReader.OfQuery(request, new RequestProblems("Invalid query parameters"), StringComparer.Ordinal);
        reader.RefuseOthers(operation.Query);
        return reader;
    }

    /// <summary>Reads which entries are wanted.</summary>
    public static LogFilter ReadFilter(RequestReader reader, ApiOperation operation, DateTimeOffset now)
    {
        var (end, start) = operation.Query.Contains(Start) ? (reader.Read(End)?.UtcTicks, reader.Read(Start)?.UtcTicks) : (null, null);
        start ??= (end ?? now.UtcTicks) - DefaultRange.Ticks;
        if (start > end)
        {
            reader.Complain(Start, "invalid_range", "must not be after \"end\"");
        }

        return new()
        {
            Range = new(Math.Max(0, start.Value), end ?? DateTime.MaxValue.Ticks),
            Levels = ReadLevels(reader),
            Environment = reader.Read(Environment),
            ProjectId = reader.Read(ProjectId),
            TraceId = reader.Read(TraceId),
            Text = reader.Read(Text),
            Metadata = ReadMetadata(reader),
        };
    }

    private static List<int> ReadLevels(RequestReader reader)
    {
        var lowest = reader.Read(MinLevel) is { } minimum ? LevelOf(minimum) : 0;
        var wanted = reader.IsGiven(Level) ? reader.All(Level).Select(LevelOf) : Enumerable.Range(0, LogLevels.Names.Count);
        var levels = wanted.Where(level => level >= lowest).Distinct().Order().ToList();
        if (levels.Count == 0 && reader.Problems.IsEmpty)
        {
            reader.Complain(Level, "invalid_range", "must not lie below \"min_level\"");
        }

        return levels.Count == LogLevels.Names.Count ? [] : levels;
    }

    private static TextField Parameter(string name, string description) => new(name, description) { MinLength = 1, MaxLength = RequestProblems.MaxParameterLength };

    private static int LevelOf(string name) => LogLevels.Find(Encoding.UTF8.GetBytes(name));

    private static List<(string Path, string Value)> ReadMetadata(RequestReader reader)
    {
        var filters = reader.Read(Metadata).Select(filter => (Path: filter.Suffix, Value: filter.Value!)).ToList();
        if (filters.Count > MaxMetadataFilters || filters.Exists(filter => filter.Path.Length == 0))
        {
            reader.Problems.Add("metadata", "invalid_format", $"At most {MaxMetadataFilters} parameters metadata.<key>=<value> may be given");
        }

        return filters;
    }
}
