using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Hostile;

/// <summary>Valid values of the commitment types, small and varied.</summary>
internal static class CommitmentSeeds
{
    public static IEnumerable<MerkleProof> MerkleProofs() =>
        from count in new[] { 1, 2, 3, 5, 8 }
        from index in new[] { 0, count / 2, count - 1 }
        select MerkleTree.Of(Enumerable.Range(0, count).Select(i => new ReadOnlyMemory<byte>([(byte)i]))).Prove(index);

    public static IEnumerable<TensorHeader> TensorHeaders() =>
        from type in RandomTensors.Types
        from layout in RandomTensors.Layouts
        from shape in new TensorShape[] { default, new(0), new(7), new(3, 0, 5), new(2, 3, 4, 5) }
        select new TensorHeader(type, shape, layout, 64);

    public static IEnumerable<TensorChunkOpening> TensorChunkOpenings() =>
        from type in RandomTensors.Types
        from shape in new TensorShape[] { default, new(33), new(5, 9) }
        from layout in RandomTensors.Layouts
        let commitment = TensorCommitment.Of(new RandomTensors(1).Next(type, shape), layout, 64)
        from chunk in new[] { 0, commitment.Header.ChunkCount - 1 }
        select commitment.Open(chunk);

    public static IEnumerable<CommittedTensors> CommittedTensors() =>
        from count in new[] { 0, 1, 2, 5 }
        select new CommittedTensors(Enumerable.Range(0, count).Select(i => KeyValuePair.Create(i == 3 ? "größe" : $"t{i}", Digest.Of([(byte)i]))));

    public static IEnumerable<WeightProof> WeightProofs() =>
        from count in new[] { 1, 2, 3, 5, 8 }
        let tree = new WeightTree(Enumerable.Range(0, count).Select(i => KeyValuePair.Create(Digest.Of([(byte)i]), (ulong)i + 1)))
        from index in new[] { 0, count / 2, count - 1 }
        select tree.Prove(index);

    public static IEnumerable<TraceOutput> TraceOutputs() =>
        from layouts in Enumerable.Range(0, 8)
        select new TraceOutput
        {
            RowMajor = (layouts & 1) != 0 ? Digest.Of([1]) : null,
            ByColumn = (layouts & 2) != 0 ? Digest.Of([2]) : null,
            ChannelsLast = (layouts & 4) != 0 ? Digest.Of([3]) : null,
        };

    public static IEnumerable<TraceOutput> EveryTraceOutput() => TraceOutputs().Append(new TraceOutput { Bodies = Digest.Of([4]) });

    public static IEnumerable<TraceBodyRun> TraceBodyRuns() =>
        TraceCommitments().Select((trace, i) => new TraceBodyRun(i, (byte)(i % 2), trace));

    public static IEnumerable<TraceBodyOpening> TraceBodyOpenings() =>
        from count in new[] { 1, 2, 4 }
        let tree = new TraceBodyTree([.. TraceBodyRuns().Take(count)])
        from run in tree.Runs
        select tree.Open((int)run.Iteration);

    public static IEnumerable<TraceLeaf> TraceLeaves() =>
        from outputs in Enumerable.Range(0, 5)
        select new TraceLeaf(outputs * 1000, [.. TraceOutputs().Skip(outputs).Take(outputs)]);

    public static IEnumerable<TraceCommitment> TraceCommitments() =>
        from leaves in Enumerable.Range(0, 4)
        select new TraceTree(leaves * leaves, [.. TraceLeaves().Take(leaves).Select((leaf, i) => new TraceLeaf(i, leaf.Outputs))]).Commitment;

    public static IEnumerable<TraceOpening> TraceOpenings() =>
        from count in new[] { 1, 2, 3, 5 }
        let tree = new TraceTree(5000, [.. TraceLeaves().Take(count)])
        from leaf in tree.Leaves
        select tree.Open(leaf.Node);

    public static IEnumerable<TraceElementOpening> TraceElementOpenings() =>
        from layout in RandomTensors.Layouts
        let commitment = TensorCommitment.Of(new RandomTensors(2).Next(ElementType.Float32, new TensorShape(3, 5, 275)), layout)
        let leaf = new TraceLeaf(1, [default, new TraceOutput { RowMajor = commitment.Digest, ByColumn = commitment.Digest, ChannelsLast = commitment.Digest }])
        select new TraceElementOpening(new TraceTree(3, [leaf]).Open(1), 1, commitment.Open(1));

    public static IEnumerable<EveryField> EveryField() =>
        from i in Enumerable.Range(0, 6)
        select new EveryField
        {
            Byte = (byte)i,
            Boolean = i % 2 == 0,
            Short = (ushort)(i * 1000),
            Int = uint.MaxValue - (uint)i,
            Long = ulong.MaxValue / (ulong)(i + 1),
            Signed = long.MinValue + i,
            Double = new[] { 0, -0.0, double.NaN, double.PositiveInfinity, double.Epsilon, -1.5 }[i],
            Digest = Digest.Of([(byte)i]),
            Text = new[] { "", "a", "größe", "数", "😀", "\uFEFFx\0" }[i],
            Bytes = Convert.ToHexString(new byte[i * 3]),
            ShortBytes = Convert.ToHexString(new byte[5 - i]),
            List = [.. Enumerable.Range(0, i).Select(j => new NodeId(Digest.Of([(byte)j])))],
        };
}
