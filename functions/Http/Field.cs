using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Texts;
using Serverless.Times;

namespace Serverless.Http;

/// <summary>A value that a request may have, in its query string or in an object of its body. Requests are read by it, and described by it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is, in a sentence.</param>
public abstract record Field(string Name, string Description)
{
    /// <summary>Whether it has to be given.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Whether a parameter may be given more than once.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>What it may be, in JSON.</summary>
    public JsonNode? Example { get; init; }

    /// <summary>What it may be, as a JSON Schema.</summary>
    public abstract JsonObject ToSchema();

    /// <summary>Whether it is what a request calls by this name.</summary>
    public virtual bool IsCalled(string name) => name == Name;

    /// <summary>The schema of an object with such fields.</summary>
    /// <param name="fields">The fields.</param>
    /// <param name="isOpen">Whether it may have others, which are ignored.</param>
    public static JsonObject SchemaOf(IEnumerable<Field> fields, bool isOpen = true)
    {
        var all = fields.ToList();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(all.Select(field => KeyValuePair.Create<string, JsonNode?>(field.Name, field.Describe()))),
        };
        if (all.Exists(field => field.IsRequired))
        {
            schema["required"] = new JsonArray([.. all.Where(field => field.IsRequired).Select(field => (JsonNode)field.Name)]);
        }

        if (!isOpen)
        {
            schema["additionalProperties"] = false;
        }

        return schema;
    }

    private JsonObject Describe()
    {
        var schema = ToSchema();

        // What is null was not given.
        if (!IsRequired)
        {
            schema["type"] = schema["type"] switch
            {
                JsonArray types => new JsonArray([.. types.Select(type => type!.DeepClone()), "null"]),
                var type => new JsonArray(type?.DeepClone(), "null"),
            };
            if (schema["enum"] is JsonArray options)
            {
                options.Add((JsonNode?)null);
            }
        }

        schema["description"] = Description;
        if (Example is not null)
        {
            schema["examples"] = new JsonArray(Example.DeepClone());
        }

        return schema;
    }
}

/// <summary>A value of some type.</summary>
/// <typeparam name="T">What it is read as; null when it was not given, or is not valid.</typeparam>
public abstract record Field<T>(string Name, string Description) : Field(Name, Description)
{
    /// <summary>Reads it from a query string.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">What it is called where something is wrong with it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public abstract T? Read(string text, string path, RequestProblems problems);

    /// <summary>Reads it from JSON.</summary>
    /// <param name="value">The value; never <c>null</c>.</param>
    /// <param name="path">What it is called where something is wrong with it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    public abstract T? Read(JsonElement value, string path, RequestProblems problems);
}

/// <summary>What a text has to look like.</summary>
/// <param name="Fits">Whether a text does.</param>
/// <param name="InWords">What it has to be, going on from "must be".</param>
public sealed record TextRule(Predicate<string> Fits, string InWords)
{
    /// <summary>The same as a regular expression of JSON Schema; null where none can say it.</summary>
    public string? Pattern { get; init; }
}

/// <summary>A text. Lengths are in characters of Unicode.</summary>
public sealed record TextField(string Name, string Description) : Field<string>(Name, Description)
{
    /// <summary>Its shortest length.</summary>
    public int MinLength { get; init; }

    /// <summary>Its longest length.</summary>
    public int MaxLength { get; init; } = int.MaxValue;

    /// <summary>What it has to look like beside that; null for anything.</summary>
    public TextRule? Rule { get; init; }

    /// <summary>The format of JSON Schema; null for none.</summary>
    public string? Format { get; init; }

    /// <summary>What it is when it is not given; null for nothing.</summary>
    public string? Default { get; init; }

    /// <inheritdoc/>
    public override string? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Read(value.GetString()!, path, problems);
        }

        problems.Text(path, this, TextProblem.Kind);
        return null;
    }

    /// <inheritdoc/>
    public override string? Read(string text, string path, RequestProblems problems)
    {
        TextProblem? problem =
            text.Length == 0 && MinLength > 0 ? TextProblem.TooShort
            : MinLength > 1 && !Characters.Exceed(text, MinLength - 1) ? TextProblem.TooShort
            : Characters.Exceed(text, MaxLength) ? TextProblem.TooLong
            : Rule?.Fits(text) == false ? TextProblem.Characters
            : null;
        if (problem is null)
        {
            return text;
        }

        problems.Text(path, this, problem.Value);
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "string" };
        SetUnless(schema, "minLength", MinLength, 0);
        SetUnless(schema, "maxLength", MaxLength, int.MaxValue);
        SetUnless(schema, "pattern", Rule?.Pattern, null);
        SetUnless(schema, "format", Format, null);
        SetUnless(schema, "default", Default, null);
        return schema;
    }

    private static void SetUnless<T>(JsonObject schema, string name, T value, T usual)
    {
        if (!EqualityComparer<T>.Default.Equals(value, usual))
        {
            schema[name] = JsonValue.Create(value);
        }
    }
}

