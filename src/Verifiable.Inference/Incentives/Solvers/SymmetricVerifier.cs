using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>
/// Checks enclosures of symmetric equilibria: a sign change proves a root, and a cover of (0, 1) by intervals with at most one sign change of their Bernstein coefficients proves that there are no others. Every
/// enclosure must lie in one interval of the cover, or be the border of two or an end, so that none is counted twice.
/// </summary>
internal sealed class SymmetricVerifier(ImmutableArray<Rational> differences, CountedArithmetic exact)
{
    internal static CertificateVerdict Verify(CertificateDocument document, CountedArithmetic exact)
    {
        ImmutableArray<Rational> differences = document.Numbers("differences");
        ImmutableArray<ImmutableArray<Rational>> equilibria = document.Rows("equilibria");
        ImmutableArray<ImmutableArray<Rational>> cells = document.Rows("cells");
        if (document.IsBroken || differences.IsEmpty || equilibria.Concat(cells).Any(pair => pair.Length != 2 || pair[0].Sign < 0 || pair[1] > Rational.One || pair[0] > pair[1]))
        {
            return new CertificateVerdict(false, "Expected differences and pairs of bounds.");
        }

        return new SymmetricVerifier(differences, exact).Verify(equilibria, cells);
    }

    private CertificateVerdict Verify(ImmutableArray<ImmutableArray<Rational>> equilibria, ImmutableArray<ImmutableArray<Rational>> cells)
    {
        if (!equilibria.All(pair => IsEquilibrium(pair[0], pair[1])))
        {
            return new CertificateVerdict(false, "An enclosure holds no equilibrium.");
        }

        // No root is at an end of an interval, so intervals may touch; a point may not be there twice.
        if (equilibria.Zip(equilibria.Skip(1)).Any(pair => pair.First[1] > pair.Second[0] || (pair.First[0] == pair.First[1] && pair.Second[0] == pair.Second[1] && pair.First[0] == pair.Second[0])))
        {
            return new CertificateVerdict(false, "Expected enclosures in ascending order that have no inner point in common.");
        }

        if (cells.IsEmpty)
        {
            return new CertificateVerdict(true, $"{equilibria.Length} symmetric equilibria; whether there are others is not shown.");
        }

        return differences.Any(difference => !difference.IsZero) && IsCover(equilibria, cells)
            ? new CertificateVerdict(true, $"{equilibria.Length} symmetric equilibria, and there are no others.")
            : new CertificateVerdict(false, "The cover does not prove that there are no others.");
    }

    private bool IsCover(ImmutableArray<ImmutableArray<Rational>> equilibria, ImmutableArray<ImmutableArray<Rational>> cells)
    {
        // Both are in ascending order: one walk meets every enclosure where it belongs, or stops at one that belongs nowhere.
        int next = equilibria is [[{ IsZero: true }, { IsZero: true }], ..] ? 1 : 0;
        Rational end = Rational.Zero;
        if ((next == 1) != (differences[0].Sign <= 0))
        {
            return false;
        }

        foreach (ImmutableArray<Rational> cell in cells)
        {
            int roots = 0;
            for (; next < equilibria.Length && equilibria[next] is var pair && pair[1] <= cell[1] && (pair[0] != pair[1] || pair[1] < cell[1]); next++)
            {
                if (pair[0] < cell[0] || (pair[0] == pair[1] && pair[0] == cell[0]))
                {
                    return false;
                }

                roots++;
            }

            if (cell[0] != end || cell[0] == cell[1] || SignChanges(cell[0], cell[1]) is var changes && (changes > 1 || changes != roots))
            {
                return false;
            }

            end = cell[1];
            bool isListed = next < equilibria.Length && equilibria[next][0] == end && equilibria[next][1] == end;
            int sign = Value(end).Sign;
            if (isListed != (end == Rational.One ? sign >= 0 : sign == 0))
            {
                return false;
            }

            next += isListed ? 1 : 0;
        }

        return end == Rational.One && next == equilibria.Length;
    }

    private bool IsEquilibrium(Rational low, Rational high)
    {
        if (low == high)
        {
            return Value(low) is var value && (value.IsZero || (low.IsZero && value.Sign < 0) || (low == Rational.One && value.Sign > 0));
        }

        return Value(low).Sign * Value(high).Sign < 0;
    }

    private Rational Value(Rational at) => Split(differences, at).Low[^1];

    private int SignChanges(Rational low, Rational high)
    {
        // [0, high] first; low then lies at low/high of it.
        int last = 0;
        int changes = 0;
        foreach (Rational coefficient in Split(Split(differences, high).Low, exact.Over(low, high)).High)
        {
            changes += coefficient.Sign * last < 0 ? 1 : 0;
            last = coefficient.Sign == 0 ? last : coefficient.Sign;
        }

        return changes;
    }

    // De Casteljau: the coefficients on [0, t] and on [t, 1].
    private (ImmutableArray<Rational> Low, ImmutableArray<Rational> High) Split(ImmutableArray<Rational> coefficients, Rational t)
    {
        Rational[] row = [.. coefficients];
        var low = new Rational[row.Length];
        var high = new Rational[row.Length];
        for (int count = row.Length; count > 0; count--)
        {
            low[row.Length - count] = row[0];
            high[count - 1] = row[count - 1];
            for (int k = 0; k < count - 1; k++)
            {
                row[k] = exact.Plus(row[k], exact.Times(t, exact.Minus(row[k + 1], row[k])));
            }
        }

        return ([.. low], [.. high]);
    }
}
