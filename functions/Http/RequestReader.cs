using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Serverless.Http;

/// <summary>
/// What a request says: the parameters of its query string, or the members of an object of its body. A value that is absent, or
/// <c>null</c>, was not given. What is wrong with values is collected, and told when the reading ends.
/// </summary>
public sealed class RequestReader
{
    private readonly IReadOnlyDictionary<string, StringValues> _texts = new Dictionary<string, StringValues>(StringComparer.Ordinal);
    private readonly JsonElement _json;
    private readonly string _path;

    /// <summary>Reads an object.</summary>
    /// <param name="json">The object.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="path">What leads to the object; empty for the whole body.</param>
    public RequestReader(JsonElement json, RequestProblems problems, string path = "") => (_json, Problems, _path) = (json, problems, path);

    private RequestReader(IReadOnlyDictionary<string, StringValues> texts, RequestProblems problems) => (_texts, Problems, _path) = (texts, problems, "");

    /// <summary>What is wrong so far.</summary>
    public RequestProblems Problems { get; }

    /// <summary>All names that are given.</summary>
    public IEnumerable<string> Names => _json.ValueKind == JsonValueKind.Object
        ? _json.EnumerateObject().Select(member => member.Name).Distinct(StringComparer.Ordinal)
        : _texts.Keys;

    /// <summary>Reads a query string.</summary>
    /// <param name="request">The request.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="names">Which names are the same; null for those that differ in case alone.</param>
    public static RequestReader OfQuery(HttpRequest request, RequestProblems problems, StringComparer? names = null)
    {
        var texts = new Dictionary<string, StringValues>(names ?? StringComparer.OrdinalIgnoreCase);
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
        {
            var name = pair.DecodeName().ToString();
            texts[name] = StringValues.Concat(texts.GetValueOrDefault(name), pair.DecodeValue().ToString());
        }

        return new(texts, problems);
    }

    /// <summary>Reads a body that is one JSON object; an empty body is an empty object.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">What the body is.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ApiException">400 when it is no JSON object, 413, or 415.</exception>
    public static async Task<RequestReader> OfBodyAsync(HttpRequest request, Body body, RequestProblems problems, CancellationToken cancellationToken) =>
        new(await JsonBody.ReadElementAsync(request, (int)body.MaxBytes, cancellationToken), problems);

    /// <summary>What a value is called where something is wrong with it, such as <c>steps[1].url</c>.</summary>
    public string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    /// <summary>Whether a value is given, whatever it is.</summary>
    public bool IsGiven(Field field) => TryGet(field.Name, out _) || _texts.ContainsKey(field.Name);

    /// <summary>Reads a value; one that has to be given and is not is a problem.</summary>
    /// <returns>The value; null when it is not given, or not valid.</returns>
    public T? Read<T>(Field<T> field)
    {
        if (TryGet(field.Name, out var value))
        {
            return field.Read(value, PathOf(field.Name), Problems);
        }

        if (_texts.TryGetValue(field.Name, out var texts))
        {
            if (texts.Count > 1 && Problems.RefusesRepetition)
            {
                Problems.Repeated(field.Name);
                return default;
            }

            var text = texts.ToString();
            return Problems.AnyParameter is not { } any || any.Read(text, field.Name, Problems) is not null ? field.Read(text, field.Name, Problems) : default;
        }

        if (field.IsRequired)
        {
            Problems.Missing(PathOf(field.Name));
        }

        return default;
    }

    /// <summary>Reads a number; its default when it is not given, or not valid.</summary>
    public int Number(WholeNumberField field) => (int)(Read(field) ?? field.Default ?? field.Min);

    /// <summary>Reads every value of a parameter that may be given more than once.</summary>
    public IEnumerable<string> All(Field<string> field) => _texts.GetValueOrDefault(field.Name)
        .Select(text => field.Read(text ?? "", field.Name, Problems)).OfType<string>();

    /// <summary>Reads parameters whose names begin alike, each with the rest of its name.</summary>
    public IReadOnlyList<(string Suffix, string? Value)> Read(PrefixField field) =>
    [
        .. _texts.Keys.Where(field.IsCalled).Select(name => (name[field.Name.Length..], Read(field.Item with { Name = name }))),
    ];

    /// <summary>Tells what is wrong with a value.</summary>
    /// <param name="field">The value.</param>
    /// <param name="code">The rule that was broken.</param>
    /// <param name="rule">The rule in words, going on from its name.</param>
    public void Complain(Field field, string code, string rule) => Problems.Complain(PathOf(field.Name), code, rule);

    /// <summary>Finds fault with every value that is none of these.</summary>
    public void RefuseOthers(IReadOnlyList<Field> fields)
    {
        foreach (var name in Names.Where(name => !fields.Any(field => field.IsCalled(name))))
        {
            Problems.Unknown(PathOf(name));
        }
    }

    /// <summary>Makes sure that no two values are the same.</summary>
    /// <param name="values">The values with their paths; what is empty was not given.</param>
    public void RequireUnique(IEnumerable<(string Path, string Value)> values)
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (at, value) in values.Where(value => value.Value.Length > 0))
        {
            if (!seen.TryAdd(value, at))
            {
                Problems.Complain(at, "duplicate", $"must not be the same as \"{seen[value]}\"");
            }
        }
    }

    private bool TryGet(string name, out JsonElement value)
    {
        if (_json.ValueKind != JsonValueKind.Undefined && _json.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null)
        {
            return true;
        }

        value = default;
        return false;
    }
}
