using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Serverless.Tests.OpenApi;

/// <summary>A file of requests, as editors run it: values, one request after another, and what later ones take from the answers of earlier ones.</summary>
internal sealed partial class RequestFile(string path)
{
    private const RegexOptions Options = RegexOptions.Multiline | RegexOptions.ExplicitCapture;
    private const int MatchTimeout = 10_000;

    private readonly Dictionary<string, JsonNode> _answers = new(StringComparer.Ordinal);

    /// <summary>Sends every request of the file.</summary>
    /// <param name="client">Sends them.</param>
    /// <param name="values">Values in place of those in the file.</param>
    /// <returns>What each is about, with the status of its answer.</returns>
    public async Task<IReadOnlyList<(string Title, int Status, string Body)>> RunAsync(HttpClient client, IReadOnlyDictionary<string, string> values)
    {
        var results = new List<(string, int, string)>();
        foreach (var block in Blocks().Split(await File.ReadAllTextAsync(path)).Where(block => Verb().IsMatch(block)))
        {
            var title = block.Split('\n')[0].Trim();
            var name = Name().Match(block) is { Success: true } named ? named.Groups["name"].Value : null;
            var text = Placeholder().Replace(block[Verb().Match(block).Index..], match => Resolve(match.Groups["expression"].Value, values));
            using var request = Parse(text);
            using var response = await client.SendAsync(request);
            var body = await response.Content.ReadAsStringAsync();
            if (name is not null && JsonNode.Parse(body) is { } answer)
            {
                _answers[name] = answer;
            }

            results.Add((title, (int)response.StatusCode, body));
        }

        return results;
    }

    private string Resolve(string expression, IReadOnlyDictionary<string, string> values) => expression switch
    {
        "$guid" => Guid.NewGuid().ToString(),
        "$datetime iso8601" => DateTime.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        _ when expression.Split(".response.body.") is [var name, var members] =>
            members.Split('.').Aggregate(_answers[name], (node, member) => node[member]!).GetValue<string>(),
        _ => values[expression],
    };

    private static HttpRequestMessage Parse(string text)
    {
        var (head, body) = text.Split("\n\n", 2) is [var first, var second] ? (first, second.Trim()) : (text, "");
        var lines = head.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var (method, address) = lines[0].Split(' ', 2) is [var verb, var target] ? (verb, target) : throw new FormatException(lines[0]);
        var request = new HttpRequestMessage(new HttpMethod(method), address);
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(parts => parts[0], parts => parts[1], StringComparer.OrdinalIgnoreCase);
        if (headers.Remove("Content-Type", out var mediaType))
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    [GeneratedRegex("^###", Options, MatchTimeout)]
    private static partial Regex Blocks();

    [GeneratedRegex("^(GET|POST|PUT|PATCH|DELETE) ", Options, MatchTimeout)]
    private static partial Regex Verb();

    [GeneratedRegex(@"^# @name (?<name>\w+)", Options, MatchTimeout)]
    private static partial Regex Name();

    [GeneratedRegex(@"\{\{(?<expression>[^}]+)\}\}", Options, MatchTimeout)]
    private static partial Regex Placeholder();
}
