using System.Collections.Immutable;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Incentives.Advice;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Protocols;

namespace Verifiable.Inference.Strategies.Optimistic;

/// <summary>The assessment of an <see cref="OptimisticStrategy"/>: deterrence by the system's checks alone, the verifier's dilemma of those who watch for gain, time to finality, griefing. Immutable.</summary>
/// <remarks>A cheat is found with probability d = p_sys(1 − r): the recomputer must not be its friend. The adjudicator is a dispute, so an honest provider is never convicted and a found cheat always is.
/// Honesty is secure iff R − C exceeds (1 − d)U − dL − c, with U what an undetected fraud is worth, R at least, and L what a cheat loses that sees itself found and convicts itself by another identity before
/// anybody else does: stake and claim bond less the whole reward of the challenger.</remarks>
public sealed record OptimisticStrategyAssessment : StrategyAssessment
{
    private readonly OptimisticOptions _options;
    private readonly OptimisticCosts _costs;

    internal OptimisticStrategyAssessment(OptimisticOptions options)
    {
        _options = options;
        _costs = options.Costs;
        Reward = options.Reward.Units;
        Slash = (decimal)options.Slash.Units + options.Disputes.ClaimBond.Units;
        Bounty = options.Disputes.Split(options.Disputes.ClaimBond).Reward.Units;
        DetectionProbability = (decimal)options.CheckRate * (1 - _costs.CoalitionShare);
    }

    /// <summary>Gets the reward, R.</summary>
    public decimal Reward { get; }

    /// <summary>Gets what a convicted provider loses besides the reward, S: the stake of its task and the claim bond.</summary>
    public decimal Slash { get; }

    /// <summary>Gets what a convicted provider loses besides the reward, at the least, L: all that is burnt. Who challenged it may be itself.</summary>
    public decimal LeastLoss => Slash - Bounty;

    /// <summary>Gets what the challengers of a convicted claim get together, B: half who convicts it, half who was the first of those whose games were open.</summary>
    public decimal Bounty { get; }

    /// <summary>Gets the equilibrium of watchers and cheats with the system's checks and planted errors, as the terms state them.</summary>
    public WatcherEquilibrium Watched => Game.Solve();

    /// <summary>Gets the same without the system's checks and without planted errors: the dilemma as it is where watchers live from what they find.</summary>
    public WatcherEquilibrium WatchedOnly => (Game with { SystemRate = 0, ForcedErrorRate = 0 }).Solve();

    /// <summary>Gets the game of watchers and cheats that the terms and costs make.</summary>
    public WatcherGame Game => new()
    {
        Reward = (double)Gain,
        Slash = (double)LeastLoss,
        Saving = (double)(Gain - Reward + _costs.HonestCost - _costs.SubstituteCost),
        LookCost = (double)_costs.HonestCost,
        Bounty = (double)Math.Max(0, Bounty - _costs.DisputeCost),
        Watchers = _costs.Watchers,
        SystemRate = (double)DetectionProbability,
        ForcedErrorRate = (double)_costs.ForcedErrorRate,
        Jackpot = (double)_costs.Jackpot,
        Damage = (double)_costs.Damage,
    };

    /// <summary>Gets the time from the request to finality where nobody challenges and nothing is computed again.</summary>
    public TimeSpan UsualFinality => _options.AnswerWindow + TimeSpan.FromMilliseconds(_options.Disputes.Window);

    /// <summary>Gets what a wrong challenge costs the honest provider for each unit that it costs the challenger, before compensation: (defence + barred time) ÷ bond.</summary>
    public decimal GriefingFactor => (_costs.HonestCost + _costs.DisputeCost + _costs.BarredLoss) / _options.Disputes.ChallengeBond.Units;

    /// <summary>Gets what an acquitted provider is left with after one wrong challenge: the compensation less its defence and the barred time. Below 0 it is not made whole.</summary>
    public decimal CompensationMargin => _options.Disputes.Split(_options.Disputes.ChallengeBond).Reward.Units - _costs.HonestCost - _costs.DisputeCost - _costs.BarredLoss;

    /// <summary>Gets what two identities of one person lose at least in every end of a game against each other.</summary>
    public decimal SelfPlayLoss => Math.Min(
        _options.Disputes.ClaimBond.Units - Bounty, _options.Disputes.ChallengeBond.Units - (decimal)_options.Disputes.Split(_options.Disputes.ChallengeBond).Reward.Units);

    /// <inheritdoc/>
    public override AdviceModel? Model => new ChallengeAdviceModel(
        new ChallengeGame
        {
            // The game has one reward. What a fraud is worth beyond it is a cost that honesty has instead: both payoffs are the same.
            HonestCost = _costs.HonestCost + Gain - Reward,
            SubstituteCost = _costs.SubstituteCost,
            Reward = Gain,
            Slash = LeastLoss,
            SystemCheckProbability = DetectionProbability,
            Bounty = Bounty,
            Bond = (decimal)_options.Disputes.Split(_options.Disputes.ChallengeBond).Reward.Units,
            DefenceCost = _costs.HonestCost + _costs.DisputeCost,
            WatchCost = _costs.HonestCost,
        },
        watcherProbability: Rational.Zero);

