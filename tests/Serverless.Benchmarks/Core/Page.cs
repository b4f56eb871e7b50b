using System.Text;

namespace Serverless.Benchmarks.Core;

/// <summary>The page of all figures, written by the command that measures them.</summary>
/// <param name="machine">What they were measured on.</param>
internal sealed class Page(IReadOnlyList<string> machine)
{
    private readonly StringBuilder _sections = new();

    /// <summary>Adds what a benchmark found.</summary>
    public void Add(Benchmark benchmark, Answer answer)
    {
        _sections.AppendLine().Append("## ").AppendLine(benchmark.Name).AppendLine().AppendLine(benchmark.Question).AppendLine();
        _sections.AppendJoin('\n', answer.Tables);
        if (answer.Notes.Count > 0)
        {
            _sections.AppendLine();
        }

        foreach (var note in answer.Notes)
        {
            _sections.Append("* ").AppendLine(note);
        }
    }

    /// <summary>The page in Markdown.</summary>
    public override string ToString()
    {
        var page = new StringBuilder(
            """
            # Benchmarks

            This page is written by the command that measures, and by nothing else:

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

        return page.Append(_sections).ToString();
    }
}
