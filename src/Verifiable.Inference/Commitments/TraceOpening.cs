using System.Diagnostics.CodeAnalysis;

namespace Verifiable.Inference.Commitments;

/// <summary>Opens one leaf of a trace. Immutable and thread-safe.</summary>
/// <remarks>At most some 400 KB, for a graph node of <see cref="TraceLeaf.MaxOutputs"/> outputs in three layouts; some hundred bytes for most.</remarks>
public sealed class TraceOpening : ICanonical<TraceOpening>
{
    private const string Domain = "vinf/trace-opening/v1";

    /// <summary>Creates an opening from its parts.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="proof">The proof that it stands in the tree.</param>
    public TraceOpening(TraceLeaf leaf, MerkleProof proof)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(proof);
        Leaf = leaf;
        Proof = proof;
    }

    /// <summary>Gets the leaf; it says something about a trace only after <see cref="Verifies"/>.</summary>
    public TraceLeaf Leaf { get; }

    /// <summary>Gets the proof that it stands in the tree.</summary>
    public MerkleProof Proof { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TraceOpening? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        TraceLeaf? leaf = reader.Read<TraceLeaf>();
        MerkleProof? proof = reader.Read<MerkleProof>();
        if (reader.Failed || leaf is null || proof is null)
        {
            reader.Fail();
            return false;
        }

        value = new TraceOpening(leaf, proof);
        return true;
    }

    /// <summary>Tells whether the leaf is one of this trace.</summary>
    public bool Verifies(TraceCommitment trace)
    {
        ArgumentNullException.ThrowIfNull(trace);

        // Numbers ascend, so that so many leaves before and behind leave room for this number only within these bounds; in a full trace it is the leaf's own place.
        return Proof.Count == trace.LeafCount
            && Leaf.Node >= Proof.Index
            && trace.NodeCount - Leaf.Node >= Proof.Count - Proof.Index
            && Proof.Verifies(trace.Root, Leaf.ToBytes());
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        Leaf.WriteTo(ref writer);
        Proof.WriteTo(ref writer);
    }
}
