using System.Globalization;
using System.Text;

namespace Verifiable.Inference.Reports;

/// <summary>
/// Writes a scalable vector graphic: the same calls give the same bytes, whatever the machine and the culture. Coordinates are rounded to a hundredth. Colours are those of Okabe and
/// Ito, which colour-blind readers can tell apart; nothing is said by colour alone. Not thread-safe.
/// </summary>
internal sealed class SvgWriter
{
    public const string Ink = "#222222";
    public const string Grey = "#999999";
    public const string Blue = "#0072B2";
    public const string Orange = "#E69F00";
    public const string Green = "#009E73";
    public const string Vermilion = "#D55E00";
    public const string Sky = "#56B4E9";
    public const string Purple = "#CC79A7";
    public const string Yellow = "#F0E442";
    public const string Pale = "#e4e4e4";

    /// <summary>The colours of curves; yellow is left out, it cannot be seen on white.</summary>
    public static readonly string[] Palette = [Blue, Vermilion, Green, Purple, Orange, Sky, Ink, Grey];

    /// <summary>The colours of bands.</summary>
    public static readonly string[] BandPalette = [Sky, Orange, Green, Purple];

    /// <summary>The dashes of curves.</summary>
    public static readonly string?[] DashPatterns = [null, "7 4", "2 3", "9 3 2 3", "12 4", "4 4"];

    private const double GreatestCoordinate = 1e12;

    private readonly StringBuilder _text = new();
    private readonly double _width;
    private readonly double _height;
    private readonly string _title;
    private readonly string _description;

    public SvgWriter(double width, double height, string title, string description)
    {
        _width = width;
        _height = height;
        _title = title;
        _description = description;
    }

    public void Line(double x1, double y1, double x2, double y2, string color, double width = 1, string? dashes = null) =>
        _text.Append(CultureInfo.InvariantCulture, $"<line x1=\"{N(x1)}\" y1=\"{N(y1)}\" x2=\"{N(x2)}\" y2=\"{N(y2)}\" stroke=\"{color}\" stroke-width=\"{N(width)}\"{Dashes(dashes)}/>\n");

    public void Polyline(IEnumerable<(double X, double Y)> points, string color, double width = 1, string? dashes = null) =>
        _text.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{Points(points)}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{N(width)}\"{Dashes(dashes)}/>\n");

    public void Polygon(IEnumerable<(double X, double Y)> points, string fill, double opacity) =>
        _text.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{Points(points)}\" fill=\"{fill}\" fill-opacity=\"{N(opacity)}\"/>\n");

    public void Rectangle(double x, double y, double width, double height, string fill, string stroke) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\" stroke=\"{stroke}\"/>\n");

    /// <summary>A filled rectangle without an edge; neighbours must not show a seam.</summary>
    public void Cell(double x, double y, double width, double height, string fill, double opacity) =>
        _text.Append(CultureInfo.InvariantCulture, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\" fill=\"{fill}\" fill-opacity=\"{N(opacity)}\" shape-rendering=\"crispEdges\"/>\n");

    public void Circle(double x, double y, double radius, string fill, string stroke) =>
        _text.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\" fill=\"{fill}\" stroke=\"{stroke}\"/>\n");

    public void Text(double x, double y, string text, string anchor = "start", string color = Ink, double size = 12, bool isBold = false) =>
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" text-anchor=\"{anchor}\" fill=\"{color}\"{(isBold ? " font-weight=\"bold\"" : string.Empty)}>{Escape(text)}</text>\n");

    /// <summary>Text with a white rim, for places where lines pass below it.</summary>
    public void RimmedText(double x, double y, string text, string anchor = "start", string color = Ink, double size = 12, bool isBold = false) =>
        _text.Append(CultureInfo.InvariantCulture, $"<text x=\"{N(x)}\" y=\"{N(y)}\" font-size=\"{N(size)}\" text-anchor=\"{anchor}\" fill=\"{color}\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\" paint-order=\"stroke\"{(isBold ? " font-weight=\"bold\"" : string.Empty)}>{Escape(text)}</text>\n");

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{N(_width)}\" height=\"{N(_height)}\" viewBox=\"0 0 {N(_width)} {N(_height)}\" font-family=\"sans-serif\" role=\"img\">\n<title>{Escape(_title)}</title>\n<desc>{Escape(_description)}</desc>\n<rect x=\"0\" y=\"0\" width=\"{N(_width)}\" height=\"{N(_height)}\" fill=\"#ffffff\"/>\n{_text}</svg>\n");

    private static string Points(IEnumerable<(double X, double Y)> points) => string.Join(' ', points.Select(point => $"{N(point.X)},{N(point.Y)}"));

    private static string Dashes(string? dashes) => dashes is null ? string.Empty : $" stroke-dasharray=\"{dashes}\"";

    // Decimal, so that no platform's rounding of doubles to text matters and minus zero is zero.
    private static string N(double value) => !(Math.Abs(value) <= GreatestCoordinate)
        ? throw new ArgumentException($"Expected numbers that lie on a picture, got one whose coordinate is {value.ToString(CultureInfo.InvariantCulture)}.")
        : Math.Round((decimal)value, 2, MidpointRounding.AwayFromZero).ToString("0.##", CultureInfo.InvariantCulture);

    private static string Escape(string text)
    {
        StringBuilder escaped = new();
        foreach (char letter in text)
        {
            _ = letter switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                < ' ' => escaped.Append(' '),
                _ when char.IsSurrogate(letter) || letter >= '\uFFFE' => escaped.Append('?'),
                _ => escaped.Append(letter),
            };
        }

        return escaped.ToString();
    }
}
