using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Incentives.Dynamics;

/// <summary>Providers and checkers: the verifier's dilemma between two populations.</summary>
internal sealed class CheckerPopulations : EvolutionaryGame
{
    private readonly CheckerGame _game;

    public CheckerPopulations(CheckerGame game)
        : base([2, 2])
    {
        _game = game;
    }

    internal override void Evaluate(ReadOnlySpan<double> state, Span<double> payoffs)
    {
        double cheating = state[1];
        double looking = state[3];
        long others = _game.Checkers - 1;
        double unseenByOthers = StableFunctions.Power(1 - looking, others);
        double found = 1 - (unseenByOthers * (1 - looking));

        // Σ over the others that look too of 1/(1 + number) = found/(nσ), and 1 where nobody else looks.
        double share = looking > 0 ? found / (_game.Checkers * looking) : 1;
        payoffs[0] = _game.Reward - _game.HonestCost;
        payoffs[1] = _game.Reward - _game.CheatCost - ((_game.Reward + _game.Slash) * found);
        payoffs[2] = -_game.Loss * cheating * unseenByOthers;
        payoffs[3] = (_game.Bounty * cheating * share) - _game.CheckCost;
    }
}
