using System.Text;

namespace Serverless.Benchmarks.Core;

/// <summary>Figures in rows and columns; on a screen they stand as they do in a page of Markdown.</summary>
/// <param name="Title">What they are of.</param>
/// <param name="Columns">The names of the columns; what stands in the first is text.</param>
internal sealed record Table(string Title, params IReadOnlyList<string> Columns)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params IReadOnlyList<string> cells) => _rows.Add(cells);

    /// <summary>The table in Markdown, its columns aligned.</summary>
    public override string ToString()
    {
        var widths = Columns.Select((column, index) => _rows.Select(row => row[index].Length).Append(column.Length).Max()).ToArray();
        var text = new StringBuilder().Append("**").Append(Title).AppendLine("**").AppendLine();
        Append(Columns, ' ');
        Append(Columns.Select((_, index) => index == 0 ? new string('-', widths[0]) : new string('-', widths[index] - 1) + ":"), '-');
        _rows.ForEach(row => Append(row, ' '));
        return text.ToString();

        void Append(IEnumerable<string> cells, char filling)
        {
            text.Append('|');
            foreach (var (cell, index) in cells.Select((cell, index) => (cell, index)))
            {
                text.Append(' ').Append(index == 0 ? cell.PadRight(widths[index], filling) : cell.PadLeft(widths[index], filling)).Append(" |");
            }

            text.AppendLine();
        }
    }
}