    /// <inheritdoc/>
    public override decimal HonestPayoff => Reward - _costs.HonestCost;

    /// <inheritdoc/>
    public override decimal DishonestPayoff => ((1 - DetectionProbability) * Gain) - (DetectionProbability * LeastLoss) - _costs.SubstituteCost;

    /// <inheritdoc/>
    public override bool IsHonestySecure => Shortcomings.IsEmpty;

    /// <inheritdoc/>
    /// <remarks>Where all others gave the same cheap answer, a recomputer that does not would win the bounty by a dispute: it does better iff B exceeds what it saves and what a dispute costs.</remarks>
    public override bool IsHonestyTheOnlyEquilibrium => IsHonestySecure && Bounty > _costs.HonestCost - _costs.SubstituteCost + _costs.DisputeCost;

    /// <inheritdoc/>
    public override decimal DetectionProbability { get; }

    /// <inheritdoc/>
    public override decimal ExpectedCost => 1 + (decimal)_options.CheckRate;

    /// <inheritdoc/>
    public override decimal? BreakingCoalitionShare
    {
        get
        {
            decimal needed = (Gain - Reward + _costs.HonestCost - _costs.SubstituteCost) / (Gain + LeastLoss);
            return _options.CheckRate > 0 && (decimal)_options.CheckRate > needed ? Math.Min(1, 1 - (needed / (decimal)_options.CheckRate)) : null;
        }
    }

    /// <inheritdoc/>
    public override TimeSpan WorstLatency => (_options.AnswerWindow + _options.OpeningWindow) * (1 + _options.MaxReassignments);

    /// <inheritdoc/>
    public override ImmutableArray<string> Assumptions =>
    [
        "The model is computed in the exact profile, and the referee knows every operator of it: what it does not know is never convicted.",
        "A recomputer that is not of the cheat's coalition computes, and opens a dispute where it differs: its bounty pays for that.",
        "Whoever is challenged, and whoever challenges, is on line within each turn's time.",
        "The ledger's operator is believed for times: that a window was over, and that a party was late.",
        "Nothing rests on watchers who look for their own gain: alone, they leave cheating at the rate that WatchedOnly states.",
    ];

    /// <inheritdoc/>
    public override ImmutableArray<string> Shortcomings
    {
        get
        {
            ImmutableArray<string>.Builder found = ImmutableArray.CreateBuilder<string>();
            if (HonestPayoff <= DishonestPayoff)
            {
                decimal least = (Gain - Reward + _costs.HonestCost - _costs.SubstituteCost) / (Gain + LeastLoss) / (1 - _costs.CoalitionShare);
                found.Add(FormattableString.Invariant($"Cheating earns {DishonestPayoff:0.##} and honesty {HonestPayoff:0.##}: {(least < 1 ? FormattableString.Invariant($"a {nameof(OptimisticOptions.CheckRate)} above {least:0.######} makes honesty pay.") : "no rate of checks deters; raise the slash or the claim bond.")}"));
            }

            if (!_options.ToTerms(0).HoldsCheck)
            {
                decimal most = Math.Min(((decimal)_options.Disputes.Window - _options.Disputes.Extension) / 1000, (decimal)_options.OpeningWindow.TotalSeconds / 4);
                found.Add(FormattableString.Invariant($"A system check may take {_options.CheckWindow.TotalSeconds:0.###} s, and a conviction by it needs {nameof(OptimisticOptions.CheckWindow)} between {_options.LeastCheckWindow.TotalSeconds:0.###} s and {most:0.###} s: within {nameof(DisputeTerms.Window)} less {nameof(DisputeTerms.Extension)}, and a quarter of {nameof(OptimisticOptions.OpeningWindow)}. Make the window for challenges longer, or the check shorter."));
            }

            if (HonestPayoff < 0)
            {
                found.Add(FormattableString.Invariant($"An honest provider earns {HonestPayoff:0.##}: raise {nameof(OptimisticOptions.Reward)} to {_costs.HonestCost:0.##} at least."));
            }

            if (CompensationMargin < 0)
            {
                found.Add(FormattableString.Invariant($"A wrong challenge leaves an honest provider {-CompensationMargin:0.##} short: raise the challenge bond."));
            }

            if (Bounty / 2 < _costs.HonestCost + _costs.DisputeCost)
            {
                found.Add(FormattableString.Invariant($"The first challenger of a cheat gets {Bounty / 2:0.##} where another convicts it, and spends {_costs.HonestCost + _costs.DisputeCost:0.##}: raise the claim bond, or the limit of rewards."));
            }

            return found.DrainToImmutable();
        }
    }

    private decimal Gain => Math.Max(_costs.FraudValue ?? Reward, Reward);
}
