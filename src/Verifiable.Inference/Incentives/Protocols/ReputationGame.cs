using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds repeated play in which a convicted provider is out: what it would have earned later works as a stake, so that p* = Δ/(R + S + V) with V the discounted value of staying. Immutable.
/// </summary>
/// <remarks>
/// Derived here; the same algebra as the franchise value of OGONG, <i>Zero-Bond Deterrence</i> (2026): q ≥ Δ/(fee + Φ). For ever, V = d·m/(1 − d) with m the margin of one period and d the
/// discount factor; with T periods left after this one, V = d·m(1 − d^T)/(1 − d).
/// </remarks>
public sealed record ReputationGame
{
    /// <summary>Gets what honest work costs, C.</summary>
    public required Rational HonestCost { get; init; }

    /// <summary>Gets what the substitute costs, c.</summary>
    public required Rational SubstituteCost { get; init; }

    /// <summary>Gets the reward, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Gets the audit probability of each period, p.</summary>
    public required Rational AuditProbability { get; init; }

    /// <summary>Gets the discount factor of a period, d, in [0, 1).</summary>
    public required Rational Discount { get; init; }

    private Rational PeriodMargin => Reward - HonestCost;

    /// <summary>Gets the value of staying for ever, d·m/(1 − d).</summary>
    public Rational FutureValue => Discount * PeriodMargin / (1 - Discount);

    /// <summary>
    /// Gets the audit probability at which a cheat breaks even when play goes on for ever, Δ/(R + S + d·m/(1 − d)); 0 when honesty is better without audits; <see langword="null"/> when no p in (0, 1] is above it,
    /// as where staying is worth so little that being out is none.
    /// </summary>
    public Rational? LeastAuditProbability
    {
        get
        {
            Rational saving = HonestCost - SubstituteCost;
            Rational loss = Reward + Slash + FutureValue;
            return saving.Sign < 0 ? Rational.Zero : loss > saving ? saving / loss : null;
        }
    }

    /// <summary>Computes the value of staying when so many honest periods follow.</summary>
    /// <param name="periods">The number of periods that follow.</param>
    /// <returns>d·m(1 − d^T)/(1 − d).</returns>
    public Rational FutureValueOf(int periods) => Discount * PeriodMargin * (1 - GameNumbers.Power(Discount, periods)) / (1 - Discount);

    /// <summary>Gets by how much honesty is better in a period when play goes on for ever, p(R + S + V) − Δ.</summary>
    public Rational Margin => (AuditProbability * (Reward + Slash + FutureValue)) - (HonestCost - SubstituteCost);

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults(
        (nameof(HonestCost), HonestCost, false), (nameof(SubstituteCost), SubstituteCost, false), (nameof(Reward), Reward, false),
        (nameof(Slash), Slash, false), (nameof(AuditProbability), AuditProbability, true), (nameof(Discount), Discount, true))
        .Concat(Discount < 1 ? [] : [$"{nameof(Discount)} must be below 1, got {Discount}."]);

    /// <summary>Builds the tree of a number of periods; after the last, play goes on honestly for ever, and its value is paid at once.</summary>
    /// <param name="periods">The number of periods played, from 1 to 8.</param>
    /// <returns>The game of the provider; the actions of each period are <c>honest</c> and <c>cheat</c>. A cheat that is not audited is not seen, by others.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of periods is out of range.</exception>
    public ExtensiveGame ToTree(int periods)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(periods, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(periods, 8);
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("reputation", ["provider"]);
        Stack<(int Node, int Period, Rational Earned, Rational Factor)> open = new([(0, 0, Rational.Zero, Rational.One)]);
        int sets = 0;
        while (open.TryPop(out (int Node, int Period, Rational Earned, Rational Factor) place))
        {
            if (place.Period == periods)
            {
                // Periods from here on are worth m + V; the factor already discounts them.
                builder.AddEnd(place.Node, place.Earned + (place.Factor * (PeriodMargin + FutureValue)));
                continue;
            }

            ImmutableArray<int> choice = builder.AddDecision(place.Node, 0, $"period {place.Period + 1}, place {++sets}", "honest", "cheat");
            Rational next = place.Factor * Discount;
            open.Push((choice[0], place.Period + 1, place.Earned + (place.Factor * PeriodMargin), next));
            ImmutableArray<int> coin = builder.AddChance(choice[1], ("audit", AuditProbability), ("none", 1 - AuditProbability));
            builder.AddEnd(coin[0], place.Earned - (place.Factor * (Slash + SubstituteCost)));
            open.Push((coin[1], place.Period + 1, place.Earned + (place.Factor * (Reward - SubstituteCost)), next));
        }

        return builder.Build();
    }
}
