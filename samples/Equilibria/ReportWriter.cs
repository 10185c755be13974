using Verifiable.Inference.Reports;

namespace Verifiable.Inference.Samples.Equilibria;

/// <summary>Writes the report, and each picture and table as a file of its own.</summary>
internal sealed class ReportWriter(string folder)
{
    public const string FileName = "equilibria.html";

    private readonly HtmlReport _report = new("Incentives of verified inference");

    public int PictureCount { get; private set; }

    public HtmlReport Page => _report;

    public void Add(string name, Figure figure)
    {
        _report.AddFigure(figure);
        File.WriteAllText(Path.Combine(folder, name + ".svg"), figure.Svg);
        File.WriteAllText(Path.Combine(folder, name + ".csv"), figure.Table.ToCsv());
        PictureCount++;
    }

    public void Finish() => File.WriteAllText(Path.Combine(folder, FileName), _report.ToString());
}
