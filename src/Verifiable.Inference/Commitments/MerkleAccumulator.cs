using System.Numerics;
using System.Runtime.CompilerServices;

namespace Verifiable.Inference.Commitments;

/// <summary>Computes the top of a Merkle tree from nodes that arrive one by one, holding at most one node a level.</summary>
internal struct MerkleAccumulator
{
    private Subtrees _complete;

    /// <summary>Gets the number of nodes added.</summary>
    public long Count { get; private set; }

    /// <summary>Adds the next node from the left.</summary>
    public void Add(Digest node)
    {
        // The set bits of the count say which complete subtrees stand; adding one carries like a binary counter.
        int level = BitOperations.TrailingZeroCount(~Count);
        for (int i = 0; i < level; i++)
        {
            node = MerkleTree.HashNode(_complete[i], node);
        }

        _complete[level] = node;
        Count++;
    }

    /// <summary>Gets the top: the subtrees joined from the right, which is what moving lone nodes up comes to. There is none without nodes.</summary>
    public readonly Digest? ToTop()
    {
        Digest? top = null;
        for (int level = 0; level < BitOperations.Log2((ulong)Count | 1) + 1; level++)
        {
            if (((Count >> level) & 1) == 1)
            {
                top = top is null ? _complete[level] : MerkleTree.HashNode(_complete[level], top.Value);
            }
        }

        return top;
    }

    [InlineArray(64)]
    private struct Subtrees
    {
        private Digest _first;
    }
}
