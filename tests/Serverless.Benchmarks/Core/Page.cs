using System.Text;

namespace Serverless.Benchmarks.Core;

/// <summary>The page of all figures, written by the command that measures them.</summary>
/// <param name="machine">What they were measured on.</param>
/// <param name="day">When, as its sections say it.</param>
internal sealed class Page(IReadOnlyList<string> machine, string day)
{
    private const string Heading = "## ";

    private readonly Dictionary<string, string> _sections = new(StringComparer.Ordinal);

    /// <summary>Takes over the sections of a page that was written before; those that are measured now take their place.</summary>
    public void Keep(string page)
    {
        foreach (var section in page.ReplaceLineEndings("\n").Split($"\n{Heading}").Skip(1))
        {
            _sections[section[..section.IndexOf('\n')]] = $"{Heading}{section.TrimEnd()}\n";
        }
    }

    /// <summary>Adds what a benchmark found.</summary>
    public void Add(Benchmark benchmark, Answer answer)
    {
        var section = new StringBuilder().Append(Heading).AppendLine(benchmark.Name).AppendLine().AppendLine(benchmark.Question).AppendLine();
        section.AppendJoin('\n', answer.Tables).AppendLine();
        foreach (var note in answer.Notes.Append($"Measured on {day}."))
        {
            section.Append("* ").AppendLine(note);
        }

        _sections[benchmark.Name] = section.ToString();
    }

    /// <summary>The page in Markdown.</summary>
    /// <param name="order">The names of the benchmarks, in the order of their sections.</param>
    public string Write(IEnumerable<string> order)
    {
        var page = new StringBuilder(
            """
            # Benchmarks

            This page is written by the command that measures, and by nothing else. In place of `all` it takes the name of a section, and writes that one anew:

            ```
            dotnet run -c Release --project tests/Serverless.Benchmarks -- all --markdown docs/benchmarks.md
            ```

            Every figure is a median; what stands in brackets is the smallest and the largest value. What is compared was measured in turn, in
            the same run, and a ratio is that of each repetition by itself: absolute figures are those of this machine and of an emulator that shares
            it, ratios hold further. Figures are cut to three digits, and what was cut is never in our favour. A benchmark counts what has
            arrived before it prints; where that is not all that was sent, there is no figure.

            Applications are built as they are deployed, and run under the local host with `--split`, as on Flex Consumption: one process for all HTTP
            functions, and one for each function of a queue.


            """);
        foreach (var line in machine)
        {
            page.Append("* ").AppendLine(line);
        }

        foreach (var name in order.Where(_sections.ContainsKey))
        {
            page.AppendLine().Append(_sections[name]);
        }

        return page.ToString();
    }
}
