using System.Collections.Immutable;

namespace Verifiable.Inference.Onnx.Engines;

/// <summary>Says which graph nodes a trace has leaves for: all, or chosen ones, the cut points. Immutable.</summary>
/// <remarks>What is chosen depends on the model and on the shapes of the inputs only, never on time: the same run has the same cut points on every machine.</remarks>
public sealed record CutPoints
{
    private CutPoints()
    {
    }

    /// <summary>Gets every graph node: the full trace.</summary>
    public static CutPoints All { get; } = new();

    /// <summary>Gets the numbers of the graph nodes that have leaves, ascending; <see langword="null"/> when the numbers do not decide.</summary>
    public ImmutableArray<int>? Nodes { get; private init; }

    /// <summary>Gets n where every n-th graph node has a leaf, the n-th being the first; 1 when all may have one.</summary>
    public int Step { get; private init; } = 1;

    /// <summary>Gets the work that must lie between two cut points, in multiply-adds for each byte of the later one's outputs; 0 when it does not matter.</summary>
    public long WorkPerByte { get; private init; }

    /// <summary>Gets cut points at given graph nodes.</summary>
    /// <param name="nodes">The numbers in canonical order, from 0, in any order; none makes a trace without leaves.</param>
    /// <exception cref="ArgumentException">A number is negative or stated twice.</exception>
    public static CutPoints At(params IEnumerable<int> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ImmutableArray<int> sorted = [.. nodes.Order()];
        for (int i = 0; i < sorted.Length; i++)
        {
            if (sorted[i] < 0 || (i > 0 && sorted[i] == sorted[i - 1]))
            {
                throw new ArgumentException($"Expected different numbers of 0 or more, got {sorted[i]}.", nameof(nodes));
            }
        }

        return new CutPoints { Nodes = sorted };
    }

    /// <summary>Gets a cut point at every n-th graph node.</summary>
    /// <param name="step">n, 1 or more; 1 is the full trace.</param>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public static CutPoints Every(int step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        return new CutPoints { Step = step };
    }

    /// <summary>Gets cut points that keep the cost of hashing in proportion: a graph node is a cut point once the work since the last one is at least so many
    /// multiply-adds for each byte of its outputs.</summary>
    /// <param name="workPerByte">Multiply-adds a byte, 1 or more. Where the processor makes m multiply-adds in the time in which it hashes a byte, hashing takes at
    /// most m / <paramref name="workPerByte"/> of the time of the run; m is about 50 on the machine of the benchmarks.</param>
    /// <exception cref="ArgumentOutOfRangeException">The work is below 1.</exception>
    public static CutPoints ByWork(long workPerByte)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workPerByte, 1);
        return new CutPoints { WorkPerByte = workPerByte };
    }
}
