namespace Verifiable.Inference.Commitments;

/// <summary>Commits to the runs of the bodies of one graph node as they come, in the memory of some digests: the digest of <see cref="TraceBodyTree"/>, where nobody needs
/// openings. Not thread-safe.</summary>
public sealed class TraceBodyAccumulator
{
    private MerkleAccumulator _runs;

    /// <summary>Gets the number of runs.</summary>
    public long Count => _runs.Count;

    /// <summary>Gets the digest that commits to the runs and to their number, computed at each call.</summary>
    public Digest Digest => TraceBodyTree.DigestOf(_runs.Count, MerkleTree.HashRoot(_runs.Count, _runs.ToTop()));

    /// <summary>Adds the next run.</summary>
    /// <param name="run">The run; the first has number 0, and there is no gap.</param>
    /// <exception cref="ArgumentException">The number is not the run's place.</exception>
    public void Add(TraceBodyRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Iteration != _runs.Count)
        {
            throw new ArgumentException($"Expected iteration {_runs.Count}, got {run.Iteration}.", nameof(run));
        }

        _runs.Add(MerkleTree.HashLeaf(_runs.Count, run.ToBytes()));
    }
}
