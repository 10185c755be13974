using System.Collections.Immutable;

namespace Verifiable.Inference.Commitments;

/// <summary>The runs of the bodies of one graph node and the tree over them: what <see cref="TraceOutput.Bodies"/> commits to. Immutable and thread-safe.</summary>
public sealed class TraceBodyTree
{
    private const string Domain = "vinf/trace-bodies/v1";

    private readonly MerkleTree _tree;

    /// <summary>Creates the tree.</summary>
    /// <param name="runs">The runs, numbered from 0 without a gap.</param>
    /// <exception cref="ArgumentException">A number is not the run's place.</exception>
    public TraceBodyTree(ImmutableArray<TraceBodyRun> runs)
    {
        for (int i = 0; i < runs.Length; i++)
        {
            if (runs[i].Iteration != i)
            {
                throw new ArgumentException($"Expected iteration {i}, got {runs[i].Iteration}.", nameof(runs));
            }
        }

        Runs = runs;
        _tree = MerkleTree.Of(runs.Select(static run => (ReadOnlyMemory<byte>)run.ToBytes()));
    }

    /// <summary>Gets the runs.</summary>
    public ImmutableArray<TraceBodyRun> Runs { get; }

    /// <summary>Gets the digest that commits to the runs and to their number.</summary>
    public Digest Digest => DigestOf(Runs.Length, _tree.Root);

    /// <summary>Opens one run.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such run.</exception>
    public TraceBodyOpening Open(int iteration)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(iteration);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(iteration, Runs.Length);
        return new TraceBodyOpening(Runs[iteration], _tree.Root, _tree.Prove(iteration));
    }

    internal static Digest DigestOf(long count, Digest root)
    {
        CanonicalWriter writer = new(stackalloc byte[128]);
        writer.WriteDomain(Domain);
        writer.WriteUInt32(checked((uint)count));
        writer.WriteDigest(root);
        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }
}
