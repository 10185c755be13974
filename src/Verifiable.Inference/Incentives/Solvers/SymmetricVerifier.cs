using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Checks enclosures of symmetric equilibria: a sign change proves a root, and a cover of (0, 1) by intervals with at most one sign change of their Bernstein coefficients proves that there are no others.</summary>
internal static class SymmetricVerifier
{
    internal static CertificateVerdict Verify(CertificateDocument document)
    {
        ImmutableArray<Rational> differences = document.Numbers("differences");
        ImmutableArray<ImmutableArray<Rational>> equilibria = document.Rows("equilibria");
        ImmutableArray<ImmutableArray<Rational>> cells = document.Rows("cells");
        if (document.IsBroken || differences.IsEmpty || equilibria.Concat(cells).Any(pair => pair.Length != 2 || pair[0].Sign < 0 || pair[1] > Rational.One || pair[0] > pair[1]))
        {
            return new CertificateVerdict(false, "Expected differences and pairs of bounds.");
        }

        if (!equilibria.All(pair => IsEquilibrium(differences, pair[0], pair[1])))
        {
            return new CertificateVerdict(false, "An enclosure holds no equilibrium.");
        }

        if (cells.IsEmpty)
        {
            return new CertificateVerdict(true, $"{equilibria.Length} symmetric equilibria.");
        }

        Rational end = Rational.Zero;
        foreach (ImmutableArray<Rational> cell in cells)
        {
            int roots = equilibria.Count(pair => pair[0] == pair[1] ? pair[0] > cell[0] && pair[1] < cell[1] : pair[0] >= cell[0] && pair[1] <= cell[1]);
            bool endIsRoot = cell[1] < Rational.One && Value(differences, cell[1]).IsZero;
            if (cell[0] != end || cell[0] == cell[1] || SignChanges(differences, cell[0], cell[1]) is var changes && (changes > 1 || changes != roots)
                || (endIsRoot && !equilibria.Any(pair => pair[0] == cell[1] && pair[1] == cell[1])))
            {
                return new CertificateVerdict(false, "The cover does not prove that there are no others.");
            }

            end = cell[1];
        }

        bool ends = equilibria.Any(pair => pair[1].IsZero) == differences[0].Sign <= 0 && equilibria.Any(pair => pair[0] == Rational.One) == differences[^1].Sign >= 0;
        return end == Rational.One && ends
            ? new CertificateVerdict(true, $"{equilibria.Length} symmetric equilibria, and there are no others.")
            : new CertificateVerdict(false, "The cover or an end is missing.");
    }

    private static bool IsEquilibrium(ImmutableArray<Rational> differences, Rational low, Rational high)
    {
        if (low == high)
        {
            return Value(differences, low) is var value && (value.IsZero || (low.IsZero && value.Sign < 0) || (low == Rational.One && value.Sign > 0));
        }

        return Value(differences, low).Sign * Value(differences, high).Sign < 0;
    }

    private static Rational Value(ImmutableArray<Rational> coefficients, Rational at) => Split(coefficients, at).Low[^1];

    private static int SignChanges(ImmutableArray<Rational> coefficients, Rational low, Rational high)
    {
        // [0, high] first; low then lies at low/high of it.
        int last = 0;
        int changes = 0;
        foreach (Rational coefficient in Split(Split(coefficients, high).Low, low / high).High)
        {
            changes += coefficient.Sign * last < 0 ? 1 : 0;
            last = coefficient.Sign == 0 ? last : coefficient.Sign;
        }

        return changes;
    }

    // De Casteljau: the coefficients on [0, t] and on [t, 1].
    private static (ImmutableArray<Rational> Low, ImmutableArray<Rational> High) Split(ImmutableArray<Rational> coefficients, Rational t)
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
                row[k] += t * (row[k + 1] - row[k]);
            }
        }

        return ([.. low], [.. high]);
    }
}
