using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>Draws charts as SVG, and the tables beside them. Numbers stand on the bars, so that no colour and no axis need be read.</summary>
internal static class SvgChart
{
    private const int Width = 960;
    private const int Left = 250;
    private const int BarHeight = 26;
    private const int BarGap = 12;

    /// <summary>Draws horizontal bars from zero.</summary>
    public static void Bars(StringBuilder page, (string Label, double Value)[] bars, string[] title, Func<int, string> color, string[] legend, string[] legendColors, string format)
    {
        double greatest = Math.Max(1e-9, bars.Max(static bar => bar.Value));
        int height = 70 + (bars.Length * (BarHeight + BarGap));
        Open(page, height, title[0]);
        Legend(page, legend, legendColors);
        for (int i = 0; i < bars.Length; i++)
        {
            double width = bars[i].Value / greatest * (Width - Left - 90);
            int y = 45 + (i * (BarHeight + BarGap));
            Label(page, bars[i].Label, y);
            page.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{y}\" width=\"{Math.Max(1, width):F1}\" height=\"{BarHeight}\" fill=\"{color(i)}\"/>\n");
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left + Math.Max(1, width) + 8:F1}\" y=\"{y + 18}\">{bars[i].Value.ToString(format, CultureInfo.InvariantCulture)}</text>\n");
        }

        page.Append("</svg>\n");
    }

    /// <summary>Draws groups of bars on both sides of zero, as long as the logarithm of one more than their value.</summary>
    public static void SignedLog(StringBuilder page, string[] groups, string[] series, Func<int, int, double> value, string[] colors, string title)
    {
        const int Bar = 18;
        int groupHeight = (series.Length * Bar) + 22;
        double greatest = Enumerable.Range(0, groups.Length).SelectMany(group => Enumerable.Range(0, series.Length).Select(role => Length(value(group, role)))).Max();
        double half = (Width - 480) / 2.0;
        double zero = 290 + half;
        Open(page, 60 + (groups.Length * groupHeight), title);
        Legend(page, series, colors);
        for (int group = 0; group < groups.Length; group++)
        {
            int top = 45 + (group * groupHeight);
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"{top + (series.Length * Bar / 2) + 2}\">{groups[group]}</text>\n");
            for (int role = 0; role < series.Length; role++)
            {
                double amount = value(group, role);
                double width = Math.Max(1, Length(amount) / greatest * half);
                double x = amount < 0 ? zero - width : zero;
                int y = top + (role * Bar);
                page.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x:F1}\" y=\"{y}\" width=\"{width:F1}\" height=\"{Bar - 3}\" fill=\"{colors[role]}\"/>\n");
                double at = amount < 0 ? x - 6 : x + width + 6;
                page.Append(CultureInfo.InvariantCulture, $"<text x=\"{at:F1}\" y=\"{y + 13}\" text-anchor=\"{(amount < 0 ? "end" : "start")}\">{amount:N0} {series[role]}</text>\n");
            }
        }

        page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{zero:F1}\" x2=\"{zero:F1}\" y1=\"40\" y2=\"{50 + (groups.Length * groupHeight)}\" stroke=\"#1a1a1a\"/>\n</svg>\n");

        static double Length(double amount) => Math.Log(1 + Math.Abs(amount));
    }

    /// <summary>Draws how large a share has come to its end after a time, on a logarithmic axis of time.</summary>
    public static void Shares(StringBuilder page, string[] names, IReadOnlyList<long>[] hundredths, string[] colors)
    {
        const int Height = 360;
        const double Bottom = 310;
        const double Top = 50;
        const double Start = 70;
        const double End = Width - 40;
        string[] dashes = ["none", "8 4", "2 4"];
        double least = Math.Log10(0.1);
        double greatest = Math.Log10(hundredths.Max(static times => times[^1]) / 1000.0);
        Open(page, Height, "share of tasks that are final");
        Legend(page, names, colors);
        for (int share = 0; share <= 100; share += 25)
        {
            double y = Bottom - (share / 100.0 * (Bottom - Top));
            page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Start}\" x2=\"{End}\" y1=\"{y:F1}\" y2=\"{y:F1}\" stroke=\"#ccc\"/>\n<text x=\"{Start - 8}\" y=\"{y + 4:F1}\" text-anchor=\"end\">{share} %</text>\n");
        }

        foreach (double mark in (double[])[0.1, 1, 10, 100, 1000])
        {
            if (Math.Log10(mark) <= greatest)
            {
                page.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(mark):F1}\" x2=\"{X(mark):F1}\" y1=\"{Bottom}\" y2=\"{Bottom + 5}\" stroke=\"#1a1a1a\"/>\n<text x=\"{X(mark):F1}\" y=\"{Bottom + 20}\" text-anchor=\"middle\">{mark} s</text>\n");
            }
        }

        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Start + End) / 2}\" y=\"{Bottom + 42}\" text-anchor=\"middle\">time from posting to finality</text>\n");
        for (int i = 0; i < names.Length; i++)
        {
            IEnumerable<string> points = hundredths[i].Select((time, share) => string.Create(CultureInfo.InvariantCulture, $"{X(Math.Max(0.1, time / 1000.0)):F1},{Bottom - (share / 100.0 * (Bottom - Top)):F1}"));
            page.Append(CultureInfo.InvariantCulture, $"<polyline fill=\"none\" stroke=\"{colors[i]}\" stroke-width=\"3\" stroke-dasharray=\"{dashes[i % dashes.Length]}\" points=\"{string.Join(' ', points)}\"/>\n");
        }

        page.Append("</svg>\n");

        double X(double seconds) => Start + ((Math.Log10(seconds) - least) / (greatest - least) * (End - Start));
    }

    /// <summary>Writes the numbers of a chart.</summary>
    public static void Table(StringBuilder page, string[] headers, IEnumerable<string[]> rows)
    {
        page.Append("<table>\n<tr>").Append(string.Concat(headers.Select(static header => $"<th>{header}</th>"))).Append("</tr>\n");
        foreach (string[] row in rows)
        {
            page.Append("<tr>").Append(string.Concat(row.Select(static cell => $"<td>{cell}</td>"))).Append("</tr>\n");
        }

        page.Append("</table>\n");
    }

    private static void Open(StringBuilder page, int height, string title) =>
        page.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{title}\" xmlns=\"http://www.w3.org/2000/svg\">\n<text x=\"0\" y=\"16\" font-weight=\"bold\">{title}</text>\n");

    private static void Legend(StringBuilder page, string[] names, string[] colors)
    {
        int x = Left + 60;
        for (int i = 0; i < names.Length; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"5\" width=\"14\" height=\"14\" fill=\"{colors[i]}\"/>\n<text x=\"{x + 20}\" y=\"17\">{names[i]}</text>\n");
            x += 40 + (names[i].Length * 8);
        }
    }

    private static void Label(StringBuilder page, string text, int y) =>
        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 12}\" y=\"{y + 18}\" text-anchor=\"end\">{text}</text>\n");
}
