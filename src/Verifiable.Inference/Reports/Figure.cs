namespace Verifiable.Inference.Reports;

/// <summary>A picture with the numbers that it shows. Immutable.</summary>
/// <param name="Title">The title.</param>
/// <param name="Caption">What it says.</param>
/// <param name="Svg">The picture as SVG; the same bytes for the same numbers.</param>
/// <param name="Table">The numbers.</param>
public sealed record Figure(string Title, string Caption, string Svg, FigureTable Table);
