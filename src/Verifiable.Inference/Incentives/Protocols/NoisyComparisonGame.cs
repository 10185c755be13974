using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds an audit whose comparison errs: a provider stays away, works honestly or cheats; a cheat is convicted with probability δ, an honest provider with φ. Some slash both deters
/// and keeps honest providers iff δ/φ &gt; 1 + Δ/(R − C), whatever p, r and S. Immutable.
/// </summary>
/// <remarks>Derived for this library (<c>docs/reference/sampling-incentives.md</c>, "Noise"): p(1 − r)(δ − φ)(R + S) &gt; Δ and p(1 − r)φ(R + S) ≤ R − C.</remarks>
public sealed record NoisyComparisonGame
{
    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what the substitute costs, c.</summary>
    public required Rational SubstituteCost { get; init; }

    /// <summary>Gets the reward, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the audit probability, p.</summary>
    public required Rational AuditProbability { get; init; }

    /// <summary>Gets the probability that the validator is the provider's own, r.</summary>
    public Rational CoalitionShare { get; init; }

    /// <summary>Gets the conviction probability of a cheat, δ.</summary>
    public required Rational DetectionProbability { get; init; }

    /// <summary>Gets the conviction probability of an honest provider, φ.</summary>
    public required Rational FalseConvictionProbability { get; init; }

    private Rational Exposure => AuditProbability * (1 - CoalitionShare);

    private Rational Saving => HonestCost - SubstituteCost;

    /// <summary>Gets by how much honest work is better than cheating, p(1 − r)(δ − φ)(R + S) − Δ.</summary>
    public Rational Margin => (Exposure * (DetectionProbability - FalseConvictionProbability) * (Reward + Slash)) - Saving;

    /// <summary>Gets what honest work earns, R − C − p(1 − r)φ(R + S).</summary>
    public Rational HonestPayoff => Reward - HonestCost - (Exposure * FalseConvictionProbability * (Reward + Slash));

    /// <summary>Gets a value indicating whether a provider works honestly: it is better than cheating and no worse than staying away.</summary>
    public bool IsHonest => Margin.Sign > 0 && HonestPayoff.Sign >= 0;

    /// <summary>Gets a value indicating whether some slash both deters and keeps honest providers: δ/φ &gt; 1 + Δ/(R − C); for φ = 0, δ &gt; 0 and R ≥ C.</summary>
    /// <remarks>Slashes may be negative down to −R here, as in the lemma; <see cref="FeasibleSlash"/> gives the ends.</remarks>
    public bool IsSomeSlashFeasible => DetectionProbability > FalseConvictionProbability && Exposure.Sign > 0
        && (FalseConvictionProbability.IsZero ? Reward >= HonestCost : (Reward - HonestCost) * (DetectionProbability - FalseConvictionProbability) > FalseConvictionProbability * Saving);

    /// <summary>Gets the slash that must be exceeded to deter, and the one that must not be exceeded to keep honest providers; <see langword="null"/> where there is none.</summary>
    public (Rational? ExclusiveLower, Rational? InclusiveUpper) FeasibleSlash
    {
        get
        {
            Rational deterrence = Exposure * (DetectionProbability - FalseConvictionProbability);
            Rational loss = Exposure * FalseConvictionProbability;
            return (deterrence.Sign > 0 ? (Saving / deterrence) - Reward : null, loss.Sign > 0 ? ((Reward - HonestCost) / loss) - Reward : null);
        }
    }

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(Reward), Reward, false),
        (nameof(AuditProbability), AuditProbability, true), (nameof(CoalitionShare), CoalitionShare, true),
        (nameof(DetectionProbability), DetectionProbability, true), (nameof(FalseConvictionProbability), FalseConvictionProbability, true));

    /// <summary>Builds the tree: stay away, work honestly or cheat; coin, validator, conviction.</summary>
    /// <returns>The game of the provider; the actions are <c>stay away</c>, <c>honest</c> and <c>cheat</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("noisy comparison", ["provider"]);
        ImmutableArray<int> choice = builder.AddDecision(0, 0, "provider", "stay away", "honest", "cheat");
        builder.AddEnd(choice[0], 0);
        for (int action = 1; action <= 2; action++)
        {
            Rational spent = action == 1 ? HonestCost : SubstituteCost;
            Rational conviction = action == 1 ? FalseConvictionProbability : DetectionProbability;
            ImmutableArray<int> coin = builder.AddChance(choice[action], ("audit", AuditProbability), ("none", 1 - AuditProbability));
            builder.AddEnd(coin[1], Reward - spent);
            ImmutableArray<int> validator = builder.AddChance(coin[0], ("own", CoalitionShare), ("other", 1 - CoalitionShare));
            builder.AddEnd(validator[0], Reward - spent);
            ImmutableArray<int> verdict = builder.AddChance(validator[1], ("convicted", conviction), ("acquitted", 1 - conviction));
            builder.AddEnd(verdict[0], -Slash - spent);
            builder.AddEnd(verdict[1], Reward - spent);
        }

        return builder.Build();
    }
}
