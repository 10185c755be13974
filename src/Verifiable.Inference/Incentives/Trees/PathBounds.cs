using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Bounds the digits of the probability with which chance leads to a node: of one product, and of all of them together. Whoever evaluates a tree multiplies along its paths.</summary>
internal static class PathBounds
{
    private const long GreatestBitsTogether = 1L << 33;

    public static bool Hold(TreeTables tables, out GameRefusal refusal)
    {
        int[][] bitsOf = [.. tables.Chance.Select(chance => chance.Probabilities.Select(BitsOf).ToArray())];
        int[] bits = new int[tables.Parents.Length];
        long together = 0;
        for (int node = 1; node < bits.Length; node++)
        {
            int parent = tables.Parents[node];
            bits[node] = bits[parent] + (tables.Kinds[parent] == GameNodeKind.Chance ? bitsOf[tables.Sets[parent]][tables.Moves[node]] : 0);
            together += bits[node];
            if (bits[node] > BoundedSums.GreatestBits || together > GreatestBitsTogether)
            {
                refusal = new GameRefusal(GameRefusalKind.TooLarge, node, $"Expected probabilities whose product along a path has at most {BoundedSums.GreatestBits} bits, got more.");
                return false;
            }
        }

        refusal = default;
        return true;
    }

    private static int BitsOf(Rational probability) => (int)probability.Denominator.GetBitLength() - 1;
}
