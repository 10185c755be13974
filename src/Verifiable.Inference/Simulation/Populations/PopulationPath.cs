using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>Holds how many agents of each population play 1, from the start on, step by step. Immutable and thread-safe; compared by reference.</summary>
public sealed class PopulationPath
{
    private readonly long[] _ones;

    internal PopulationPath(ImmutableArray<long> sizes, long[] ones)
    {
        Sizes = sizes;
        _ones = ones;
    }

    /// <summary>Gets the sizes of the populations.</summary>
    public ImmutableArray<long> Sizes { get; }

    /// <summary>Gets the number of steps.</summary>
    public int StepCount => (_ones.Length / Sizes.Length) - 1;

    /// <summary>Gets how many agents of a population play 1 after a step.</summary>
    /// <param name="step">The step; 0 is the start.</param>
    /// <param name="population">The population, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or population.</exception>
    public long Ones(int step, int population)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, StepCount);
        ArgumentOutOfRangeException.ThrowIfNegative(population);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(population, Sizes.Length);
        return _ones[(step * Sizes.Length) + population];
    }

    /// <summary>Gets which share of a population plays 1 after a step.</summary>
    /// <param name="step">The step; 0 is the start.</param>
    /// <param name="population">The population, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or population.</exception>
    public double Share(int step, int population) => Ones(step, population) / (double)Sizes[population];

    internal ReadOnlySpan<long> All => _ones;
}
