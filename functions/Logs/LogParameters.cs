using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Serverless.Http;
using Serverless.Ingestion.Records;
using Serverless.Logs.Entries;
using Serverless.Logs.Query;

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
    private static readonly TextField Query = new(
        "query",
        "A question: words and \"phrases\" of the message; `field:value`; `*` at the end of a beginning; comparisons such as `metadata.ms:>500`; `/regular expressions/`; AND (which may be left out), OR, NOT and parentheses.")
    {
        Example = "timeout level:error NOT metadata.host:web-*",
        MinLength = 1,
        MaxLength = LogQueryParser.MaxLength,
    };

    private static readonly PrefixField Metadata = new(
        "metadata.",
        $"`metadata.<key>=<value>`: the value stands there: a string by its characters, a number, `true`, `false` or `null` as written; dots lead into objects; names are told apart by case. At most {MaxMetadataFilters} of them.",
        new TextField("", ""))
    {
        Example = new JsonObject { ["metadata.user.id"] = "42" },
    };

    /// <summary>What every reading endpoint takes.</summary>
    public static IReadOnlyList<Field> Filters { get; } = [Level, MinLevel, Environment, ProjectId, TraceId, Text, Query, Metadata];

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

        var levels = ReadLevels(reader);
        var conditions = ReadConditions(reader);
        var expression = conditions.Count switch { 0 => null, 1 => conditions[0], _ => new LogAnd(conditions) };
        return new(new(Math.Max(0, start.Value), end ?? DateTime.MaxValue.Ticks), levels & (expression?.Levels ?? LogLevels.All), expression);
    }

    /// <summary>Reads where an earlier answer ended; null when this is the first.</summary>
    public static RecordCursor? ReadCursor(RequestReader reader, TextField field)
    {
        if (reader.Read(field) is not { } text)
        {
            return null;
        }

        if (!RecordCursor.TryParse(text, out var cursor))
        {
            reader.Complain(field, "invalid_format", "must be the next_cursor of an earlier answer");
        }

        return cursor;
    }

    // Ids and values before words: they are rarer.
    private static List<LogExpression> ReadConditions(RequestReader reader)
    {
        var conditions = new List<LogExpression>();
        foreach (var (field, parameter) in new[] { (LogField.Environment, Environment), (LogField.ProjectId, ProjectId), (LogField.TraceId, TraceId) })
        {
            if (reader.Read(parameter) is { } value)
            {
                conditions.Add(new LogCondition(field, "", new EqualsTest(value)));
            }
        }

        var text = reader.Read(Text);
        var question = reader.Read(Query) is { } query ? ReadQuery(reader, query) : null;
        conditions.AddRange(ReadMetadata(reader).Select(wanted => new LogCondition(LogField.Metadata, wanted.Path, new EqualsTest(wanted.Value))));
        if (text is not null)
        {
            conditions.Add(new LogCondition(LogField.Message, "", new ContainsTest(text, BeginsWord: false, EndsWord: false)));
        }

        if (question is not null)
        {
            conditions.Add(question);
        }

        return conditions;
    }

    private static LogExpression? ReadQuery(RequestReader reader, string query)
    {
        try
        {
            return LogQueryParser.Parse(query);
        }
        catch (LogQueryException wrong)
        {
            reader.Complain(Query, "invalid_format", wrong.InWords);
            return null;
        }
    }

    private static uint ReadLevels(RequestReader reader)
    {
        var lowest = reader.Read(MinLevel) is { } minimum ? LevelOf(minimum) : 0;
        var wanted = reader.IsGiven(Level) ? reader.All(Level).Aggregate(0u, (levels, name) => levels | 1u << LevelOf(name)) : LogLevels.All;
        var levels = wanted & LogLevels.All << lowest;
        if (levels == 0 && reader.Problems.IsEmpty)
        {
            reader.Complain(Level, "invalid_range", "must not lie below \"min_level\"");
        }

        return levels;
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

        return [.. filters.Where(filter => filter.Value is not null)];
    }
}
