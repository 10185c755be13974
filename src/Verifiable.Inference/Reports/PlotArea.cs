using System.Globalization;
using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Reports;

/// <summary>The rectangle in which a chart is drawn: scales, frame, ticks and the legend at its right. Numbers are mapped by +, −, ·, / and a logarithm that is the same on every machine.</summary>
internal sealed class PlotArea(SvgWriter svg, ChartAxis horizontal, ChartAxis vertical, double width = PlotArea.Width, double height = PlotArea.Height)
{
    public const double Left = 90;
    public const double Top = 66;
    public const double Width = 470;
    public const double Height = 320;
    public const double PictureWidth = 860;
    private const double LegendLine = 18;
    private const int LegendLetters = 38;
    private double _legend = Top + 6;

    public static double PictureHeight => Top + Height + 64;

    public double LegendLeft => Left + width + 22;

    public double X(double value) => Left + (width * Share(horizontal, value));

    public double Y(double value) => Top + (height * (1 - Share(vertical, value)));

    public void DrawFrame(string title)
    {
        svg.Text(Left - 60, 26, title, size: 16, isBold: true);
        foreach (double tick in Ticks(horizontal))
        {
            svg.Line(X(tick), Top, X(tick), Top + height, SvgWriter.Pale);
            svg.Text(X(tick), Top + height + 18, Number(tick), "middle", size: 11);
        }

        foreach (double tick in Ticks(vertical))
        {
            svg.Line(Left, Y(tick), Left + width, Y(tick), SvgWriter.Pale);
            svg.Text(Left - 8, Y(tick) + 4, Number(tick), "end", size: 11);
        }

        svg.Text(Left + (width / 2), Top + height + 42, horizontal.Label, "middle", size: 12);
        svg.Text(Left - 60, Top - 14, vertical.Label, size: 12);
    }

    public void DrawBorder() => svg.Rectangle(Left, Top, width, height, "none", SvgWriter.Ink);

    /// <summary>Writes an entry of the legend, broken into lines, beside a sign of its own.</summary>
    public void AddLegend(string text, Action<double, double> sign)
    {
        sign(LegendLeft, _legend);
        foreach (string line in Wrapped(text, LegendLetters))
        {
            svg.Text(LegendLeft + 34, _legend + 4, line, size: 11);
            _legend += LegendLine - 3;
        }

        _legend += 7;
    }

    public static IEnumerable<string> Wrapped(string text, int letters)
    {
        string line = string.Empty;
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > letters)
            {
                yield return line;
                line = string.Empty;
            }

            line = line.Length == 0 ? word : line + " " + word;
        }

        yield return line;
    }

    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return "—";
        }

        double size = Math.Abs(value);
        return size is > 0 and < 0.0001 || size >= 10_000_000
            ? value.ToString("0.###E+0", CultureInfo.InvariantCulture)
            : Math.Round((decimal)value, 6).ToString("0.######", CultureInfo.InvariantCulture);
    }

    internal static IEnumerable<double> Ticks(ChartAxis axis)
    {
        if (axis.IsLogarithmic)
        {
            // Powers of ten; every second or third where there are many.
            double[] powers = [.. Enumerable.Range(-30, 61).Select(PowerOfTen).Where(power => power >= axis.Least * (1 - 1e-12) && power <= axis.Greatest * (1 + 1e-12))];
            int stride = (powers.Length + 8) / 9;
            return powers.Where((_, index) => index % stride == 0);
        }

        double step = Step(axis.Greatest - axis.Least);
        double first = Math.Ceiling((axis.Least / step) - 1e-9);
        double last = Math.Floor((axis.Greatest / step) + 1e-9);
        return Enumerable.Range(0, (int)(last - first) + 1).Select(index => (first + index) * step);
    }

    // 1, 2 or 5 times a power of ten, so that there are four to nine of them.
    private static double Step(double length)
    {
        double power = PowerOfTen(Enumerable.Range(-30, 61).Last(exponent => PowerOfTen(exponent) <= length));
        return length / power < 2 ? power / 5 : length / power < 5 ? power / 2 : power;
    }

    private static double PowerOfTen(int exponent) => exponent < 0 ? 1 / PowerOfTen(-exponent) : Enumerable.Repeat(10.0, exponent).Aggregate(1.0, (product, ten) => product * ten);

    private static double Share(ChartAxis axis, double value)
    {
        double share = axis.IsLogarithmic
            ? StableFunctions.Log(Math.Max(value, axis.Least) / axis.Least) / StableFunctions.Log(axis.Greatest / axis.Least)
            : (value - axis.Least) / (axis.Greatest - axis.Least);
        return Math.Clamp(share, 0, 1);
    }
}
