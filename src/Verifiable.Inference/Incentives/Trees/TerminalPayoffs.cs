using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Trees;

/// <summary>Holds each distinct vector of payoffs at the end of a game once, and which of them each ending has. Payments on the way are added up.</summary>
internal sealed class TerminalPayoffs
{
    private TerminalPayoffs(Rational[][] vectors, int[] vectorOf)
    {
        Vectors = vectors;
        VectorOf = vectorOf;
    }

    public IReadOnlyList<Rational[]> Vectors { get; }

    /// <summary>Gets the number of the vector by node, -1 where the game goes on.</summary>
    public int[] VectorOf { get; }

    public static TerminalPayoffs Of(ExtensiveGame game)
    {
        Rational[] nothing = new Rational[game.Players.Length];
        List<Rational[]> vectors = [nothing];
        Dictionary<VectorKey, int> numbers = new() { [new VectorKey(nothing)] = 0 };
        Dictionary<(int Before, int Outcome), int> sums = [];
        int[] all = new int[game.NodeCount];
        for (int node = 0; node < all.Length; node++)
        {
            int before = node == 0 ? 0 : all[game.ParentOf(node)];
            int outcome = game.OutcomeOf(node);
            if (outcome < 0)
            {
                all[node] = before;
                continue;
            }

            if (!sums.TryGetValue((before, outcome), out int number))
            {
                Rational[] sum = [.. vectors[before].Zip(game.OutcomeTable[outcome].Payoffs, (left, right) => left + right)];
                if (!numbers.TryGetValue(new VectorKey(sum), out number))
                {
                    number = vectors.Count;
                    vectors.Add(sum);
                    numbers.Add(new VectorKey(sum), number);
                }

                sums.Add((before, outcome), number);
            }

            all[node] = number;
        }

        for (int node = 0; node < all.Length; node++)
        {
            all[node] = game.KindOf(node) == GameNodeKind.Terminal ? all[node] : -1;
        }

        return new TerminalPayoffs([.. vectors], all);
    }

    private readonly struct VectorKey(Rational[] values) : IEquatable<VectorKey>
    {
        private readonly Rational[] _values = values;

        public bool Equals(VectorKey other) => _values.AsSpan().SequenceEqual(other._values);

        public override bool Equals(object? obj) => obj is VectorKey other && Equals(other);

        public override int GetHashCode()
        {
            HashCode hash = default;
            foreach (Rational value in _values)
            {
                hash.Add(value);
            }

            return hash.ToHashCode();
        }
    }
}
