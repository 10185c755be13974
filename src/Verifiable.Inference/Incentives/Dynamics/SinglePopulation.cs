using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>One population that plays a symmetric game against itself.</summary>
internal sealed class SinglePopulation : EvolutionaryGame
{
    private readonly double[] _payoffs;

    public SinglePopulation(ImmutableArray<Rational> payoffs, int strategies)
        : base([strategies])
    {
        Payoffs = payoffs;
        _payoffs = [.. payoffs.Select(static payoff => (double)payoff)];
    }

    public ImmutableArray<Rational> Payoffs { get; }

    internal override bool IsLinear => true;

    internal override void Evaluate(ReadOnlySpan<double> state, Span<double> payoffs)
    {
        for (int row = 0; row < payoffs.Length; row++)
        {
            double sum = 0;
            for (int column = 0; column < state.Length; column++)
            {
                sum += _payoffs[(row * state.Length) + column] * state[column];
            }

            payoffs[row] = sum;
        }
    }
}
