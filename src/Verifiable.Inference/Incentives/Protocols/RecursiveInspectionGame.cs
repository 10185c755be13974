using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Trees;

namespace Verifiable.Inference.Incentives.Protocols;

/// <summary>
/// Holds the inspection game of Dresher and Maschler: n periods, m inspections, an inspectee who violates at most once; a violation that is inspected loses 1, one that is not wins 1. It is an auditor
/// with m checks for n tasks. Immutable.
/// </summary>
/// <remarks>
/// Sources: M. Dresher, <i>A sampling inspection problem in arms control agreements</i> (RAND RM-2972, 1962); M. Maschler (1966); R. Avenhaus and M. Canty, and B. von Stengel, <i>Recursive Inspection
/// Games</i>, arXiv 1412.0129. The inspector's value is V(n, m) = −C(n − 1, m)/Σ_{i ≤ m} C(n, i), and it inspects the first period with probability Σ_{i &lt; m} C(n − 1, i)/Σ_{i ≤ m} C(n, i).
/// </remarks>
public sealed record RecursiveInspectionGame
{
    /// <summary>Gets the number of periods n, from 1 to 4096.</summary>
    public required int Periods { get; init; }

    /// <summary>Gets the number of inspections m, from 0 to n.</summary>
    public required int Inspections { get; init; }

    /// <summary>Gets the inspector's value.</summary>
    public Rational Value => new(-GameNumbers.Choose(Periods - 1, Inspections), Sum(Periods, Inspections));

    /// <summary>Gets the probability with which the inspector inspects the first period.</summary>
    public Rational FirstInspectionProbability => new(Sum(Periods - 1, Inspections - 1), Sum(Periods, Inspections));

    /// <summary>Lists everything that is wrong with the numbers; empty when they can be used.</summary>
    /// <returns>One sentence a fault.</returns>
    public IEnumerable<string> Validate()
    {
        if (Periods is < 1 or > 4096)
        {
            yield return $"{nameof(Periods)} must be from 1 to 4096, got {Periods}.";
        }

        if (Inspections < 0 || Inspections > Periods)
        {
            yield return $"{nameof(Inspections)} must be from 0 to {nameof(Periods)}, got {Inspections}.";
        }
    }

    /// <summary>
    /// Builds the tree. Both move at once in every period, so the inspectee decides without seeing the inspector's move of the period; earlier moves are known. After a violation the game is over.
    /// </summary>
    /// <returns>The game of zero sum between inspector and inspectee.</returns>
    /// <exception cref="InvalidOperationException">The numbers are not valid, or there are more than 8 periods.</exception>
    public ExtensiveGame ToTree()
    {
        GameNumbers.ThrowIfAny(Validate().Concat(Periods <= 8 ? [] : [$"{nameof(Periods)} must be at most 8 for a tree, got {Periods}."]));
        ExtensiveGameBuilder builder = new("recursive inspection", ["inspector", "inspectee"]);
        Stack<(int Node, int Left, int Checks, string History)> open = new([(0, Periods, Inspections, string.Empty)]);
        while (open.TryPop(out (int Node, int Left, int Checks, string History) place))
        {
            if (place.Left == 0)
            {
                builder.AddEnd(place.Node, 0, 0);
                continue;
            }

            string[] moves = place.Checks == 0 ? ["wait"] : ["inspect", "wait"];
            ImmutableArray<int> inspector = builder.AddDecision(place.Node, 0, "inspector " + place.History, moves);
            for (int move = 0; move < moves.Length; move++)
            {
                bool isInspected = moves[move] == "inspect";
                ImmutableArray<int> inspectee = builder.AddDecision(inspector[move], 1, "inspectee " + place.History, "violate", "comply");
                builder.AddEnd(inspectee[0], isInspected ? 1 : -1, isInspected ? -1 : 1);
                open.Push((inspectee[1], place.Left - 1, place.Checks - (isInspected ? 1 : 0), place.History + (isInspected ? 'i' : 'w')));
            }
        }

        return builder.Build();
    }

    private static System.Numerics.BigInteger Sum(int from, int to)
    {
        System.Numerics.BigInteger sum = System.Numerics.BigInteger.Zero;
        for (int count = 0; count <= to; count++)
        {
            sum += GameNumbers.Choose(from, count);
        }

        return sum;
    }
}
