namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>How a sweep chooses its points.</summary>
public enum SweepDesignKind : byte
{
    /// <summary>Nothing is said.</summary>
    None = 0,

    /// <summary>Every combination of evenly spread values.</summary>
    Grid = 1,

    /// <summary>Each slice of each parameter once.</summary>
    LatinHypercube = 2,

    /// <summary>Sobol's sequence.</summary>
    Sobol = 3,
}
