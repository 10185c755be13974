using System.Collections.Immutable;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Disputes;
using Verifiable.Inference.Onnx.Disputes;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
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
            (new RefereeLimits { MaxWork = 1 << 20 }, RulingReason.ElementAgrees), (new RefereeLimits { MaxReads = 180 }, RulingReason.ElementAgrees), (new RefereeLimits { MaxReads = 179 }, RulingReason.TooLarge),
        })
        {
            Assert.True(CanonicalReferee.TryCreate(model, limits, out CanonicalReferee? referee, out _));
            Assert.Equal(reason, referee.Judge(scene.Claim, scene.Trace.Commitment, accusation).Reason);
        }

        Assert.Throws<ArgumentException>(() => CanonicalReferee.TryCreate(model, new RefereeLimits { MaxReads = 0 }, out _, out _));
        Assert.Throws<ArgumentException>(() => CanonicalReferee.TryCreate(model, new RefereeLimits { MaxEvidenceBytes = 0 }, out _, out _));
        Assert.Throws<ArgumentException>(() => CanonicalReferee.TryCreate(model, new RefereeLimits { MaxWork = 1 << 19 }, out _, out _));
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

    // A claimant and a challenger who are one person choose shapes that no tensor has: nothing of their size is allocated or gone through, and the definition is met, not a shape that does not fit.
    [Fact]
    public void I11_C14_shapes_of_any_size_take_no_memory_and_no_time()
    {
        long[][] shapes = [[1, 10_000_000], [1, int.MaxValue], [1, 1 << 28], [46341, 46341], [1, 1, 3, 1 << 26], [1L << 40], [1L << 60]];
        string[] operators =
        [
            "Softmax", "LogSoftmax", "ReduceSum", "LayerNormalization", "LpNormalization", "GlobalAveragePool", "Hardmax", "ArgMax", "CumSum", "NonZero", "Unique", "Flatten", "Transpose", "Relu", "Det", "TopK",
        ];
        HashSet<string> met = [];
        foreach (string name in operators)
        {
            string[] names = name switch { "LayerNormalization" => ["x", "scale"], "CumSum" => ["x", "zero"], "TopK" => ["x", "one"], _ => ["x"] };
            foreach (long[] shape in shapes)
            {
                OnnxModelBuilder builder = new OnnxModelBuilder(17).Input("x", ElementType.Float32, [.. shape.Select(static _ => default(GraphDimension))])
                    .Initializer("one", TensorValue.Create([1L], 1)).Initializer("scale", TensorValue.Create([1f], 1)).Initializer("zero", TensorValue.Create([0L], []));
                OnnxModel model = builder.Node(name, names, name == "TopK" ? ["y", "places"] : ["y"]).Node("Size", ["y"], ["size"]).Output("size", ElementType.Int64).Build();
                TensorHeader header = new(ElementType.Float32, new TensorShape(shape));
                foreach (RulingReason reason in Judge(name, model, new Dictionary<string, TensorHeader> { ["x"] = header }))
                {
                    Assert.True(reason is RulingReason.TooLarge or RulingReason.EvidenceIncomplete or RulingReason.SignatureAgrees or RulingReason.ElementAgrees or RulingReason.ElementDiffers or RulingReason.InputsDoNotFit
                        || (reason == RulingReason.DefinitionFailed && header.Shape.ElementCount > int.MaxValue),
                        $"{name} of {header.Shape}: {reason}");
                    if (reason is RulingReason.TooLarge or RulingReason.EvidenceIncomplete or RulingReason.ElementAgrees or RulingReason.ElementDiffers)
                    {
                        _ = met.Add(name);
                    }
                }
            }
        }

        Assert.Equal(operators.Order(), met.Order());
    }

    // L5: definitions that go through places of which they read none: what bounds reads does not bound them.
    [Theory]
    [InlineData("RoiAlign")]
    [InlineData("TopK")]
    [InlineData("Col2Im")]
    [InlineData("Col2Im", ElementType.Float16)]
    [InlineData("Col2Im", ElementType.BFloat16)]
    [InlineData("Resize", ElementType.Float16)]
    [InlineData("NonMaxSuppression")]
    [InlineData("Resize")]
    [InlineData("MaxPool")]
    [InlineData("AveragePool")]
    public void L5_definitions_that_read_little_and_do_much_are_stopped(string attack, ElementType floats = ElementType.Float32)
    {
        OnnxModelBuilder builder = new(18);
        Dictionary<string, TensorHeader> huge = [];
        Dictionary<string, TensorValue> given = [];
        TensorShape output = new(1, 1, 1, 1);
        ElementType type = floats;
        switch (attack)
        {
            case "RoiAlign":
                // 2^24 samples beside the image, more than which a definition never looks at.
                float[] box = [100f, 100f, 100f + 16_777_000f, 102f];
                given = new() { ["x"] = Graph.SampleModels.Ramp(1, 1, 4, 4), ["rois"] = TensorValue.Create(box, 1, 4), ["images"] = TensorValue.Create([0L], 1) };
                _ = builder.Input("x", ElementType.Float32, 1, 1, 4, 4).Input("rois", ElementType.Float32, 1, 4).Input("images", ElementType.Int64, 1).Node("RoiAlign", ["x", "rois", "images"], ["y"]);
                break;
            case "TopK":
                huge = new() { ["x"] = new TensorHeader(ElementType.Float32, new TensorShape(1, int.MaxValue - 60)) };
                given = new() { ["k"] = TensorValue.Create([1L], 1) };
                output = new TensorShape(1, 1);
                _ = builder.Input("x", ElementType.Float32, 1, "N").Input("k", ElementType.Int64, 1).Node("TopK", ["x", "k"], ["y", "places"]);
                break;
            case "Col2Im":
                huge = new() { ["x"] = new TensorHeader(floats, new TensorShape(1, 1 << 30, 1)) };
                given = new() { ["image"] = TensorValue.Create([32768L, 32768L], 2), ["block"] = TensorValue.Create([32768L, 32768L], 2) };
                output = new TensorShape(1, 1, 32768, 32768);
                _ = builder.Input("x", floats, 1, "C", "L").Input("image", ElementType.Int64, 2).Input("block", ElementType.Int64, 2).Node("Col2Im", ["x", "image", "block"], ["y"]);
                break;
            case "NonMaxSuppression":
                int boxes = 12_000;
                float[] corners = [.. Enumerable.Range(0, boxes).SelectMany(static i => new float[] { 2 * i, 2 * i, (2 * i) + 1, (2 * i) + 1 })];
                given = new() { ["boxes"] = TensorValue.Create(corners, 1, boxes, 4), ["scores"] = Graph.SampleModels.Ramp(1, 1, boxes), ["most"] = TensorValue.Create([(long)boxes], 1), ["overlap"] = TensorValue.Create([0.5f], 1) };
                output = new TensorShape(boxes, 3);
                type = ElementType.Int64;
                _ = builder.Input("boxes", ElementType.Float32, 1, "B", 4).Input("scores", ElementType.Float32, 1, 1, "B").Input("most", ElementType.Int64, 1).Input("overlap", ElementType.Float32, 1)
                    .Node("NonMaxSuppression", ["boxes", "scores", "most", "overlap"], ["y"]);
                break;
            case "Resize":
                huge = new() { ["x"] = new TensorHeader(floats, new TensorShape(1, 1, 1 << 30, 1)) };
                given = new() { ["scales"] = TensorValue.Create([1f, 1f, 1f, 1f], 4) };
                output = new TensorShape(1, 1, 1 << 30, 1);
                _ = builder.Input("x", floats, 1, 1, "H", 1).Input("scales", ElementType.Float32, 4)
                    .Node("Resize", ["x", "", "scales"], ["y"], ("mode", AttributeValue.Of("linear")), ("coordinate_transformation_mode", AttributeValue.Of("asymmetric")));
                break;
            default:
                huge = new() { ["x"] = new TensorHeader(ElementType.Float32, new TensorShape(1, 1, 30000, 30000)) };
                _ = builder.Input("x", ElementType.Float32, 1, 1, "H", "W").Node(attack, ["x"], ["y"], ("kernel_shape", AttributeValue.Of([30000L, 30000L])));
                break;
        }

        OnnxModel model = builder.Node("Size", ["y"], ["size"]).Output("size", ElementType.Int64).Build();
        RulingReason[] reasons = [.. Judge(attack, model, huge, given, new TensorHeader(type, output))];
        Assert.Equal(RulingReason.TooLarge, reasons[^1]);
    }

    // Judges the first graph node of a claim on tensors of which only headers and first chunks are there, for its type and shape and for its first element; nothing large is allocated.
    private static IEnumerable<RulingReason> Judge(
        string name, OnnxModel model, Dictionary<string, TensorHeader> huge, Dictionary<string, TensorValue>? given = null, TensorHeader? accused = null)
    {
        Assert.True(JudgedModel.TryCreate(model, out JudgedModel? judged, out _));
        GraphNode node = judged.Nodes[0];
        Dictionary<string, (TensorEvidence Evidence, Digest Commitment)> opened = new(StringComparer.Ordinal);
        foreach (string input in node.Inputs.Where(static input => input.Length > 0).Distinct())
        {
            opened[input] = (given?.GetValueOrDefault(input) ?? model.Initializers.GetValueOrDefault(input)) is { } whole ? OpenAll(TensorCommitment.Of(whole)) : OpenFirst(huge[input]);
        }

        accused ??= Infer(judged, [.. node.Inputs.Select(input => input.Length > 0 && opened[input].Evidence.TryOpen(opened[input].Commitment, out OpenedTensor? tensor) ? tensor : null)]);
        (TensorEvidence evidence, Digest commitment) = OpenFirst(accused);
        AlteredRun tiny = new(Tiny(), NamedTensors.Of("x", TensorValue.Create([1f], 1)), new GenerationOptions(1), static (_, _, tensor) => tensor);
        TraceOutput[] outputs = [.. Enumerable.Range(0, node.Outputs.Length).Select(i => Output(judged.LayoutsOf(0, i), commitment))];
        TraceTree trace = new(2, [new TraceLeaf(0, [.. outputs]), new TraceLeaf(1, [new TraceOutput { RowMajor = default(Digest) }])]);
        NamedTensors fed = new(model.Inputs.Select(static input => KeyValuePair.Create(input.Name, TensorValue.Create([1f], 1))));
        DisputeScene scene = new(model, fed, tiny, trace: trace, outputs: new CommittedTensors([KeyValuePair.Create("size", default(Digest))]));
        WorkDescription work = scene.Claim.Work with { Inputs = new CommittedTensors(model.Inputs.Select(input => KeyValuePair.Create(input.Name, opened[input.Name].Commitment))) };
        DisputedClaim claim = scene.Sign(trace.Commitment, scene.Claim.Body.Outputs, work);
        ImmutableArray<InputEvidence> inputs = [.. node.Inputs.Select((input, i) => (Input: input, Place: i)).Where(static pair => pair.Input.Length > 0).Select(pair => new InputEvidence(pair.Place, null, opened[pair.Input].Evidence))];
        foreach (Accusation accusation in new[] { Accusation.OfSignature(trace.Open(0), 0, new TensorEvidence(accused, evidence.Root, []), inputs), Accusation.OfElement(trace.Open(0), 0, 0, evidence, inputs) })
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            RefereeRuling ruling = scene.Referee.Judge(claim, trace.Commitment, accusation);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < 40 << 20, $"{name}: {allocated} bytes");
            yield return ruling.Reason;
        }
    }

    // The header that the definition gives to the first output, or some header where that depends on elements.
    private static TensorHeader Infer(JudgedModel judged, OpenedTensor?[] inputs)
    {
        TensorSignature[] signatures = new TensorSignature[judged.Nodes[0].Outputs.Length];
        TensorHeader other = new(ElementType.Float32, new TensorShape(1, 1));
        try
        {
            return judged.OperatorOf(0).TryInfer(new EvidenceInputs([.. inputs], 1000, 1000), signatures, out _) ? new TensorHeader(signatures[0].Type, signatures[0].Shape) : other;
        }
        catch (EvidenceException)
        {
            return other;
        }
    }

    private static (TensorEvidence Evidence, Digest Commitment) OpenAll(TensorCommitment whole) =>
        (TensorEvidence.Of(whole, Enumerable.Range(0, (int)whole.Header.ChunkCount).Select(static chunk => (long)chunk)), whole.Digest);

    private static TraceOutput Output(ImmutableArray<TensorLayout> layouts, Digest commitment) => new()
    {
        RowMajor = layouts.Contains(TensorLayout.RowMajor) ? commitment : null,
        ByColumn = layouts.Contains(TensorLayout.ByColumn) ? commitment : null,
        ChannelsLast = layouts.Contains(TensorLayout.ChannelsLast) ? commitment : null,
    };

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
