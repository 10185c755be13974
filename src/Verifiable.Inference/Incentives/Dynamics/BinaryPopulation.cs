using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>One population out of which groups are drawn that play a symmetric game with two strategies.</summary>
internal sealed class BinaryPopulation : EvolutionaryGame
{
    private readonly double[] _differences;

    public BinaryPopulation(SymmetricBinaryGame game)
        : base([2])
    {
        _differences = [.. game.Differences.Select(static difference => (double)difference)];
    }

    internal override void Evaluate(ReadOnlySpan<double> state, Span<double> payoffs)
    {
        // De Casteljau's scheme, in which every step is a mean: no cancellation, whatever the number of players.
        double[] values = [.. _differences];
        for (int count = values.Length - 1; count > 0; count--)
        {
            for (int k = 0; k < count; k++)
            {
                values[k] = (state[0] * values[k]) + (state[1] * values[k + 1]);
            }
        }

        payoffs[0] = 0;
        payoffs[1] = values[0];
    }
}
