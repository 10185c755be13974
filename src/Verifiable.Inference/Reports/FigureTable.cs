using System.Collections.Immutable;

namespace Verifiable.Inference.Reports;

/// <summary>The numbers of a picture, as text. Immutable.</summary>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows, each with as many cells.</param>
public sealed record FigureTable(ImmutableArray<string> Columns, ImmutableArray<ImmutableArray<string>> Rows)
{
    /// <summary>Writes the table as comma-separated values (RFC 4180, but for the line ends, which are LF).</summary>
    public string ToCsv() => string.Concat(Rows.Prepend(Columns).Select(row => string.Join(',', row.Select(Quoted)) + "\n"));

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
