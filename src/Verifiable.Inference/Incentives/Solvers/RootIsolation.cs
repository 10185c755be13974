using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>What bisection of (0, 1) found.</summary>
/// <param name="Roots">Enclosures of the roots, each of exactly one; a root that was hit has both ends.</param>
/// <param name="Cells">The intervals that prove it: together they cover (0, 1), and each has at most one sign change.</param>
/// <param name="IsTooDeep">Whether an interval was still undecided at the greatest depth.</param>
/// <param name="IsDone">Whether everything was decided.</param>
internal sealed record RootIsolation(ImmutableArray<(Rational Low, Rational High)> Roots, ImmutableArray<(Rational Low, Rational High)> Cells, bool IsTooDeep, bool IsDone)
{
    internal static RootIsolation Run(BernsteinPolynomial polynomial, int deepest, int bits, WorkMeter meter)
    {
        List<(Rational Low, Rational High)> roots = [];
        List<(Rational Low, Rational High)> cells = [];
        bool isTooDeep = false;
        long cost = 1 + ((long)polynomial.Degree * polynomial.Degree / 4096);
        var waiting = new Stack<(BernsteinPolynomial Polynomial, BigInteger Place, int Depth)>([(polynomial, BigInteger.Zero, 0)]);
        while (waiting.TryPop(out (BernsteinPolynomial Polynomial, BigInteger Place, int Depth) cell))
        {
            int changes = cell.Polynomial.SignChanges;
            Rational low = Dyadic(cell.Place, cell.Depth);
            Rational high = Dyadic(cell.Place + 1, cell.Depth);
            if (changes <= 1)
            {
                cells.Add((low, high));
                if (changes == 1)
                {
                    if (!TryRefine(cell.Polynomial, cell.Place, cell.Depth, bits, cost, meter, out (Rational, Rational) root))
                    {
                        return new RootIsolation([.. roots], [], false, false);
                    }

                    roots.Add(root);
                }

                continue;
            }

            if (cell.Depth >= deepest)
            {
                isTooDeep = true;
                break;
            }

            if (!meter.TrySpend(cost))
            {
                return new RootIsolation([.. roots], [], false, false);
            }

            (BernsteinPolynomial left, BernsteinPolynomial right) = cell.Polynomial.Halve();
            waiting.Push((right, (cell.Place * 2) + 1, cell.Depth + 1));
            waiting.Push((left, cell.Place * 2, cell.Depth + 1));
            if (right.SignAtLow == 0)
            {
                Rational middle = Dyadic((cell.Place * 2) + 1, cell.Depth + 1);
                roots.Add((middle, middle));
            }
        }

        return new RootIsolation([.. roots], [.. cells.OrderBy(cell => cell.Low)], isTooDeep, !isTooDeep);
    }

    private static bool TryRefine(BernsteinPolynomial polynomial, BigInteger place, int depth, int bits, long cost, WorkMeter meter, out (Rational Low, Rational High) root)
    {
        root = default;

        // An end at which the polynomial vanishes is another root: on to where only this one is left, so that the signs at both ends prove it.
        while (depth < bits || polynomial.SignAtLow == 0 || polynomial.SignAtHigh == 0)
        {
            if (!meter.TrySpend(cost))
            {
                return false;
            }

            (BernsteinPolynomial left, BernsteinPolynomial right) = polynomial.Halve();
            depth++;
            if (right.SignAtLow == 0 && left.SignChanges == 0 && right.SignChanges == 0)
            {
                Rational middle = Dyadic((place * 2) + 1, depth);
                root = (middle, middle);
                return true;
            }

            bool isLeft = left.SignChanges == 1;
            polynomial = isLeft ? left : right;
            place = (place * 2) + (isLeft ? 0 : 1);
        }

        root = (Dyadic(place, depth), Dyadic(place + 1, depth));
        return true;
    }

    private static Rational Dyadic(BigInteger place, int depth) => new(place, BigInteger.One << depth);
}
