namespace Verifiable.Inference.Reports;

/// <summary>Signs that pictures share: shapes for curves, lettered discs, arrows.</summary>
internal static class SvgMarks
{
    private const double Size = 4;

    internal static void Shaped(SvgWriter svg, double x, double y, int shape, string color)
    {
        switch (shape % 4)
        {
            case 0:
                svg.Circle(x, y, Size - 0.5, color, "#ffffff");
                break;
            case 1:
                svg.Rectangle(x - Size + 0.5, y - Size + 0.5, (2 * Size) - 1, (2 * Size) - 1, color, "#ffffff");
                break;
            case 2:
                svg.Polygon([(x, y - Size - 1), (x + Size, y + Size - 1), (x - Size, y + Size - 1)], color, 1);
                break;
            default:
                svg.Polygon([(x, y - Size - 0.5), (x + Size + 0.5, y), (x, y + Size + 0.5), (x - Size - 0.5, y)], color, 1);
                break;
        }
    }

    internal static void Lettered(SvgWriter svg, double x, double y, string letter)
    {
        svg.Circle(x, y, 8, "#ffffff", SvgWriter.Ink);
        svg.Text(x, y + 4, letter, "middle", size: 11, isBold: true);
    }

    /// <summary>An arrow whose head has a size of its own.</summary>
    internal static void Arrow(SvgWriter svg, double x, double y, double dx, double dy, string color, double width = 1.1)
    {
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        if (length < 0.5)
        {
            return;
        }

        (double ux, double uy) = (dx / length, dy / length);
        double head = Math.Min(5, length);
        (double endX, double endY) = (x + dx, y + dy);
        svg.Line(x, y, endX - (ux * head * 0.6), endY - (uy * head * 0.6), color, width);
        svg.Polygon(
            [(endX, endY), (endX - (ux * head) - (uy * head * 0.5), endY - (uy * head) + (ux * head * 0.5)), (endX - (ux * head) + (uy * head * 0.5), endY - (uy * head) - (ux * head * 0.5))], color, 1);
    }
}
