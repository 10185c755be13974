using Verifiable.Inference.Incentives.Dynamics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>
/// A model in which agents now and then look again and choose by logit: at each step with probability ρ, strategy 1 with probability 1/(1 + e^(−λ(f₁ − f₀))). Large populations follow the logit dynamics
/// (Benaïm and Weibull, Econometrica 71, 2003). Immutable and thread-safe.
/// </summary>
public sealed class LogitRevision : PopulationModel
{
    private readonly EvolutionaryGame _game;

    /// <summary>Creates a model.</summary>
    /// <param name="game">A game in which every population has two strategies.</param>
    /// <param name="precision">λ, not negative.</param>
    /// <param name="revisionRate">ρ, in (0, 1].</param>
    /// <param name="unitsPerPayoff">How many units of the agents' integer payoffs are one of the game's; 1000 by default.</param>
    /// <exception cref="ArgumentException">A population of the game has another number of strategies than two.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public LogitRevision(EvolutionaryGame game, double precision, double revisionRate, double unitsPerPayoff = 1000)
        : base(CountOf(game))
    {
        if (!(precision >= 0) || !double.IsFinite(precision))
        {
            throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected a finite number that is not negative.");
        }

        if (!(revisionRate is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(revisionRate), revisionRate, "Expected a probability above 0.");
        }

        if (!(unitsPerPayoff > 0) || !double.IsFinite(unitsPerPayoff))
        {
            throw new ArgumentOutOfRangeException(nameof(unitsPerPayoff), unitsPerPayoff, "Expected a finite number above 0.");
        }

        _game = game;
        Precision = precision;
        RevisionRate = revisionRate;
        UnitsPerPayoff = unitsPerPayoff;
    }

    /// <summary>Gets λ.</summary>
    public double Precision { get; }

    /// <summary>Gets ρ.</summary>
    public double RevisionRate { get; }

    /// <summary>Gets how many units of the agents' payoffs are one of the game's.</summary>
    public double UnitsPerPayoff { get; }

    /// <inheritdoc/>
    public override void Decide(ReadOnlySpan<double> shares, Span<AgentRule> rules)
    {
        Span<double> state = stackalloc double[2 * GreatestPopulationCount];
        Span<double> payoffs = stackalloc double[2 * GreatestPopulationCount];
        state = state[..(2 * shares.Length)];
        payoffs = payoffs[..(2 * shares.Length)];
        for (int i = 0; i < shares.Length; i++)
        {
            state[2 * i] = 1 - shares[i];
            state[(2 * i) + 1] = shares[i];
        }

        _game.ComputePayoffs(state, payoffs);
        for (int i = 0; i < rules.Length; i++)
        {
            double chosen = RevisionRate * StableFunctions.Logistic(Precision * (payoffs[(2 * i) + 1] - payoffs[2 * i]));
            rules[i] = new AgentRule(ToFraction(chosen), ToFraction(1 - RevisionRate + chosen), ToUnits(payoffs[2 * i]), ToUnits(payoffs[(2 * i) + 1]));
        }
    }

    private static int CountOf(EvolutionaryGame game)
    {
        ArgumentNullException.ThrowIfNull(game);
        return game.StrategyCounts.All(static count => count == 2)
            ? game.StrategyCounts.Length
            : throw new ArgumentException("Expected a game in which every population has two strategies.", nameof(game));
    }

    private static ulong ToFraction(double probability) => (ulong)Math.Round(Math.Clamp(probability, 0, 1) * AgentRule.Certain);

    private int ToUnits(double payoff) => (int)Math.Clamp(Math.Round(payoff * UnitsPerPayoff), int.MinValue + 1, int.MaxValue);
}
