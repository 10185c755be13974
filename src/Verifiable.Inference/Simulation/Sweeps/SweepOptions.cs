namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>How a sweep is run. Immutable.</summary>
public sealed record SweepOptions
{
    /// <summary>Gets the folder of <c>results.csv</c> and <c>manifest.json</c>; it is made where it is missing. A sweep that was stopped there goes on.</summary>
    public required string Folder { get; init; }

    /// <summary>Gets the names of what is measured at each point: the columns after the parameters.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Gets what else the results depend on, for example the commit and the scenario, for the manifest; a sweep goes on only where it is the same. The default is nothing.</summary>
    public string Description { get; init; } = string.Empty;

    /// <summary>Gets on how many threads points are measured at once, 1 to 1024. The default is one for each processor.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 1024);

    /// <summary>Gets what is told of progress, after each point.</summary>
    public IProgress<SweepProgress>? Progress { get; init; }

    /// <summary>Gets the clock of progress; the system's by default. No result depends on it.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
