using System.Collections.Immutable;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>Compares mixed strategies by content.</summary>
internal sealed class StrategyComparer : IEqualityComparer<ImmutableArray<Rational>>
{
    internal static StrategyComparer Content { get; } = new();

    public bool Equals(ImmutableArray<Rational> x, ImmutableArray<Rational> y) => x.AsSpan().SequenceEqual(y.AsSpan());

    public int GetHashCode(ImmutableArray<Rational> obj)
    {
        HashCode hash = default;
        foreach (Rational probability in obj)
        {
            hash.Add(probability);
        }

        return hash.ToHashCode();
    }
}
