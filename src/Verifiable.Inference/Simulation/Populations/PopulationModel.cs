namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// Says what the agents of populations do: each plays 0 or 1, and at each step turns from one to the other with a probability that depends on what all play. Derive from it for rules of your own; a rule
/// is asked once a step and population, so that it costs nothing an agent. Implementations are pure and thread-safe.
/// </summary>
public abstract class PopulationModel
{
    /// <summary>The greatest number of populations, 64.</summary>
    public const int GreatestPopulationCount = 64;

    /// <summary>Creates a model.</summary>
    /// <param name="populationCount">The number of populations, 1 to <see cref="GreatestPopulationCount"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    protected PopulationModel(int populationCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(populationCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(populationCount, GreatestPopulationCount);
        PopulationCount = populationCount;
    }

    /// <summary>Gets the number of populations.</summary>
    public int PopulationCount { get; }

    /// <summary>Says what agents do in the next step.</summary>
    /// <param name="shares">The share of each population that plays 1.</param>
    /// <param name="rules">Takes the rule of each population. Payoffs are those of the new play against the old shares.</param>
    public abstract void Decide(ReadOnlySpan<double> shares, Span<AgentRule> rules);

    internal void DecideChecked(ReadOnlySpan<double> shares, Span<AgentRule> rules)
    {
        Decide(shares, rules);
        foreach (AgentRule rule in rules)
        {
            _ = rule.Checked();
        }
    }
}
