using System.Collections.Immutable;
using Verifiable.Inference.Commitments;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class WeightTreeTests
{
    public static TheoryData<int> LeafCounts => [0, 1, 2, 3, 4, 5, 7, 8, 9, 33, 64, 100];

    [Theory]
    [MemberData(nameof(LeafCounts))]
    public void The_tree_is_the_plain_recursive_one(int count)
    {
        (Digest Key, ulong Weight)[] leaves = Leaves(count, seed: 1);
        WeightTree tree = TreeOf(leaves);
        Assert.Equal(WeightReference.Root([.. leaves.OrderBy(leaf => leaf.Key)]), tree.Root.ToArray());
        Assert.Equal(tree.Root, TreeOf(leaves.Reverse()).Root);
    }

    [Theory]
    [MemberData(nameof(LeafCounts))]
    public void The_intervals_tile_all_positions(int count)
    {
        WeightTree tree = TreeOf(Leaves(count, seed: 2));
        ulong next = 0;
        for (int i = 0; i < tree.Count; i++)
        {
            WeightProof proof = tree.Prove(i);
            Assert.True(proof.TryVerify(tree.Root, out ulong start, out ulong total));
            Assert.Equal(next, start);
            Assert.Equal(tree.Total, total);
            Assert.Equal(tree.Leaves[i], KeyValuePair.Create(proof.Key, proof.Weight));
            Assert.Equal(i, tree.Find(start));
            Assert.Equal(i, tree.Find(start + proof.Weight - 1));
            next = start + proof.Weight;
        }

        Assert.Equal(tree.Total, next);
    }

    [Fact]
    public void Every_position_is_found_where_the_plain_search_finds_it()
    {
        (Digest Key, ulong Weight)[] leaves = Leaves(40, seed: 3);
        WeightTree tree = TreeOf(leaves);
        (Digest Key, ulong Weight)[] sorted = [.. leaves.OrderBy(leaf => leaf.Key)];
        for (ulong position = 0; position < tree.Total; position++)
        {
            Assert.Equal(WeightReference.Find(sorted, position), tree.Find(position));
        }
    }

    [Fact]
    public void A_position_at_or_beyond_the_total_is_a_callers_mistake()
    {
        WeightTree tree = TreeOf(Leaves(3, seed: 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Find(tree.Total));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Find(ulong.MaxValue));
        Assert.Throws<ArgumentOutOfRangeException>(() => TreeOf([]).Find(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Prove(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Prove(-1));
    }

    [Fact]
    public void Weights_of_zero_keys_twice_and_sums_above_64_bits_are_refused()
    {
        Digest a = Digest.Of([1]);
        Digest b = Digest.Of([2]);
        Assert.Throws<ArgumentException>(() => TreeOf([(a, 0)]));
        Assert.Throws<ArgumentException>(() => TreeOf([(a, 1), (a, 2)]));
        Assert.Throws<ArgumentException>(() => TreeOf([(a, ulong.MaxValue), (b, 1)]));
        WeightTree full = TreeOf([(a, ulong.MaxValue - 1), (b, 1)]);
        Assert.Equal(ulong.MaxValue, full.Total);
        Assert.True(full.Prove(0).TryVerify(full.Root, out _, out ulong total));
        Assert.Equal(ulong.MaxValue, total);
    }

    [Fact]
    public void Any_altered_bit_of_a_proof_is_refused_or_proves_nothing()
    {
        WeightTree tree = TreeOf(Leaves(11, seed: 5));
        foreach (int index in new[] { 0, 4, 7, 8, 10 })
        {
            byte[] bytes = tree.Prove(index).ToBytes();
            for (int bit = 0; bit < 8 * bytes.Length; bit++)
            {
                byte[] altered = [.. bytes];
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.False(Canonical.TryRead(altered, out WeightProof? proof) && proof.TryVerify(tree.Root, out _, out _));
            }
        }
    }

    [Fact]
    public void Weight_cannot_be_moved_between_siblings()
    {
        WeightTree tree = TreeOf(Leaves(8, seed: 6));
        WeightProof honest = tree.Prove(3);
        ImmutableArray<WeightNode> siblings = honest.Siblings;
        WeightProof heavier = new(honest.Key, honest.Weight + 1, 3, 8, siblings.SetItem(0, siblings[0] with { Sum = siblings[0].Sum - 1 }));
        WeightProof shifted = new(honest.Key, honest.Weight, 3, 8,
            siblings.SetItem(0, siblings[0] with { Sum = siblings[0].Sum - 1 }).SetItem(1, siblings[1] with { Sum = siblings[1].Sum + 1 }));
        Assert.True(honest.TryVerify(tree.Root, out _, out _));
        Assert.False(heavier.TryVerify(tree.Root, out ulong start, out ulong total));
        Assert.False(shifted.TryVerify(tree.Root, out _, out _));
        Assert.Equal((0UL, 0UL), (start, total));
    }

    [Fact]
    public void Proofs_whose_sums_overflow_or_hold_a_zero_are_refused()
    {
        Digest key = Digest.Of([1]);
        Assert.Throws<ArgumentException>(() => new WeightProof(key, 1, 0, 2, [new WeightNode(key, ulong.MaxValue)]));
        Assert.Throws<ArgumentException>(() => new WeightProof(key, 1, 0, 2, [new WeightNode(key, 0)]));
        Assert.Throws<ArgumentException>(() => new WeightProof(key, 1, 0, 2, []));
        Assert.Throws<ArgumentException>(() => new WeightProof(key, 1, 0, 2, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightProof(key, 0, 0, 1, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightProof(key, 1, 1, 1, []));
        byte[] bytes = new WeightProof(key, 1, 0, 2, [new WeightNode(key, 1)]).ToBytes();
        bytes.AsSpan(bytes.Length - 8).Fill(0xFF);
        Assert.False(Canonical.TryRead<WeightProof>(bytes, out _));
        bytes.AsSpan(bytes.Length - 8).Clear();
        Assert.False(Canonical.TryRead<WeightProof>(bytes, out _));
    }

    [Fact]
    public void A_proof_reads_back_equal_and_takes_40_bytes_a_level()
    {
        WeightTree tree = TreeOf(Leaves(1000, seed: 7));
        WeightProof proof = tree.Prove(500);
        byte[] bytes = proof.ToBytes();
        Assert.True(Canonical.TryRead(bytes, out WeightProof? read));
        Assert.Equal(proof, read);
        Assert.Equal(10, proof.Siblings.Length);
        Assert.InRange(bytes.Length, 1, (40 * 10) + 80);
    }

    [Fact]
    public void A14_a_plain_tree_of_the_same_bytes_has_another_root()
    {
        (Digest Key, ulong Weight)[] leaves = Leaves(1, seed: 8);
        MerkleTree plain = MerkleTree.Of([new ReadOnlyMemory<byte>([.. leaves[0].Key.ToArray(), .. MerkleReference.Bytes(leaves[0].Weight)])]);
        Assert.NotEqual(plain.Root, TreeOf(leaves).Root);
        Assert.NotEqual(MerkleTree.Of([]).Root, TreeOf([]).Root);
    }

    private static (Digest Key, ulong Weight)[] Leaves(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => (Digest.Of(MerkleReference.Bytes((ulong)(i + (1000 * seed)))), (ulong)random.Next(1, 50)))];
    }

    private static WeightTree TreeOf(IEnumerable<(Digest Key, ulong Weight)> leaves) =>
        new(leaves.Select(leaf => KeyValuePair.Create(leaf.Key, leaf.Weight)));
}
