using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class TraceTests
{
    // Two chunks, the second one short.
    private static readonly TensorValue _tensor = TensorValue.Create<float>([.. Enumerable.Range(0, 4200).Select(i => i * 0.5f)], new TensorShape(3, 35, 40));

    // The leaf and the commitment, written by hand from docs/reference/traces.md.
    [Fact]
    public void The_encodings_are_those_of_the_reference_page()
    {
        Digest a = Digest.Of([1]);
        Digest b = Digest.Of([2]);
        TraceLeaf leaf = new(7, [new TraceOutput { RowMajor = a, ChannelsLast = b }, default]);
        byte[] expectedLeaf = [18, .. Encoding.ASCII.GetBytes("vinf/trace-leaf/v1"), 7, 0, 0, 0, 2, 0, 0b101, .. a.ToArray(), .. b.ToArray(), 0];
        Assert.Equal(expectedLeaf, leaf.ToBytes());

        TraceTree tree = new(9, [leaf]);
        byte[] leafPrefix = new byte[13];
        BinaryPrimitives.WriteInt32LittleEndian(leafPrefix.AsSpan(9), expectedLeaf.Length);
        Digest top = Digest.Of([.. leafPrefix, .. expectedLeaf]);
        Digest root = Digest.Of([2, 1, 0, 0, 0, 0, 0, 0, 0, .. top.ToArray()]);
        byte[] expected = [13, .. Encoding.ASCII.GetBytes("vinf/trace/v1"), 9, 0, 0, 0, 1, 0, 0, 0, .. root.ToArray()];
        Assert.Equal(expected, tree.Commitment.ToBytes());
        Assert.Equal(Digest.Of(expected), tree.Commitment.Digest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(32)]
    public void Every_leaf_opens_against_its_own_trace_only(int count)
    {
        TraceTree full = Tree(count, 1);
        TraceTree cut = new((3 * count) + 5, [.. full.Leaves.Select(leaf => new TraceLeaf((leaf.Node * 3) + 2, leaf.Outputs))]);
        Assert.True(full.Commitment.IsFull);
        Assert.False(cut.Commitment.IsFull);
        foreach (TraceTree tree in new[] { full, cut })
        {
            foreach (TraceLeaf leaf in tree.Leaves)
            {
                TraceOpening opening = tree.Open(leaf.Node);
                Assert.True(opening.Verifies(tree.Commitment));
                Assert.False(opening.Verifies(new TraceCommitment(tree.Commitment.NodeCount, tree.Commitment.LeafCount, Digest.Of([9]))));
                Assert.False(opening.Verifies(new TraceCommitment(tree.Commitment.NodeCount + 1, tree.Commitment.LeafCount + 1, tree.Commitment.Root)));
                Assert.Equal(leaf, tree.Find(leaf.Node));
            }
        }

        Assert.Null(cut.Find(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => cut.Open(0));
    }

    // Whoever builds the tree may lie about numbers: such a leaf does not open where there is no room for its number.
    [Fact]
    public void A_number_for_which_there_is_no_room_does_not_open()
    {
        ImmutableArray<TraceLeaf> leaves = [new TraceLeaf(0, []), new TraceLeaf(2, []), new TraceLeaf(1, [])];
        MerkleTree tree = MerkleTree.Of(leaves.Select(leaf => (ReadOnlyMemory<byte>)leaf.ToBytes()));
        TraceCommitment full = new(3, 3, tree.Root);
        bool[] opens = [.. leaves.Select((leaf, i) => new TraceOpening(leaf, tree.Prove(i)).Verifies(full))];
        Assert.Equal([true, false, false], opens);
    }

    [Fact]
    public void Every_element_opens_in_every_layout_and_in_no_other_chunk()
    {
        foreach (TensorLayout layout in RandomTensors.Layouts)
        {
            var commitment = TensorCommitment.Of(_tensor, layout);
            TraceTree tree = Tree(commitment, layout);
            for (int element = 0; element < _tensor.Length; element += 13)
            {
                long chunk = commitment.Header.LocateRowMajor(element).Chunk;
                TraceElementOpening opening = new(tree.Open(1), 0, commitment.Open(chunk));
                Assert.True(opening.TryGetElement(tree.Commitment, element, out ReadOnlyMemory<byte> bytes));
                Assert.Equal(element * 0.5f, BinaryPrimitives.ReadSingleLittleEndian(bytes.Span));
                TraceElementOpening other = new(tree.Open(1), 0, commitment.Open((chunk + 1) % commitment.Header.ChunkCount));
                Assert.False(other.TryGetElement(tree.Commitment, element, out _));
            }

            TraceElementOpening first = new(tree.Open(1), 0, commitment.Open(0));
            Assert.False(first.TryGetElement(tree.Commitment, -1, out _));
            Assert.False(first.TryGetElement(tree.Commitment, _tensor.Length, out _));
            Assert.False(first.TryGetElement(Tree(2, 5).Commitment, 0, out _));
        }
    }

    [Fact]
    public void A_chunk_of_another_tensor_or_layout_does_not_open()
    {
        var rows = TensorCommitment.Of(_tensor, TensorLayout.RowMajor);
        var columns = TensorCommitment.Of(_tensor, TensorLayout.ByColumn);
        TraceTree tree = Tree(rows, TensorLayout.RowMajor);
        Assert.Throws<ArgumentException>(() => new TraceElementOpening(tree.Open(1), 0, columns.Open(0)));
        Assert.Throws<ArgumentException>(() => new TraceElementOpening(tree.Open(1), 1, rows.Open(0)));
        var other = TensorCommitment.Of(TensorValue.Create(new float[4200], 3, 35, 40));
        Assert.False(new TraceElementOpening(tree.Open(1), 0, other.Open(0)).TryVerify(tree.Commitment, out _));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(TensorHeader.MaxChunkSize)]
    public void A_tensor_that_was_committed_in_chunks_of_another_size_does_not_open(int chunkSize)
    {
        var commitment = TensorCommitment.Of(_tensor, TensorLayout.RowMajor, chunkSize);
        TraceTree tree = Tree(commitment, TensorLayout.RowMajor);
        Assert.Throws<ArgumentException>(() => new TraceElementOpening(tree.Open(1), 0, commitment.Open(0)));
    }

    [Fact]
    public void Leaves_out_of_order_twice_or_beyond_the_graph_are_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => new TraceTree(5, [new TraceLeaf(1, []), new TraceLeaf(0, [])]));
        Assert.Throws<ArgumentException>(() => new TraceTree(5, [new TraceLeaf(1, []), new TraceLeaf(1, [])]));
        Assert.Throws<ArgumentException>(() => new TraceTree(5, [new TraceLeaf(5, [])]));
        Assert.Throws<ArgumentException>(() => new TraceCommitment(5, 0, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TraceCommitment(5, 6, default));
        Assert.Throws<ArgumentException>(() => new TraceLeaf(0, [.. new TraceOutput[TraceLeaf.MaxOutputs + 1]]));
    }

    // Leaves that come one by one have the commitments of the trees over all of them.
    [Fact]
    public void What_is_added_one_by_one_has_the_commitment_of_the_tree()
    {
        TraceAccumulator leaves = new();
        TraceBodyAccumulator runs = new();
        for (int count = 0; count <= 70; count++)
        {
            TraceTree tree = new(300, [.. Enumerable.Range(0, count).Select(Leaf)]);
            Assert.Equal(tree.Commitment, leaves.ToCommitment(300));
            TraceBodyTree bodies = new([.. Enumerable.Range(0, count).Select(Run)]);
            Assert.Equal(bodies.Digest, runs.Digest);
            Assert.Equal((count, (long)count), (leaves.Count, runs.Count));
            leaves.Add(Leaf(count));
            runs.Add(Run(count));
        }

        Assert.Throws<ArgumentException>(() => leaves.Add(Leaf(70)));
        Assert.Throws<ArgumentException>(() => runs.Add(Run(72)));
        Assert.Throws<ArgumentOutOfRangeException>(() => leaves.ToCommitment(Leaf(70).Node));

        static TraceLeaf Leaf(int number) => new((4 * number) + 1, [new TraceOutput { RowMajor = Digest.Of([(byte)number]) }]);
        static TraceBodyRun Run(int number) => new(number, (byte)(number % 2), Tree(3, (byte)(number / 2)).Commitment);
    }

    [Fact]
    public void A_run_of_a_body_opens_at_its_own_number_and_under_its_own_root_only()
    {
        ImmutableArray<TraceBodyRun> runs = [.. Enumerable.Range(0, 5).Select(i => new TraceBodyRun(i, (byte)(i % 2), Tree(3, (byte)(i / 2)).Commitment))];
        TraceBodyTree tree = new(runs);
        for (int i = 0; i < runs.Length; i++)
        {
            TraceBodyOpening opening = tree.Open(i);
            Assert.True(opening.Verifies(tree.Digest));
            Assert.False(opening.Verifies(new TraceBodyTree([.. runs.Take(4)]).Digest));
            Assert.False(opening.Verifies(default));
            Assert.False(new TraceBodyOpening(new TraceBodyRun(i, 7, runs[i].Trace), opening.Root, opening.Proof).Verifies(tree.Digest));
            Assert.False(new TraceBodyOpening(runs[(i + 1) % 5], opening.Root, opening.Proof).Verifies(tree.Digest));
            Assert.False(new TraceBodyOpening(runs[i], Digest.Of([1]), opening.Proof).Verifies(tree.Digest));
        }

        // Whoever builds the tree may lie about numbers: such a run does not open.
        MerkleTree swapped = MerkleTree.Of(runs.Reverse().Select(run => (ReadOnlyMemory<byte>)run.ToBytes()));
        Assert.False(new TraceBodyOpening(runs[4], swapped.Root, swapped.Prove(0)).Verifies(TraceBodyTree.DigestOf(5, swapped.Root)));
        Assert.True(new TraceBodyOpening(runs[2], swapped.Root, swapped.Prove(2)).Verifies(TraceBodyTree.DigestOf(5, swapped.Root)));
        Assert.Throws<ArgumentException>(() => new TraceBodyTree([runs[1]]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tree.Open(5));
    }

    private static TraceTree Tree(int count, byte seed) =>
        new(count, [.. Enumerable.Range(0, count).Select(i => new TraceLeaf(i, [new TraceOutput { RowMajor = Digest.Of([seed, (byte)i]) }]))]);

    private static TraceTree Tree(TensorCommitment commitment, TensorLayout layout)
    {
        TraceOutput output = layout switch
        {
            TensorLayout.RowMajor => new() { RowMajor = commitment.Digest },
            TensorLayout.ByColumn => new() { ByColumn = commitment.Digest },
            _ => new() { ChannelsLast = commitment.Digest },
        };
        return new(3, [new TraceLeaf(0, []), new TraceLeaf(1, [output]), new TraceLeaf(2, [])]);
    }
}
