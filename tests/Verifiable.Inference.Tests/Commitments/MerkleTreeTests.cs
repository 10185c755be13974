using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class MerkleTreeTests
{
    public static TheoryData<int> LeafCounts => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 32, 33, 100, 127, 128, 129];

    [Theory]
    [MemberData(nameof(LeafCounts))]
    public void A5_A15_the_tree_is_the_plain_recursive_one(int count)
    {
        byte[][] leaves = Leaves(count);
        Assert.Equal(MerkleReference.Root(leaves), TreeOf(leaves).Root.ToArray());
    }

    [Fact]
    public void A15_the_tree_is_the_plain_recursive_one_on_random_sizes()
    {
        Random random = new(15);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[][] leaves = new byte[random.Next(300)][];
            for (int i = 0; i < leaves.Length; i++)
            {
                leaves[i] = new byte[random.Next(400)];
                random.NextBytes(leaves[i]);
            }

            Assert.Equal(MerkleReference.Root(leaves), TreeOf(leaves).Root.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(LeafCounts))]
    public void Every_leaf_is_proved_and_no_other_bytes_or_place_are(int count)
    {
        byte[][] leaves = Leaves(count);
        MerkleTree tree = TreeOf(leaves);
        for (int i = 0; i < count; i++)
        {
            MerkleProof proof = tree.Prove(i);
            Assert.True(proof.Verifies(tree.Root, leaves[i]));
            Assert.False(proof.Verifies(tree.Root, [.. leaves[i], 0]));
            Assert.False(proof.Verifies(tree.Root, leaves[i].AsSpan()[1..]));
            Assert.False(proof.Verifies(default, leaves[i]));
            for (int j = 0; j < count; j++)
            {
                Assert.Equal(i == j, proof.Verifies(tree.Root, leaves[j]));
            }
        }
    }

    [Fact]
    public void Every_altered_bit_of_a_proof_is_refused_or_proves_nothing()
    {
        byte[][] leaves = Leaves(11);
        MerkleTree tree = TreeOf(leaves);
        foreach (int index in new[] { 0, 5, 7, 8, 10 })
        {
            byte[] bytes = tree.Prove(index).ToBytes();
            for (int bit = 0; bit < 8 * bytes.Length; bit++)
            {
                byte[] altered = [.. bytes];
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Canonical.TryRead(altered, out MerkleProof? proof) && proof.Verifies(tree.Root, leaves[index]));
            }
        }
    }

    [Fact]
    public void A3_a_leaf_is_not_a_node_and_a_node_is_not_a_leaf()
    {
        byte[][] leaves = Leaves(4);
        MerkleTree four = TreeOf(leaves);
        byte[][] hashed = [.. leaves.Select(MerkleReference.Leaf)];

        // The inner nodes of four leaves, given as the bytes of two.
        MerkleTree two = TreeOf([[.. hashed[0], .. hashed[1]], [.. hashed[2], .. hashed[3]]]);
        Assert.NotEqual(four.Root, two.Root);

        // A proof that stops one level short, with the node as the leaf.
        MerkleProof inner = new(0, 2, [new Digest(MerkleReference.Node(hashed[2], hashed[3]))]);
        Assert.False(inner.Verifies(four.Root, [.. hashed[0], .. hashed[1]]));

        // A leaf that spells out a node with its tag.
        Assert.NotEqual(new Digest(MerkleReference.Node(hashed[0], hashed[1])), MerkleTree.HashLeaf(0, [0x01, .. hashed[0], .. hashed[1]]));
    }

    [Fact]
    public void A4_an_odd_leaf_is_not_repeated()
    {
        byte[][] leaves = Leaves(3);
        Assert.NotEqual(TreeOf(leaves).Root, TreeOf([.. leaves, leaves[2]]).Root);
        Assert.NotEqual(TreeOf(leaves[..1]).Root, TreeOf([leaves[0], leaves[0]]).Root);
        MerkleTree six = TreeOf([.. leaves, .. leaves]);
        Assert.NotEqual(six.Root, TreeOf([.. leaves, .. leaves, leaves[1], leaves[2]]).Root);
    }

    [Fact]
    public void A5_no_leaves_and_one_empty_leaf_differ()
    {
        Assert.NotEqual(TreeOf([]).Root, TreeOf([[]]).Root);
        Assert.NotEqual(default, TreeOf([]).Root);
        Assert.Throws<ArgumentOutOfRangeException>(() => TreeOf([]).Prove(0));
    }

    [Fact]
    public void A6_a_proof_of_the_wrong_length_or_place_cannot_be_made()
    {
        Digest sibling = Digest.Of([1]);
        Assert.Throws<ArgumentException>(() => new MerkleProof(0, 2, []));
        Assert.Throws<ArgumentException>(() => new MerkleProof(0, 2, [sibling, sibling]));
        Assert.Throws<ArgumentException>(() => new MerkleProof(2, 3, [sibling, sibling]));
        Assert.Throws<ArgumentException>(() => new MerkleProof(0, 1, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleProof(2, 2, [sibling]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleProof(long.MaxValue, 2, [sibling]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleProof(-1, 2, [sibling]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleProof(0, 0, []));
    }

    [Theory]
    [InlineData(2L, 2L)]
    [InlineData(0L, 0L)]
    [InlineData(-1L, 2L)]
    [InlineData(0L, -1L)]
    [InlineData(-2L, -1L)]
    [InlineData((1L << 32) + 1, 2L)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void A6_a_place_beyond_the_count_is_refused(long index, long count)
    {
        byte[] bytes = TreeOf(Leaves(2)).Prove(1).ToBytes();
        const int IndexAt = 21;
        MerkleReference.Bytes(unchecked((ulong)index)).CopyTo(bytes, IndexAt);
        MerkleReference.Bytes(unchecked((ulong)count)).CopyTo(bytes, IndexAt + 8);
        Assert.False(Canonical.TryRead<MerkleProof>(bytes, out _));
    }

    [Fact]
    public void A6_junk_after_a_proof_and_a_missing_end_are_refused()
    {
        byte[] bytes = TreeOf(Leaves(5)).Prove(2).ToBytes();
        Assert.True(Canonical.TryRead(bytes, out MerkleProof? read));
        Assert.Equal(TreeOf(Leaves(5)).Prove(2), read);
        Assert.False(Canonical.TryRead<MerkleProof>([.. bytes, 0], out _));
        Assert.False(Canonical.TryRead<MerkleProof>([.. bytes, .. new byte[Digest.Size]], out _));
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Canonical.TryRead<MerkleProof>(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A6_a_sibling_that_is_the_leaf_itself_proves_nothing()
    {
        byte[][] leaves = Leaves(2);
        MerkleProof proof = new(0, 2, [MerkleTree.HashLeaf(0, leaves[0])]);
        Assert.False(proof.Verifies(TreeOf(leaves).Root, leaves[0]));
        Assert.False(proof.Verifies(TreeOf(leaves[..1]).Root, leaves[0]));
    }

    [Fact]
    public void A6_a_proof_for_the_largest_count_has_63_siblings_and_no_more()
    {
        MerkleProof proof = new(0, long.MaxValue, [.. Enumerable.Repeat(Digest.Of([]), 63)]);
        Assert.False(proof.Verifies(default, []));
        Assert.True(Canonical.TryRead(proof.ToBytes(), out MerkleProof? read));
        Assert.Equal(proof, read);
    }

    [Fact]
    public void A9_the_zero_digest_as_a_leaf_is_a_value_and_not_an_absence()
    {
        byte[] zero = default(Digest).ToArray();
        Assert.NotEqual(TreeOf([]).Root, TreeOf([zero]).Root);
        Assert.NotEqual(TreeOf([zero]).Root, TreeOf([zero, zero]).Root);
        MerkleTree tree = TreeOf([zero, zero, zero]);
        Assert.True(tree.Prove(2).Verifies(tree.Root, zero));
    }

    [Fact]
    public void Order_counts()
    {
        byte[][] leaves = Leaves(2);
        Assert.NotEqual(TreeOf(leaves).Root, TreeOf([leaves[1], leaves[0]]).Root);
    }

    // Leaf i has i + 1 bytes, no two leaves are alike.
    private static byte[][] Leaves(int count) => [.. Enumerable.Range(0, count).Select(i => Enumerable.Repeat((byte)i, i + 1).ToArray())];

    private static MerkleTree TreeOf(IEnumerable<byte[]> leaves) => MerkleTree.Of(leaves.Select(leaf => new ReadOnlyMemory<byte>(leaf)));
}
