using System.Text.Json;

namespace Serverless.Local.Search;

/// <summary>A page that does not exist.</summary>
/// <param name="Url">An address below a domain that is reserved for examples.</param>
/// <param name="Title">Its title.</param>
/// <param name="Text">What it says.</param>
/// <param name="Published">The day it says it is from; null for none.</param>
internal sealed record Sample(string Url, string Title, string Text, string? Published);

/// <summary>A sample that was found.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Score">How well it fits; more is better.</param>
internal readonly record struct FoundSample(Sample Sample, double Score);

/// <summary>The samples, and which of them fit a query.</summary>
internal sealed class SampleCorpus
{
    private const int MaxFound = 20;

    // A word in the title says more than one in the text.
    private const double TitleWeight = 3;

    private readonly (Sample Sample, HashSet<string> Title, HashSet<string> Text)[] _samples;

    private SampleCorpus(IEnumerable<Sample> samples) => _samples = [.. samples.Select(sample => (sample, Words(sample.Title), Words(sample.Text)))];

    /// <summary>The corpus that comes with the program.</summary>
    public static SampleCorpus Default { get; } = Read();

    /// <summary>The samples that have words of a query, the best first. If there are none, all are as good, and the first is given.</summary>
    public IReadOnlyList<FoundSample> Find(string query)
    {
        var words = Words(query);
        FoundSample[] found =
        [
            .. _samples
                .Select(entry => new FoundSample(entry.Sample, words.Sum(word => Score(word, entry.Title, entry.Text))))
                .Where(entry => entry.Score > 0)
                .OrderByDescending(entry => entry.Score)
                .Take(MaxFound),
        ];
        return found.Length > 0 ? found : [new(_samples[0].Sample, 0)];
    }

    // A rare word weighs more than one that stands everywhere.
    private double Score(string word, HashSet<string> title, HashSet<string> text)
    {
        var weight = (title.Contains(word) ? TitleWeight : 0) + (text.Contains(word) ? 1 : 0);
        return weight == 0 ? 0 : weight * Math.Log(1 + ((double)_samples.Length / _samples.Count(entry => entry.Title.Contains(word) || entry.Text.Contains(word))));
    }

    private static HashSet<string> Words(string text) =>
        [.. new string([.. text.Select(letter => char.IsLetterOrDigit(letter) ? char.ToLowerInvariant(letter) : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Stem)];

    // "Queues" finds "queue".
    private static string Stem(string word) => word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) ? word[..^1] : word;

    private static SampleCorpus Read()
    {
        using var stream = typeof(SampleCorpus).Assembly.GetManifestResourceStream("corpus.json")!;
        using var json = JsonDocument.Parse(stream);
        return new(json.RootElement.EnumerateArray().Select(sample => new Sample(
            sample.GetProperty("url").GetString()!,
            sample.GetProperty("title").GetString()!,
            sample.GetProperty("text").GetString()!,
            sample.TryGetProperty("published", out var published) ? published.GetString() : null)));
    }
}
