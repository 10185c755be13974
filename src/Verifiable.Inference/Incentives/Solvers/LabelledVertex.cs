using System.Collections;
using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>A vertex of a best-response polytope other than the origin, as a mixed strategy with its labels: own strategies that are not played, and opponent's best responses.</summary>
/// <param name="Strategy">The mixed strategy.</param>
/// <param name="Tight">For each local label, variables first, whether it holds with equality.</param>
internal sealed record LabelledVertex(ImmutableArray<Rational> Strategy, BitArray Tight)
{
    /// <summary>Makes a vertex of a point z/d of the polytope's variables; null when it is not in the polytope or is the origin.</summary>
    internal static LabelledVertex? TryOf(BestResponsePolytope polytope, ReadOnlySpan<BigInteger> numerators, BigInteger denominator)
    {
        int variables = polytope.Variables;
        var tight = new BitArray(variables + polytope.Constraints);
        BigInteger common = BigInteger.One;
        for (int i = 0; i < variables; i++)
        {
            if (numerators[i].Sign < 0)
            {
                return null;
            }

            tight[i] = numerators[i].IsZero;
            common = numerators[i].IsZero ? common : common / BigInteger.GreatestCommonDivisor(common, polytope.Weights[i]) * polytope.Weights[i];
        }

        BigInteger sum = BigInteger.Zero;
        var shares = new BigInteger[variables];
        for (int i = 0; i < variables; i++)
        {
            shares[i] = numerators[i].IsZero ? BigInteger.Zero : numerators[i] * (common / polytope.Weights[i]);
            sum += shares[i];
        }

        if (sum.IsZero)
        {
            return null;
        }

        for (int constraint = 0; constraint < polytope.Constraints; constraint++)
        {
            BigInteger value = BigInteger.Zero;
            for (int i = 0; i < variables; i++)
            {
                if (!numerators[i].IsZero)
                {
                    value += polytope.Exact[(constraint * variables) + i] * numerators[i];
                }
            }

            int order = value.CompareTo(denominator);
            if (order > 0)
            {
                return null;
            }

            tight[variables + constraint] = order == 0;
        }

        ImmutableArray<Rational>.Builder strategy = ImmutableArray.CreateBuilder<Rational>(variables);
        for (int i = 0; i < variables; i++)
        {
            strategy.Add(shares[i].IsZero ? Rational.Zero : new Rational(shares[i], sum));
        }

        return new LabelledVertex(strategy.MoveToImmutable(), tight);
    }

    /// <summary>Counts the labels; more than the polytope has variables is degenerate.</summary>
    internal int CountTight()
    {
        int count = 0;
        foreach (bool isTight in Tight)
        {
            count += isTight ? 1 : 0;
        }

        return count;
    }
}
