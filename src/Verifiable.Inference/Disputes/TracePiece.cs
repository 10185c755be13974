using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Disputes;

/// <summary>Consecutive leaves of the full trace behind a claim. Immutable.</summary>
/// <remarks>Where the claim's trace has cut points only, the claimant runs again and shows all leaves; which of them are the claim's own is stated with each, and the claim's root
/// must follow from those.</remarks>
public sealed class TracePiece : ICanonical<TracePiece>
{
    /// <summary>The largest number of leaves of one piece, and the number that every piece but the last has: 4096.</summary>
    public const int MaxLeaves = 4096;

    private const string Domain = "vinf/trace-piece/v1";

    /// <summary>Creates a piece.</summary>
    /// <param name="leaves">The leaves of consecutive graph nodes, at least one.</param>
    /// <param name="areCuts">For each leaf, whether the claim's own trace has it.</param>
    /// <exception cref="ArgumentException">There are no leaves, too many, or not as many statements as leaves, or the leaves are not of consecutive graph nodes.</exception>
    public TracePiece(ImmutableArray<TraceLeaf> leaves, ImmutableArray<bool> areCuts)
    {
        if (areCuts.IsDefault || !AreAllowed(leaves) || areCuts.Length != leaves.Length)
        {
            throw new ArgumentException($"Expected 1 to {MaxLeaves} leaves of consecutive graph nodes and as many statements, got {(leaves.IsDefault ? "none stated" : leaves.Length)}.", nameof(leaves));
        }

        Leaves = leaves;
        AreCuts = areCuts;
    }

    /// <summary>Gets the number of the first leaf's graph node.</summary>
    public int First => Leaves[0].Node;

    /// <summary>Gets the leaves.</summary>
    public ImmutableArray<TraceLeaf> Leaves { get; }

    /// <summary>Gets, for each leaf, whether the claim's own trace has it.</summary>
    public ImmutableArray<bool> AreCuts { get; }

    /// <inheritdoc/>
    public static bool TryRead(ref CanonicalReader reader, [NotNullWhen(true)] out TracePiece? value)
    {
        value = null;
        reader.ReadDomain(Domain);
        ImmutableArray<TraceLeaf> leaves = reader.ReadList<TraceLeaf>(MaxLeaves);
        if (reader.Failed || !AreAllowed(leaves))
        {
            reader.Fail();
            return false;
        }

        ImmutableArray<bool>.Builder areCuts = ImmutableArray.CreateBuilder<bool>(leaves.Length);
        for (int i = 0; i < leaves.Length; i++)
        {
            areCuts.Add(reader.ReadBoolean());
        }

        value = reader.Failed ? null : new TracePiece(leaves, areCuts.MoveToImmutable());
        return value is not null;
    }

    /// <inheritdoc/>
    public void WriteTo(ref CanonicalWriter writer)
    {
        writer.WriteDomain(Domain);
        writer.WriteList(Leaves);
        foreach (bool isCut in AreCuts)
        {
            writer.WriteBoolean(isCut);
        }
    }

    private static bool AreAllowed(ImmutableArray<TraceLeaf> leaves)
    {
        if (leaves.IsDefaultOrEmpty || leaves.Length > MaxLeaves)
        {
            return false;
        }

        for (int i = 1; i < leaves.Length; i++)
        {
            // The first number is below 2^31, so that the difference cannot overflow.
            if (leaves[i].Node - leaves[0].Node != i)
            {
                return false;
            }
        }

        return true;
    }
}
