namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// What the agents of one population do in one step. <c>default</c> is: all turn to strategy 0, and nobody earns. Probabilities are multiples of 2⁻³², as which they are simulated, exactly.
/// </summary>
/// <param name="FromFirst">The probability, times 2³², with which an agent of strategy 0 plays 1 next; 0 to 2³².</param>
/// <param name="FromSecond">The probability, times 2³², with which an agent of strategy 1 plays 1 next; 0 to 2³².</param>
/// <param name="FirstPayoff">What an agent that plays 0 next earns, in units of the model; at most <see cref="GreatestPayoff"/> either way.</param>
/// <param name="SecondPayoff">What an agent that plays 1 next earns.</param>
public readonly record struct AgentRule(ulong FromFirst, ulong FromSecond, int FirstPayoff, int SecondPayoff)
{
    /// <summary>The probability 1: 2³².</summary>
    public const ulong Certain = 1UL << 32;

    /// <summary>The greatest payoff of a step either way, in units: 2²⁴.</summary>
    public const int GreatestPayoff = 1 << 24;

    internal AgentRule Checked() =>
        FromFirst <= Certain && FromSecond <= Certain && Math.Abs((long)FirstPayoff) <= GreatestPayoff && Math.Abs((long)SecondPayoff) <= GreatestPayoff
            ? this
            : throw new InvalidOperationException($"Expected probabilities of at most 2^32 and payoffs of at most {GreatestPayoff} units, got {this}.");
}