/// <summary>A whole number.</summary>
public sealed record WholeNumberField(string Name, string Description, long Min, long Max) : Field<long?>(Name, Description)
{
    /// <summary>What it is when it is not given; null for nothing.</summary>
    public long? Default { get; init; }

    /// <summary>What it counts, in the plural; null when its name says so.</summary>
    public string? Unit { get; init; }

    /// <summary>What it has to be, going on from "must be".</summary>
    public string InWords => $"a whole number {(Unit is null ? "" : $"of {Unit} ")}{(Max >= int.MaxValue ? $"of at least {Min}" : $"from {Min} to {Max}")}";

    /// <inheritdoc/>
    public override long? Read(string text, string path, RequestProblems problems) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && IsWithin(number)
            ? number
            : Refuse(path, problems, NumberProblem.Text);

    /// <inheritdoc/>
    public override long? Read(JsonElement value, string path, RequestProblems problems) =>
        value.ValueKind != JsonValueKind.Number ? Refuse(path, problems, NumberProblem.Kind)
        : !value.TryGetInt64(out var number) ? Refuse(path, problems, NumberProblem.Fraction)
        : IsWithin(number) ? number
        : Refuse(path, problems, NumberProblem.Range);

    /// <inheritdoc/>
    public override JsonObject ToSchema()
    {
        var schema = new JsonObject { ["type"] = "integer", ["format"] = Max > int.MaxValue ? "int64" : "int32", ["minimum"] = Min };
        if (Max < int.MaxValue)
        {
            schema["maximum"] = Max;
        }

        if (Default is { } value)
        {
            schema["default"] = value;
        }

        return schema;
    }

    private bool IsWithin(long number) => number >= Min && number <= Max;

    private long? Refuse(string path, RequestProblems problems, NumberProblem problem)
    {
        problems.Number(path, this, problem);
        return null;
    }
}

/// <summary>One of a few words.</summary>
public sealed record OptionField(string Name, string Description, IReadOnlyCollection<string> Options) : Field<string>(Name, Description)
{
    /// <summary>Whether upper case and lower case are the same.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>The word when none is given; null for none.</summary>
    public string? Default { get; init; }

    /// <inheritdoc/>
    public override string? Read(string text, string path, RequestProblems problems)
    {
        var option = Options.FirstOrDefault(word => word.Equals(text, IgnoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal));
        if (option is null)
        {
            problems.Option(path, text, Options);
        }

        return option;
    }

    /// <inheritdoc/>
    public override string? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return Read(value.GetString()!, path, problems);
        }

        problems.Type(path, "a string");
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema()
    {
        var options = new JsonArray([.. Options.Select(option => (JsonNode)option)]);
        var schema = IgnoresCase
            ? new JsonObject { ["type"] = "string", ["pattern"] = $"^({string.Join('|', Options.Select(InAnyCase))})$", ["examples"] = options }
            : new JsonObject { ["type"] = "string", ["enum"] = options };
        if (Default is not null)
        {
            schema["default"] = Default;
        }

        return schema;
    }

    private static string InAnyCase(string word) =>
        string.Concat(word.Select(letter => char.IsLetter(letter) ? $"[{char.ToUpperInvariant(letter)}{char.ToLowerInvariant(letter)}]" : $"{letter}"));
}

/// <summary>True or false.</summary>
public sealed record FlagField(string Name, string Description) : Field<bool?>(Name, Description)
{
    /// <summary>What it is when it is not given.</summary>
    public bool Default { get; init; }

    /// <inheritdoc/>
    public override bool? Read(string text, string path, RequestProblems problems)
    {
        if (bool.TryParse(text, out var flag))
        {
            return flag;
        }

        problems.Type(path, "true or false");
        return null;
    }

    /// <inheritdoc/>
    public override bool? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        problems.Type(path, "true or false");
        return null;
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "boolean", ["default"] = Default };
}

/// <summary>A time in ISO 8601; one without an offset is in UTC.</summary>
public sealed record TimeField(string Name, string Description) : Field<DateTimeOffset?>(Name, Description)
{
    /// <summary>What it has to be, going on from "must be".</summary>
    public string InWords { get; init; } = "an ISO 8601 time such as 2026-01-26T14:30:00Z";

    /// <inheritdoc/>
    // A plus sign that was not escaped arrives as a space.
    public override DateTimeOffset? Read(string text, string path, RequestProblems problems) => Parse(text.Replace(' ', '+'), path, problems);

    /// <inheritdoc/>
    public override DateTimeOffset? Read(JsonElement value, string path, RequestProblems problems)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            problems.Type(path, "a string");
            return null;
        }

        return Parse(value.GetString()!, path, problems);
    }

    /// <inheritdoc/>
    public override JsonObject ToSchema() => new() { ["type"] = "string", ["format"] = "date-time" };

    private DateTimeOffset? Parse(string text, string path, RequestProblems problems)
    {
        if (Timestamp.TryParse(Encoding.UTF8.GetBytes(text), out var time))
        {
            return new(time.Ticks, TimeSpan.Zero);
        }

        problems.Value(path, InWords);
        return null;
    }
}
