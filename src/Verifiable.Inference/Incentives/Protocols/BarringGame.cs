using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds griefing by barring: a challenged provider takes no tasks for a time, so a false challenge harms it; the challenger's bond, forfeited on acquittal, pays for the barred time and
/// the recomputation. Immutable.
/// </summary>
/// <remarks>Derived here. The harm is H = T·λ·(R − C); the provider is whole iff D_c ≥ H + K, the griefer is deterred iff D_c > g where g is what the harm is worth to it outside the protocol.</remarks>
public sealed record BarringGame
{
    /// <summary>Gets how long a challenged provider is barred, T.</summary>
    public required Rational BarredTime { get; init; }

    /// <summary>Gets the tasks a unit of time, λ.</summary>
    public required Rational TaskRate { get; init; }

    /// <summary>Gets what one task earns, R − C.</summary>
    public required Rational TaskProfit { get; init; }

    /// <summary>Gets what the recomputation costs, K.</summary>
    public required Rational RecomputationCost { get; init; }

    /// <summary>Gets the challenger's bond, D_c.</summary>
    public required Rational Bond { get; init; }

    /// <summary>Gets what the provider's absence is worth to the griefer, g. The default is 0.</summary>
    public Rational GrieferBenefit { get; init; }

    /// <summary>Gets the harm to the barred provider, T·λ·(R − C).</summary>
    public Rational Harm => BarredTime * TaskRate * TaskProfit;

    /// <summary>Gets the least bond that makes the acquitted provider whole and pays the recomputation.</summary>
    public Rational LeastBond => Harm + RecomputationCost;

    /// <summary>Gets the harm done for each unit that a griefer loses; <see langword="null"/> when it loses nothing.</summary>
    public Rational? GriefingFactor => Bond.IsZero ? null : Harm / Bond;

    /// <summary>Gets a value indicating whether a false challenge costs the griefer more than it is worth to it.</summary>
    public bool IsGriefingDeterred => Bond > GrieferBenefit;

    /// <summary>Gets a value indicating whether an acquitted provider has lost nothing.</summary>
    public bool IsProviderWhole => Bond >= LeastBond;

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(BarredTime), BarredTime, false), (nameof(TaskRate), TaskRate, false), (nameof(TaskProfit), TaskProfit, false),
        (nameof(RecomputationCost), RecomputationCost, false), (nameof(Bond), Bond, false), (nameof(GrieferBenefit), GrieferBenefit, false));

    /// <summary>Builds the tree: the griefer lets the honest provider work, or challenges it, and it is acquitted.</summary>
    /// <returns>The game of griefer and provider; the actions are <c>leave</c> and <c>challenge</c>. Payoffs are differences to being left alone.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("griefing by barring", ["griefer", "provider"]);
        ImmutableArray<int> choice = builder.AddDecision(0, 0, "griefer", "leave", "challenge");
        builder.AddEnd(choice[0], 0, 0);
        builder.AddEnd(choice[1], GrieferBenefit - Bond, Bond - RecomputationCost - Harm);
        return builder.Build();
    }
}
