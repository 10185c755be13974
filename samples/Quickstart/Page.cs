namespace Verifiable.Inference.Samples.Quickstart;

/// <summary>Lays text out in at most 98 columns: headings, wrapped lines, tables. Plain characters only, so that it reads the same in a file.</summary>
internal sealed class Page(TextWriter output)
{
    private const int Width = 98;

    public void Heading(string text)
    {
        output.Write('\n');
        output.Write($"{text}\n{new string('-', text.Length)}\n");
    }

    public void Blank() => output.Write('\n');

    /// <summary>Writes a text, broken between words; what follows the first line is indented.</summary>
    public void Line(string text, int indent = 2)
    {
        string rest = text;
        while (rest.Length > Width)
        {
            // Not within the indentation, where a break would gain nothing.
            int end = rest.LastIndexOf(' ', Width, Width - indent);
            if (end < 0)
            {
                break;
            }

            output.Write($"{rest[..end].TrimEnd()}\n");
            rest = new string(' ', indent) + rest[(end + 1)..];
        }

        output.Write($"{rest}\n");
    }

    /// <summary>Writes a table; columns whose header begins with '&gt;' are right-aligned.</summary>
    public void Table(string[] headers, IEnumerable<string[]> rows)
    {
        string[][] cells = [[.. headers.Select(static header => header.TrimStart('>'))], .. rows];
        int[] widths = [.. Enumerable.Range(0, headers.Length).Select(column => cells.Max(row => row[column].Length))];
        foreach (string[] row in cells)
        {
            IEnumerable<string> padded = row.Select((cell, column) => headers[column].StartsWith('>') ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            output.Write($"  {string.Join("  ", padded).TrimEnd()}\n");
        }
    }
}
