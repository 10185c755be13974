using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds an audit of m of T tasks drawn without replacement after all are done: a provider that cheats on j of them is caught with probability P_j = 1 − C(T − j, m)/C(T, m) and then loses the slash and the
/// fees of the cheated tasks. Immutable.
/// </summary>
/// <remarks>Derived here (hypergeometric draw): cheating on j tasks pays iff jΔ &gt; P_j(S + jR), so the slash must reach the greatest of jΔ/P_j − jR.</remarks>
public sealed record BatchAuditGame
{
    /// <summary>Gets the number of tasks T, from 1 to 1000.</summary>
    public required int Tasks { get; init; }

    /// <summary>Gets the number of audits m, from 0 to T.</summary>
    public required int Audits { get; init; }

    /// <summary>Gets what a cheat saves on a task, Δ.</summary>
    public required Rational Saving { get; init; }

    /// <summary>Gets the fee of a task, R.</summary>
    public required Rational Reward { get; init; }

    /// <summary>Gets the slash, S.</summary>
    public required Rational Slash { get; init; }

    /// <summary>Computes the probability that at least one of the cheated tasks is audited.</summary>
    /// <param name="cheated">The number of cheated tasks j, from 0 to T.</param>
    /// <returns>1 − C(T − j, m)/C(T, m).</returns>
    public Rational DetectionProbability(int cheated) => 1 - new Rational(GameNumbers.Choose(Tasks - cheated, Audits), GameNumbers.Choose(Tasks, Audits));

    /// <summary>Computes what cheating on so many tasks gains over honesty, jΔ − P_j(S + jR).</summary>
    /// <param name="cheated">The number of cheated tasks j, from 0 to T.</param>
    /// <returns>The gain.</returns>
    public Rational Gain(int cheated) => (cheated * Saving) - (DetectionProbability(cheated) * (Slash + (cheated * Reward)));

    /// <summary>Gets the slash from which cheating on no number of tasks pays; <see langword="null"/> when nothing is audited.</summary>
    public Rational? LeastSlash => Audits == 0 ? null : Enumerable.Range(1, Tasks).Max(cheated => (cheated * Saving / DetectionProbability(cheated)) - (cheated * Reward));

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate() => GameNumbers.Faults((nameof(Saving), Saving, false), (nameof(Reward), Reward, false), (nameof(Slash), Slash, false))
        .Concat(Tasks is >= 1 and <= 1000 ? [] : [$"{nameof(Tasks)} must be from 1 to 1000, got {Tasks}."])
        .Concat(Audits >= 0 && Audits <= Tasks ? [] : [$"{nameof(Audits)} must be from 0 to {nameof(Tasks)}, got {Audits}."]);

    /// <summary>Builds the tree: the provider chooses how many tasks to cheat on, then the audits are drawn one after another.</summary>
    /// <returns>The game of the provider; payoffs are differences to honesty, the actions are the numbers from 0 to T.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate());
        ExtensiveGameBuilder builder = new("batch audit", ["provider"]);
        ImmutableArray<int> choice = builder.AddDecision(0, 0, "provider", Enumerable.Range(0, Tasks + 1).Select(cheated => $"{cheated}"));
        for (int cheated = 0; cheated <= Tasks; cheated++)
        {
            int node = choice[cheated];
            for (int draw = 0; draw < Audits && cheated > 0 && Tasks - draw > cheated; draw++)
            {
                Rational hit = new(cheated, Tasks - draw);
                ImmutableArray<int> next = builder.AddChance(node, ("cheated", hit), ("honest", 1 - hit));
                builder.AddEnd(next[0], (cheated * Saving) - Slash - (cheated * Reward));
                node = next[1];
            }

            bool isCertain = cheated > 0 && Audits > Tasks - cheated;
            builder.AddEnd(node, isCertain ? (cheated * Saving) - Slash - (cheated * Reward) : cheated * Saving);
        }

        return builder.Build();
    }
}
