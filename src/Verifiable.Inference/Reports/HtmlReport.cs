using System.Net;
using System.Text;

namespace Verifiable.Inference.Reports;

/// <summary>
/// Puts headings, sentences, tables and pictures into one HTML file that needs nothing else: no script, no network, no font. The same calls give the same bytes. Text is escaped; a picture is taken as
/// it is, and only <see cref="Figure"/> makes one. Not thread-safe.
/// </summary>
public sealed class HtmlReport
{
    private const string Style = """
        body{font:15px/1.5 sans-serif;color:#222;background:#fff;max-width:900px;margin:2em auto;padding:0 1em}
        h1{font-size:1.6em}h2{font-size:1.25em;margin-top:2em;border-bottom:1px solid #ccc}
        table{border-collapse:collapse;margin:.6em 0;font-variant-numeric:tabular-nums}
        th,td{border:1px solid #ccc;padding:.2em .6em;text-align:left;font-size:13px}
        th{background:#f3f3f3}figure{margin:1em 0}figcaption{font-size:13px;color:#444}
        svg{max-width:100%;height:auto}details summary{cursor:pointer;font-size:13px}
        .bad{border-left:5px solid #D55E00;padding-left:.8em}.good{border-left:5px solid #009E73;padding-left:.8em}
        """;

    private readonly StringBuilder _body = new();
    private readonly string _title;

    /// <summary>Creates a report.</summary>
    /// <param name="title">The title.</param>
    public HtmlReport(string title)
    {
        ArgumentNullException.ThrowIfNull(title);
        _title = title;
    }

    /// <summary>Adds a heading.</summary>
    /// <param name="text">The text.</param>
    public void AddHeading(string text) => _body.Append("<h2>").Append(Escaped(text)).Append("</h2>\n");

    /// <summary>Adds a paragraph.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isGood">Whether it is good news, or bad news; neither by default. Said by a bar at its left, and by the text itself.</param>
    public void AddParagraph(string text, bool? isGood = null) =>
        _body.Append(isGood switch { null => "<p>", true => "<p class=\"good\">", false => "<p class=\"bad\">" }).Append(Escaped(text)).Append("</p>\n");

    /// <summary>Adds a table.</summary>
    /// <param name="table">The table.</param>
    public void AddTable(FigureTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _body.Append("<table><thead><tr>").Append(string.Concat(table.Columns.Select(cell => $"<th>{Escaped(cell)}</th>"))).Append("</tr></thead><tbody>\n");
        foreach (System.Collections.Immutable.ImmutableArray<string> row in table.Rows)
        {
            _body.Append("<tr>").Append(string.Concat(row.Select(cell => $"<td>{Escaped(cell)}</td>"))).Append("</tr>\n");
        }

        _body.Append("</tbody></table>\n");
    }

    /// <summary>Adds a picture, with its table folded below it.</summary>
    /// <param name="figure">The picture.</param>
    public void AddFigure(Figure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        _body.Append("<figure>\n").Append(figure.Svg).Append("<figcaption>").Append(Escaped(figure.Caption)).Append("</figcaption>\n<details><summary>The numbers</summary>\n");
        AddTable(figure.Table);
        _body.Append("</details></figure>\n");
    }

    /// <summary>Writes the report.</summary>
    public override string ToString() =>
        $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Escaped(_title)}</title>\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<style>\n{Style}\n</style></head>\n<body>\n<h1>{Escaped(_title)}</h1>\n{_body}</body></html>\n";

    private static string Escaped(string text) => WebUtility.HtmlEncode(text);
}
