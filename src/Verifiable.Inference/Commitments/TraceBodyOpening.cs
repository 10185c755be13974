using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Opens one run of a body against the leaf of its graph node, so that a dispute can go on in the trace of one iteration. Immutable and thread-safe.</summary>
public sealed class TraceBodyOpening : ICanonical<TraceBodyOpening>
{
    private const string Domain = "vinf/trace-body-opening/v1";

    /// <summary>Creates an opening from its parts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="root">The root of the tree over the runs.</param>
    /// <param name="proof">The proof that the run stands in it.</param>
    public TraceBodyOpening(TraceBodyRun run, Digest root, MerkleProof proof)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(proof);
        Run = run;
        Root = root;
        Proof = proof;
    }

    /// <summary>Gets the run; it says something only after <see cref="Verifies"/>.</summary>
    public TraceBodyRun Run { get; }

    /// <summary>Gets the root of the tree over the runs.</summary>
    public Digest Root { get; }

    /// <summary>Gets the proof that the run stands in the tree; its count is the number of runs.</summary>
    public MerkleProof Proof { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceBodyOpening? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TraceBodyRun? run = reader.Read<TraceBodyRun>();
        Digest root = reader.ReadDigest();
        MerkleProof? proof = reader.Read<MerkleProof>();
        if (reader.Failed || run is null || proof is null)
        {
            reader.Fail();
            return false;
        }

        value = new TraceBodyOpening(run, root, proof);
        return true;
    }

    /// <summary>Tells whether the run is one of those that a graph node's leaf commits to.</summary>
    /// <param name="bodies">What the leaf holds: <see cref="TraceOutput.Bodies"/>.</param>
    public bool Verifies(Digest bodies) => Proof.Count <= int.MaxValue
        && Proof.Index == Run.Iteration
        && TraceBodyTree.DigestOf(Proof.Count, Root) == bodies
        && Proof.Verifies(Root, Run.ToBytes());

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Run.WriteTo(ref writer);
        writer.WriteDigest(Root);
        Proof.WriteTo(ref writer);
    }
}
