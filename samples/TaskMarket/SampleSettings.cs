namespace Verifiable.Inference.Samples.TaskMarket;

/// <summary>What the command line says.</summary>
/// <param name="Seed">The seed of everything random.</param>
/// <param name="Tasks">The number of tasks of each scenario.</param>
/// <param name="OutputFolder">Where report and journals go.</param>
/// <param name="StopAfter">The record of the second scenario after which the process stops to be killed; 0 for none.</param>
internal sealed record SampleSettings(ulong Seed, int Tasks, string OutputFolder, ulong StopAfter)
{
    public string JournalFolder => Path.Combine(OutputFolder, "task-market-journals");

    public string ReportFile => Path.Combine(OutputFolder, "task-market.html");
}
