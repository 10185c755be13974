using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>Where a simulation of populations starts. Immutable.</summary>
public sealed record PopulationStart
{
    /// <summary>The greatest number of agents of a population that is simulated agent by agent, 2³⁰.</summary>
    public const long GreatestAgentCount = 1L << 30;

    /// <summary>The greatest size of a lumped population, 2⁵².</summary>
    public const long GreatestLumpedCount = 1L << 52;

    /// <summary>Gets the number of agents of each population, at least 1 each.</summary>
    public required ImmutableArray<long> Sizes { get; init; }

    /// <summary>Gets how many of each population play 1; the first ones do.</summary>
    public required ImmutableArray<long> Ones { get; init; }

    /// <summary>Gets the seed. The same seed gives the same draws to the same agents at the same steps, whatever the model: common random numbers for a comparison.</summary>
    public ulong Seed { get; init; }

    internal void ThrowIfNotFor(PopulationModel model, long greatest)
    {
        if (Sizes.IsDefault || Ones.IsDefault || Sizes.Length != model.PopulationCount || Ones.Length != Sizes.Length)
        {
            throw new ArgumentException($"Expected {model.PopulationCount} sizes and as many numbers of agents that play 1.", nameof(model));
        }

        for (int i = 0; i < Sizes.Length; i++)
        {
            if (Sizes[i] < 1 || Sizes[i] > greatest || Ones[i] < 0 || Ones[i] > Sizes[i])
            {
                throw new ArgumentException($"Expected populations of 1 to {greatest} agents of which at most all play 1, got {Ones[i]} of {Sizes[i]}.", nameof(model));
            }
        }
    }
}
