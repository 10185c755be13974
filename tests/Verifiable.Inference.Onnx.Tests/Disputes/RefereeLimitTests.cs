using System.Collections.Immutable;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Disputes;

/// <summary>What a ruling may take, whoever chooses what it is about. Codes in names are those of the list of attacks in the documentation.</summary>
public sealed class RefereeLimitTests
{
    [Fact]
    public void I4_limits_refuse_and_never_acquit()
    {
        (OnnxModel model, NamedTensors inputs) = DisputedModels.Make("large");
        DisputeScene scene = new(model, inputs);
        Accusation accusation = scene.Accuse(1, 0, 4000);
        int size = accusation.ToBytes().Length;
        foreach ((RefereeLimits limits, RulingReason reason) in new[]
        {
            (new RefereeLimits { MaxEvidenceBytes = size }, RulingReason.ElementAgrees), (new RefereeLimits { MaxEvidenceBytes = size - 1 }, RulingReason.TooLarge),
            (new RefereeLimits { MaxReads = 180 }, RulingReason.ElementAgrees), (new RefereeLimits { MaxReads = 179 }, RulingReason.TooLarge),
        })
        {
            Assert.True(CanonicalReferee.TryCreate(model, limits, out CanonicalReferee? referee, out _));
            Assert.Equal(reason, referee.Judge(scene.Claim, scene.Trace.Commitment, accusation).Reason);
        }

        Assert.Throws<ArgumentException>(() => CanonicalReferee.TryCreate(model, new RefereeLimits { MaxReads = 0 }, out _, out _));
        Assert.Throws<ArgumentException>(() => CanonicalReferee.TryCreate(model, new RefereeLimits { MaxEvidenceBytes = 0 }, out _, out _));
    }

    // Sums of every alignment in their chunks: the largest evidence that a product of 8192 terms can need, with an accused chunk that is full.
    [Theory]
    [InlineData("MatMul", 8192)]
    [InlineData("MatMul", 8191)]
    [InlineData("Gemm", 8191)]
    public void H6_the_evidence_for_an_element_of_a_product_of_8192_terms_is_at_most_128_kilobytes(string name, int length)
    {
        var random = new CaseRandom(1);
        OnnxModel model = new OnnxModelBuilder(17).Input("x", ElementType.Float32, 4, length).Initializer("w", random.Floats(length, 5))
            .Node(name, ["x", "w"], ["y"]).Output("y", ElementType.Float32, 4, 5).Build();
        DisputeScene scene = new(model, NamedTensors.Of("x", random.Floats(4, length)));
        int largest = 0;
        for (int element = 0; element < 20; element++)
        {
            Accusation accusation = scene.Accuse(0, 0, element);
            Assert.Equal(RulingReason.ElementAgrees, scene.Judge(accusation).Reason);
            largest = Math.Max(largest, accusation.ToBytes().Length + TensorHeader.DefaultChunkSize - (20 * sizeof(float)));
        }

        Assert.InRange(largest, 1, 128 * 1024);
    }

