using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the optimistic challenge with checks by the system at random: a claim is checked with probability p_sys, otherwise a watcher may challenge; a challenged provider defends or
/// concedes. Immutable.
/// </summary>
/// <remarks>
/// Source: the random challenge is the Smart AI rule (gitbook of Smart AI, "Slashing mechanism"); p_eff = 1 − (1 − p_sys)(1 − p_user) and the conditions are derived here. The provider's
/// A cheat that is challenged defends or concedes, whichever costs it less: it loses L = min(R + S, δ(R + S) − (1 − δ)D_c + a), where the bond D_c is what an acquitted cheat collects. Its break-even, given a
/// watcher that challenges with probability u, is p_sys(δ − φ)(R + S) + (1 − p_sys)uL = Δ. An honest provider that is challenged defends iff (1 − φ)(R + S + D_c) ≥ a: then no challenge can extort.
/// </remarks>
public sealed record ChallengeGame
{
    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what the substitute costs, c.</summary>
    public required Rational SubstituteCost { get; init; }

    /// <summary>Gets the reward, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the probability of a check by the system, p_sys.</summary>
    public required Rational SystemCheckProbability { get; init; }

    /// <summary>Gets the conviction probability of a checked cheat, δ. The default is 1.</summary>
    public Rational DetectionProbability { get; init; } = Rational.One;

    /// <summary>Gets the conviction probability of a checked honest provider, φ. The default is 0.</summary>
    public Rational FalseConvictionProbability { get; init; }

    /// <summary>Gets what a look costs the watcher, k.</summary>
    public Rational WatchCost { get; init; }

    /// <summary>Gets what a successful challenger gets, B.</summary>
    public Rational Bounty { get; init; }

    /// <summary>Gets what an unsuccessful challenger pays to the provider, D_c.</summary>
    public Rational Bond { get; init; }

    /// <summary>Gets what defending costs the provider, a.</summary>
    public Rational DefenceCost { get; init; }

    /// <summary>Computes the probability that a cheat is checked by somebody.</summary>
    /// <param name="watcherProbability">The probability that the watcher challenges a cheat.</param>
    /// <returns>1 − (1 − p_sys)(1 − p_user).</returns>
    public Rational EffectiveCheckProbability(Rational watcherProbability) => 1 - ((1 - SystemCheckProbability) * (1 - watcherProbability));

    /// <summary>
    /// Computes by how much honesty is better when nobody challenges an honest answer and the watcher challenges a cheat with a probability, p_sys(δ − φ)(R + S) + (1 − p_sys)uL − Δ, where L is what a challenge
    /// costs a cheat that answers it as it likes best (<see cref="ChallengedLoss"/>).
    /// </summary>
    /// <param name="watcherProbability">The probability that the watcher challenges a cheat.</param>
    /// <returns>The margin.</returns>
    public Rational Margin(Rational watcherProbability) =>
        (SystemCheckProbability * (DetectionProbability - FalseConvictionProbability) * (Reward + Slash)) + ((1 - SystemCheckProbability) * watcherProbability * ChallengedLoss) - (HonestCost - SubstituteCost);

    /// <summary>
    /// Gets what a challenge costs a cheat, beside going unchallenged: R + S when it concedes, δ(R + S) − (1 − δ)D_c + a when it defends, whichever is less. Below 0 a cheat wants to be challenged.
    /// </summary>
    public Rational ChallengedLoss => Rational.Min(Reward + Slash, (DetectionProbability * (Reward + Slash)) - ((1 - DetectionProbability) * Bond) + DefenceCost);

    /// <summary>Gets the p_sys at which a cheat breaks even without any watcher, Δ/((δ − φ)(R + S)); 0 when it does not pay at p_sys = 0; <see langword="null"/> when no p_sys below 1 suffices.</summary>
    public Rational? LeastSystemCheckProbability
    {
        get
        {
            Rational risk = (DetectionProbability - FalseConvictionProbability) * (Reward + Slash);
            Rational saving = HonestCost - SubstituteCost;
            return saving.Sign < 0 ? Rational.Zero : risk > saving ? saving / risk : null;
        }
    }

    /// <summary>Gets a value indicating whether an honest provider that is challenged prefers to defend: (1 − φ)(R + S + D_c) ≥ a, for it too is convicted with probability φ.</summary>
    public bool IsDefenceWorthwhile => (1 - FalseConvictionProbability) * (Reward + Slash + Bond) >= DefenceCost;

    /// <summary>Gets a value indicating whether a watcher that knows of a cheat challenges it though it defends: δB − (1 − δ)D_c ≥ k. From a cheat that concedes it gets B at once.</summary>
    public bool IsChallengeWorthwhile => (DetectionProbability * Bounty) - ((1 - DetectionProbability) * Bond) >= WatchCost;

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(Reward), Reward, false), (nameof(Slash), Slash, false),
        (nameof(SystemCheckProbability), SystemCheckProbability, true), (nameof(DetectionProbability), DetectionProbability, true),
        (nameof(FalseConvictionProbability), FalseConvictionProbability, true), (nameof(WatchCost), WatchCost, false), (nameof(Bounty), Bounty, false),
        (nameof(Bond), Bond, false), (nameof(DefenceCost), DefenceCost, false));

    /// <summary>
    /// Builds the tree: provider, system's check, watcher (who has looked, and so knows), provider's defence, verdict. After a system's check there is nothing to choose.
    /// </summary>
    /// <returns>The game of provider and watcher, of perfect information; the actions are <c>honest</c>, <c>cheat</c>, <c>accept</c>, <c>challenge</c>, <c>defend</c>, <c>concede</c>.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("optimistic challenge", ["provider", "watcher"]);
        ImmutableArray<int> first = builder.AddDecision(0, 0, "answer", "honest", "cheat");
        for (int action = 0; action < 2; action++)
        {
            Rational spent = action == 0 ? HonestCost : SubstituteCost;
            Rational conviction = action == 0 ? FalseConvictionProbability : DetectionProbability;
            ImmutableArray<int> system = builder.AddChance(first[action], ("system", SystemCheckProbability), ("none", 1 - SystemCheckProbability));
            ImmutableArray<int> verdict = builder.AddChance(system[0], ("convicted", conviction), ("acquitted", 1 - conviction));
            builder.AddEnd(verdict[0], -Slash - spent, 0);
            builder.AddEnd(verdict[1], Reward - spent, 0);
            ImmutableArray<int> watcher = builder.AddDecision(system[1], 1, action == 0 ? "sees honest" : "sees cheat", "accept", "challenge");
            builder.AddEnd(watcher[0], Reward - spent, 0);
            ImmutableArray<int> defence = builder.AddDecision(watcher[1], 0, action == 0 ? "challenged, honest" : "challenged, cheat", "defend", "concede");
            ImmutableArray<int> dispute = builder.AddChance(defence[0], ("convicted", conviction), ("acquitted", 1 - conviction));
            builder.AddEnd(dispute[0], -Slash - spent - DefenceCost, Bounty - WatchCost);
            builder.AddEnd(dispute[1], Reward + Bond - spent - DefenceCost, -Bond - WatchCost);
            builder.AddEnd(defence[1], -Slash - spent, Bounty - WatchCost);
        }

        return builder.Build();
    }
}
