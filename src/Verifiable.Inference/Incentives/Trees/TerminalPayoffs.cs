using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds each distinct vector of payoffs at the end of a game once, and which of them each ending has. Payments on the way are added up.</summary>
internal sealed class TerminalPayoffs
{
    // Payments on the way make new vectors at every node, which a file need not write out.
    private const long GreatestPayoffs = 1 << 24;

    private TerminalPayoffs(Rational[][] vectors, int[] vectorOf)
    {
        Vectors = vectors;
        VectorOf = vectorOf;
    }

    public IReadOnlyList<Rational[]> Vectors { get; }

    /// <summary>Gets the number of the vector by node, -1 where the game goes on.</summary>
    public int[] VectorOf { get; }

    /// <summary>Adds the payments up; false when a sum is beyond the bounds, or they are too many.</summary>
    public static bool TryMake(TreeTables tables, int players, BoundedSums bounds, [NotNullWhen(true)] out TerminalPayoffs? terminal)
    {
        terminal = null;
        Rational[] nothing = new Rational[players];
        List<Rational[]> vectors = [nothing];
        Dictionary<VectorKey<Rational>, int> numbers = new() { [new VectorKey<Rational>(nothing)] = 0 };
        Dictionary<(int Before, int Outcome), int> sums = [];
        int[] all = new int[tables.Parents.Length];
        for (int node = 0; node < all.Length; node++)
        {
            int before = node == 0 ? 0 : all[tables.Parents[node]];
            int outcome = tables.Outcomes[node];
            if (outcome < 0)
            {
                all[node] = before;
                continue;
            }

            if (!sums.TryGetValue((before, outcome), out int number))
            {
                var sum = new Rational[nothing.Length];
                for (int player = 0; player < sum.Length; player++)
                {
                    if (!bounds.TryAdd(vectors[before][player], tables.OutcomeTable[outcome].Payoffs[player], out sum[player]))
                    {
                        return false;
                    }
                }

                if (!numbers.TryGetValue(new VectorKey<Rational>(sum), out number))
                {
                    if ((long)vectors.Count * players >= GreatestPayoffs)
                    {
                        return false;
                    }

                    number = vectors.Count;
                    vectors.Add(sum);
                    numbers.Add(new VectorKey<Rational>(sum), number);
                }

                sums.Add((before, outcome), number);
            }

            all[node] = number;
        }

        for (int node = 0; node < all.Length; node++)
        {
            all[node] = tables.Kinds[node] == GameNodeKind.Terminal ? all[node] : -1;
        }

        terminal = new TerminalPayoffs([.. vectors], all);
        return true;
    }
}