    // A claimant and a challenger who are one person choose shapes that no tensor has: nothing of their size is allocated.
    [Fact]
    public void I11_C14_shapes_of_any_size_take_no_memory_and_no_time()
    {
        long[][] shapes = [[1, 10_000_000], [1, int.MaxValue], [1, 1L << 40], [1L << 60], [1, 1 << 28], [46341, 46341]];
        string[] operators =
        [
            "Softmax", "LogSoftmax", "ReduceSum", "LayerNormalization", "LpNormalization", "GlobalAveragePool", "Hardmax", "ArgMax", "CumSum", "NonZero", "Unique", "Flatten", "Transpose", "Relu", "Det", "TopK",
        ];
        foreach (string name in operators)
        {
            OnnxModelBuilder builder = new OnnxModelBuilder(17).Input("x", ElementType.Float32, default(GraphDimension))
                .Initializer("one", TensorValue.Create([1L], 1)).Initializer("scale", TensorValue.Create([1f], 1)).Initializer("zero", TensorValue.Create([0L], []));
            string[] inputs = name switch { "LayerNormalization" => ["x", "scale"], "CumSum" => ["x", "zero"], "TopK" => ["x", "one"], _ => ["x"] };
            OnnxModel model = builder.Node(name, inputs, name == "TopK" ? ["y", "places"] : ["y"]).Node("Size", ["y"], ["size"]).Output("size", ElementType.Int64).Build();
            int outputs = name == "TopK" ? 2 : 1;
            TraceLeaf size = new(1, [new TraceOutput { RowMajor = default(Digest) }]);
            AlteredRun tiny = new(Tiny(), NamedTensors.Of("x", TensorValue.Create([1f], 1)), new GenerationOptions(1), static (_, _, tensor) => tensor);
            TraceTree none = new(2, [new TraceLeaf(0, [.. Enumerable.Repeat(new TraceOutput { RowMajor = default(Digest) }, outputs)]), size]);
            DisputeScene scene = new(model, NamedTensors.Of("x", TensorValue.Create([1f, 2f], 2)), tiny, trace: none, outputs: new CommittedTensors([KeyValuePair.Create("size", default(Digest))]));
            foreach (long[] shape in shapes)
            {
                TensorHeader header = new(ElementType.Float32, new TensorShape(shape));
                (TensorEvidence evidence, Digest commitment) = OpenFirst(header);
                WorkDescription work = scene.Claim.Work with { Inputs = new CommittedTensors([KeyValuePair.Create("x", commitment)]) };
                TraceOutput output = new() { RowMajor = commitment };
                TraceTree trace = new(2, [new TraceLeaf(0, [.. Enumerable.Repeat(output, outputs)]), size]);
                DisputedClaim claim = scene.Sign(trace.Commitment, scene.Claim.Body.Outputs, work);
                ImmutableArray<InputEvidence> opened = [.. new InputEvidence[] { new(0, null, evidence) }.Concat(
                    inputs.Skip(1).Select((input, i) => new InputEvidence(i + 1, null, TensorEvidence.Of(TensorCommitment.Of(model.Initializers[input]), 0))))];
                long before = GC.GetAllocatedBytesForCurrentThread();
                foreach (Accusation accusation in new[] { Accusation.OfSignature(trace.Open(0), 0, new TensorEvidence(header, evidence.Root, []), opened), Accusation.OfElement(trace.Open(0), 0, 0, evidence, opened) })
                {
                    _ = scene.Referee.Judge(claim, trace.Commitment, accusation);
                }

                long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated < 20 << 20, $"{name} of {header.Shape}: {allocated} bytes");
            }
        }
    }

    private static OnnxModel Tiny() => new OnnxModelBuilder(17).Input("x", ElementType.Float32, 1).Node("Relu", ["x"], ["r"]).Node("Size", ["r"], ["size"]).Output("size", ElementType.Int64).Build();

    // The commitment to a tensor of which only the first chunk was ever made, and that chunk opened.
    private static (TensorEvidence Evidence, Digest Commitment) OpenFirst(TensorHeader header)
    {
        byte[] chunk = new byte[header.LengthOf(0)];
        Digest top = MerkleTree.HashLeaf(0, chunk);
        int siblings = 0;
        for (long count = header.ChunkCount; count > 1; count = (count / 2) + (count % 2))
        {
            top = Digest.Of([1, .. top.ToArray(), .. default(Digest).ToArray()]);
            siblings++;
        }

        Digest root = Digest.Of([2, .. BitConverter.GetBytes(header.ChunkCount), .. top.ToArray()]);
        CanonicalWriter writer = new(stackalloc byte[256]);
        writer.WriteDomain("vinf/tensor-chunk/v1");
        header.WriteTo(ref writer);
        new MerkleProof(0, header.ChunkCount, [.. new Digest[siblings]]).WriteTo(ref writer);
        writer.WriteBytes(chunk);
        Assert.True(Canonical.TryRead(writer.ToArray(), out TensorChunkOpening? opening));
        writer.Dispose();
        CanonicalWriter commitment = new(stackalloc byte[256]);
        header.WriteTo(ref commitment);
        commitment.WriteDigest(root);
        Digest digest = commitment.ToDigest();
        commitment.Dispose();
        Assert.True(opening.TryVerify(digest, out _));
        return (new TensorEvidence(header, root, [opening]), digest);
    }
}
