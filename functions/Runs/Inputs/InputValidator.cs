using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Http;
using Serverless.Runs.Apps;
using Serverless.Texts;

namespace Serverless.Runs.Inputs;

/// <summary>Looks at what an address leads to.</summary>
/// <param name="url">The address, as it was given.</param>
/// <param name="media">The media types that will do, such as <c>image/*</c>; none for all.</param>
/// <param name="cancellationToken">Gives up.</param>
/// <returns>Why it will not do, in words that follow a name and a colon; null when it will.</returns>
public delegate Task<string?> MediaCheck(string url, IReadOnlyList<string> media, CancellationToken cancellationToken);

/// <summary>Holds the inputs of a run to what its app asks for, naming everything that is wrong at once.</summary>
/// <param name="checkMedia">Looks at what the addresses among the inputs lead to.</param>
public sealed class InputValidator(MediaCheck checkMedia)
{
    /// <summary>The most bytes that all values take together, in UTF-8.</summary>
    public const int MaxTotalBytes = 128 * 1024;

    /// <summary>The inputs in a body.</summary>
    internal static ObjectField Field { get; } = new("inputs", "Values by the names of parameters, all strings. Where there is none, or it is `null`, the default of the parameter holds.")
    {
        Member = new JsonObject { ["type"] = new JsonArray("string", "null") },
    };

    /// <summary>Reads inputs.</summary>
    /// <param name="app">The app.</param>
    /// <param name="inputs">The property <c>inputs</c> of a body: an object by the names of parameters; absent or <c>null</c> for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A value for every parameter by its name, the default where none was given.</returns>
    /// <exception cref="ApiException">400 with all problems, in the order of the parameters.</exception>
    internal async Task<IReadOnlyDictionary<string, string>> ValidateAsync(AppDefinition app, JsonElement inputs, CancellationToken cancellationToken)
    {
        var problems = NewProblems();
        var values = await ReadAsync(app, inputs, problems, cancellationToken);
        problems.Conclude();
        return values;
    }

    /// <summary>What may be wrong with what a run is started with.</summary>
    internal static RequestProblems NewProblems() => new LaminaProblems("Invalid inputs");

    /// <summary>Reads inputs.</summary>
    /// <param name="app">The app.</param>
    /// <param name="inputs">The property <c>inputs</c> of a body: an object by the names of parameters; absent or <c>null</c> for none.</param>
    /// <param name="problems">Takes what is wrong, in the order of the parameters.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A value for every parameter by its name, the default where none was given; short of those that something is wrong with.</returns>
    /// <exception cref="ApiException">400: they are no object.</exception>
    internal async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        AppDefinition app, JsonElement inputs, RequestProblems problems, CancellationToken cancellationToken)
    {
        if (inputs.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
        {
            Field.Read(inputs, Field.Name, problems);
            problems.Conclude();
        }

        var given = ReadGiven(inputs);
        var verdicts = await Task.WhenAll(app.Parameters.Select(parameter => CheckMediaAsync(parameter, given, cancellationToken)));

        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (parameter, verdict) in app.Parameters.Zip(verdicts))
        {
            if (ReadValue(parameter, given, verdict, problems) is { } value)
            {
                values.Add(parameter.Name, value);
            }
        }

        foreach (var name in given.Keys.Except(app.Parameters.Select(parameter => parameter.Name), StringComparer.Ordinal))
        {
            problems.Unknown(name);
        }

        if (values.Values.Sum(Encoding.UTF8.GetByteCount) > MaxTotalBytes)
        {
            problems.Add(null, "too_large", $"The inputs together must be at most {MaxTotalBytes} bytes.");
        }

        return values;
    }

    // Of a repeated name the last counts, and what is null was not given.
    private static Dictionary<string, JsonElement> ReadGiven(JsonElement inputs) => inputs.ValueKind != JsonValueKind.Object
        ? []
        : inputs.EnumerateObject()
            .GroupBy(input => input.Name, StringComparer.Ordinal)
            .Select(same => same.Last())
            .Where(input => input.Value.ValueKind != JsonValueKind.Null)
            .ToDictionary(input => input.Name, input => input.Value, StringComparer.Ordinal);

    private static string? ReadValue(AppParameter parameter, Dictionary<string, JsonElement> given, string? mediaVerdict, RequestProblems problems)
    {
        var name = parameter.Name;
        if (!given.TryGetValue(name, out var input))
        {
            if (parameter.Default is null)
            {
                problems.Missing(name);
            }

            return parameter.Default;
        }

        if (input.ValueKind != JsonValueKind.String)
        {
            problems.Type(name, "a string");
            return null;
        }

        var value = input.GetString()!;
        if (Characters.Exceed(value, ParameterReader.MaxValueLength))
        {
            problems.Complain(name, "too_long", $"must be at most {ParameterReader.MaxValueLength} characters");
        }
        else if (parameter.Type == ParameterType.Options && !parameter.Options.Contains(value))
        {
            problems.Option(name, value, parameter.Options);
        }
        else if (mediaVerdict is not null)
        {
            problems.Add(name, "invalid_media", $"\"{name}\": {mediaVerdict}");
        }
        else
        {
            return value;
        }

        return null;
    }

    // Addresses that were chosen with the app are not looked at: a caller could not mend them.
    private Task<string?> CheckMediaAsync(AppParameter parameter, Dictionary<string, JsonElement> given, CancellationToken cancellationToken) =>
        parameter.Type == ParameterType.Url
        && given.TryGetValue(parameter.Name, out var input)
        && input.ValueKind == JsonValueKind.String
        && input.GetString() is { } url
        && !Characters.Exceed(url, ParameterReader.MaxValueLength)
            ? checkMedia(url, parameter.Media, cancellationToken)
            : Task.FromResult<string?>(null);
}
