using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>Two populations that play a game of two matrices.</summary>
internal sealed class PairedPopulations : EvolutionaryGame
{
    private readonly double[] _rowPayoffs;
    private readonly double[] _columnPayoffs;

    public PairedPopulations(BimatrixGame game)
        : base([game.Rows, game.Columns])
    {
        Game = game;
        _rowPayoffs = [.. game.RowPayoffs.Select(static payoff => (double)payoff)];
        _columnPayoffs = [.. game.ColumnPayoffs.Select(static payoff => (double)payoff)];
    }

    public BimatrixGame Game { get; }

    internal override bool IsLinear => true;

    internal override void Evaluate(ReadOnlySpan<double> state, Span<double> payoffs)
    {
        int rows = Game.Rows;
        int columns = Game.Columns;
        payoffs.Clear();
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                payoffs[row] += _rowPayoffs[(row * columns) + column] * state[rows + column];
                payoffs[rows + column] += _columnPayoffs[(row * columns) + column] * state[row];
            }
        }
    }
}
