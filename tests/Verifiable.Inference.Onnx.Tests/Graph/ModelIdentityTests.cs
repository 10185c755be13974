using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Format;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Graph;

public sealed class ModelIdentityTests
{
    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261120, 1);

    [Fact]
    public void Restating_a_model_keeps_its_identity() => ForRandomModels((model, random) =>
    {
        ModelProto proto = Restatement.ProtoOf(model);
        proto.ProducerName = "another";
        proto.IrVersion = 4 + random.Next(9);
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "unused", Version = 3 });
        foreach (NodeProto node in proto.Graph.Node)
        {
            node.Name = $"renamed {random.Next()}";
            node.Domain = node.Domain.Length == 0 ? "ai.onnx" : node.Domain;
        }

        foreach (TensorProto tensor in Restatement.Tensors(proto))
        {
            if (random.Next(2) == 0)
            {
                Restatement.ToTyped(tensor);
            }
        }

        return Read(WireRewriter.Rewrite(proto.ToByteArray(), random)).Id == model.Id;
    });

    [Fact]
    public void Reading_what_was_written_gives_the_same_model() => ForRandomModels((model, _) =>
    {
        OnnxModel again = Read(model.ToBytes());
        return again.Id == model.Id
            && again.Initializers.SequenceEqual(model.Initializers)
            && again.Nodes.Select(node => node.Label).SequenceEqual(model.Nodes.Select(node => node.Label))
            && again.Nodes.Zip(model.Nodes).All(pair => pair.First.Attributes.SequenceEqual(pair.Second.Attributes));
    });

    [Fact]
    public void One_flipped_bit_of_one_weight_gives_another_identity() => ForRandomModels((model, random) =>
    {
        ModelProto proto = Restatement.ProtoOf(model);
        TensorProto[] tensors = [.. Restatement.Tensors(proto).Where(tensor => tensor.RawData.Length != 0)];
        if (tensors.Length == 0)
        {
            return true;
        }

        TensorProto changed = tensors[random.Next(tensors.Length)];
        byte[] raw = changed.RawData.ToByteArray();
        raw[random.Next(raw.Length)] ^= (byte)(1 << (changed.DataType == (int)ElementType.Boolean ? 0 : random.Next(8)));
        changed.RawData = ByteString.CopyFrom(raw);

        // A flip may make a NaN, which is refused: that is no other model with this identity either.
        return !OnnxModel.TryRead(proto.ToByteArray(), out OnnxModel? other, out ModelRefusal? refusal) ? refusal.Reason == ModelRefusalReason.NonCanonicalNaN : other.Id != model.Id;
    });

    [Fact]
    public void Every_bit_of_a_small_models_weights_is_in_its_identity()
    {
        OnnxModel model = SampleModels.Classifier();
        HashSet<Digest> seen = [model.Id];
        foreach ((string name, TensorValue value) in model.Initializers)
        {
            for (int bit = 0; bit < 8 * value.Bytes.Length; bit += value.Bytes.Length > 100 ? 37 : 1)
            {
                ModelProto proto = Restatement.ProtoOf(model);
                TensorProto tensor = proto.Graph.Initializer.Single(candidate => candidate.Name == name);
                byte[] raw = tensor.RawData.ToByteArray();
                raw[bit / 8] ^= (byte)(1 << (bit % 8));
                tensor.RawData = ByteString.CopyFrom(raw);

                // Flipping the top bit of a float's exponent may make a NaN, which is refused.
                bool isRead = OnnxModel.TryRead(proto.ToByteArray(), out OnnxModel? other, out ModelRefusal? refusal);
                Assert.True(isRead ? seen.Add(other!.Id) : refusal!.Reason == ModelRefusalReason.NonCanonicalNaN, $"bit {bit} of {name}");
            }
        }
    }

    [Fact]
    public void Every_change_of_meaning_gives_another_identity()
    {
        (string What, Action<ModelProto> Change)[] changes =
        [
            ("operator set version", model => model.OpsetImport[0].Version++),
            ("operator", model => model.Graph.Node[1].OpType = "Tanh"),
            ("domain", model =>
            {
                model.Graph.Node[1].Domain = "custom";
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = "custom", Version = 13 });
            }),
            ("wiring", model => model.Graph.Node[3].Input[1] = "conv_b"),
            ("absent input", model => model.Graph.Node[3].Input[1] = string.Empty),
            ("one input less", model => model.Graph.Node[3].Input.RemoveAt(2)),
            ("input order", model => (model.Graph.Node[3].Input[1], model.Graph.Node[3].Input[2]) = (model.Graph.Node[3].Input[2], model.Graph.Node[3].Input[1])),
            ("further output", model => model.Graph.Node[1].Output.Add("unused")),
            ("attribute", model => model.Graph.Node[4].Attribute.Single().I = 0),
            ("attribute of another kind", model =>
            {
                model.Graph.Node[4].Attribute.Single().Type = (int)AttributeKind.Ints;
                model.Graph.Node[4].Attribute.Single().ClearI();
                model.Graph.Node[4].Attribute.Single().Ints.Add(1);
            }),
            ("attribute name", model => model.Graph.Node[4].Attribute.Single().Name = "axes"),
            ("attribute left to its default", model => model.Graph.Node[3].Attribute.RemoveAt(0)),
            ("last bit of a float attribute", model => model.Graph.Node[3].Attribute[0].F = MathF.BitIncrement(1f)),
            ("sign of a zero attribute", model => model.Graph.Node[3].Attribute[0].F = -0f),
            ("zero attribute", model => model.Graph.Node[3].Attribute[0].F = 0f),
            ("element order of an attribute", model => model.Graph.Node[0].Attribute.Single(attribute => attribute.Name == "pads").Ints[0] = 0),
            ("value name", model =>
            {
                model.Graph.Node[0].Output[0] = "renamed";
                model.Graph.Node[1].Input[0] = "renamed";
            }),
            ("weight name", model =>
            {
                model.Graph.Initializer.Single(tensor => tensor.Name == "fc_b").Name = "bias";
                model.Graph.Node[3].Input[2] = "bias";
            }),
            ("weight shape", model =>
            {
                model.Graph.Initializer.Single(tensor => tensor.Name == "fc_w").Dims[0] = 3;
                model.Graph.Initializer.Single(tensor => tensor.Name == "fc_w").Dims[1] = 32;
            }),
            ("weight type", model => model.Graph.Initializer.Single(tensor => tensor.Name == "fc_w").DataType = (int)ElementType.Int32),
            ("weight that nothing uses", model => model.Graph.Initializer.Add(new TensorProto { Name = "unused", DataType = 1, RawData = ByteString.CopyFrom(new byte[4]) })),
            ("input name", model =>
            {
                model.Graph.Input[0].Name = "image";
                model.Graph.Node[0].Input[0] = "image";
            }),
            ("input type", model => model.Graph.Input[0].Type.TensorType.ElemType = 10),
            ("dimension name", model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0].DimParam = "M"),
            ("dimension", model => model.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue = 5),
            ("open dimension", model => model.Graph.Input[0].Type.TensorType.Shape.Dim[0].ClearDimParam()),
            ("unknown rank", model => model.Graph.Output[0].Type.TensorType.Shape = null),
            ("further graph output", model => model.Graph.Output.Add(new ValueInfoProto { Name = "h4", Type = model.Graph.Output[0].Type })),
            ("order of independent nodes", model =>
            {
                model.Graph.Node.Insert(0, new NodeProto { OpType = "Neg", Input = { "x" }, Output = { "side" } });
            }),
            ("the other order of independent nodes", model =>
            {
                model.Graph.Node.Insert(1, new NodeProto { OpType = "Neg", Input = { "x" }, Output = { "side" } });
            }),
        ];
        Dictionary<Digest, string> seen = new() { [SampleModels.Classifier().Id] = "no change" };
        foreach ((string what, Action<ModelProto> change) in changes)
        {
            ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
            change(proto);
            Digest id = Read(proto.ToByteArray()).Id;
            Assert.False(seen.TryGetValue(id, out string? other), $"{what} has the identity of {other}");
            seen.Add(id, what);
        }
    }

    [Fact]
    public void A_constant_node_and_an_initialiser_are_one_model()
    {
        OnnxModel model = SampleModels.Classifier();
        ModelProto proto = Restatement.ProtoOf(model);
        TensorProto tensor = proto.Graph.Initializer.Single(candidate => candidate.Name == "fc_w");
        proto.Graph.Initializer.Remove(tensor);
        NodeProto constant = new() { OpType = "Constant", Output = { "fc_w" } };
        constant.Attribute.Add(new AttributeProto { Name = "value", Type = (int)AttributeKind.Tensor, T = tensor });
        proto.Graph.Node.Insert(1, constant);
        OnnxModel other = Read(proto.ToByteArray());
        Assert.Equal(model.Id, other.Id);
        Assert.Equal([0, 2, 3, 4, 5], other.Nodes.Select(node => node.FileIndex));
        Assert.Equal([0, 1, 2, 3, 4], other.Nodes.Select(node => node.Index));
    }

    [Fact]
    public void An_initialiser_that_is_also_a_graph_input_is_a_constant()
    {
        OnnxModel model = SampleModels.Classifier();
        ModelProto proto = Restatement.ProtoOf(model);
        ValueInfoProto input = new() { Name = "fc_b", Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1 } } };
        proto.Graph.Input.Add(input);
        OnnxModel other = Read(proto.ToByteArray());
        Assert.Equal("x", Assert.Single(other.Inputs).Name);
        Assert.Equal(model.Id, other.Id);
    }

    // The table of docs/reference/traces.md, section 2, line by line: identities depend on it, so it is written down here again.
    [Theory]
    [InlineData("", "MatMul", 1, TensorLayout.ByColumn)]
    [InlineData("", "MatMul", 0, TensorLayout.RowMajor)]
    [InlineData("", "MatMulInteger", 1, TensorLayout.ByColumn)]
    [InlineData("", "MatMulInteger", 0, TensorLayout.RowMajor)]
    [InlineData("", "QLinearMatMul", 3, TensorLayout.ByColumn)]
    [InlineData("", "QLinearMatMul", 0, TensorLayout.RowMajor)]
    [InlineData("com.microsoft", "Attention", 1, TensorLayout.ByColumn)]
    [InlineData("", "Attention", 1, TensorLayout.RowMajor)]
    [InlineData("com.microsoft", "MatMul", 1, TensorLayout.RowMajor)]
    [InlineData("", "Gemm", 0, TensorLayout.RowMajor)]
    [InlineData("", "Gemm", 0, TensorLayout.ByColumn, "transA")]
    [InlineData("", "Gemm", 1, TensorLayout.ByColumn)]
    [InlineData("", "Gemm", 1, TensorLayout.RowMajor, "transB")]
    [InlineData("com.microsoft", "FusedMatMul", 0, TensorLayout.RowMajor)]
    [InlineData("com.microsoft", "FusedMatMul", 0, TensorLayout.ByColumn, "transA")]
    [InlineData("com.microsoft", "FusedMatMul", 1, TensorLayout.ByColumn)]
    [InlineData("com.microsoft", "FusedMatMul", 1, TensorLayout.RowMajor, "transB")]
    [InlineData("", "Conv", 0, TensorLayout.ChannelsLast)]
    [InlineData("", "Conv", 1, TensorLayout.RowMajor)]
    [InlineData("", "ConvInteger", 0, TensorLayout.ChannelsLast)]
    [InlineData("", "ConvTranspose", 0, TensorLayout.ChannelsLast)]
    [InlineData("", "QLinearConv", 0, TensorLayout.ChannelsLast)]
    [InlineData("com.microsoft", "FusedConv", 0, TensorLayout.ChannelsLast)]
    public void Operands_have_the_layouts_of_the_table(string domain, string name, int input, TensorLayout layout, string? set = null)
    {
        (string, AttributeValue)[] attributes = set is null ? [] : [(set, AttributeValue.Of(1L))];
        GraphNode node = new OnnxModelBuilder().Opset("com.microsoft", 1).Input("x", ElementType.Float32, 1, 1).Output("y", ElementType.Float32, 1, 1)
            .Node(domain, name, string.Empty, ["x", "x", "x", "x"], ["y"], attributes).Build().Nodes[0];
        Assert.Equal(layout, OperandLayouts.Of(node, input));
    }

    // A composite operator's weights, as its expansion reads them.
    [Fact]
    public void Layout_follows_use_in_expansions_too()
    {
        OnnxModel model = new OnnxModelBuilder().Opset("com.microsoft", 1)
            .Input("x", ElementType.Float32, 1, 2, 4)
            .Output("y", ElementType.Float32, 1, 2, 4)
            .Output("z", ElementType.Float32, 1, 2, 4)
            .Initializer("attention", SampleModels.Ramp(4, 12))
            .Initializer("left", SampleModels.Ramp(4, 4))
            .Initializer("right", SampleModels.Ramp(4, 4))
            .Node("com.microsoft", "Attention", string.Empty, ["x", "attention"], ["y"], ("num_heads", AttributeValue.Of(2L)))
            .Node("Gemm", ["left", "right"], ["g"], ("transA", AttributeValue.Of(1L)), ("transB", AttributeValue.Of(1L)))
            .Node("com.microsoft", "FusedMatMul", string.Empty, ["x", "g"], ["a"])
            .Node("com.microsoft", "FusedMatMul", string.Empty, ["a", "right"], ["z"])
            .Build();
        Assert.Equal(
            [("attention", TensorLayout.ByColumn), ("left", TensorLayout.ByColumn), ("right", TensorLayout.RowMajor), ("right", TensorLayout.ByColumn)],
            model.Identity.Weights.Select(weight => (weight.Name, weight.Layout)));
    }

    [Fact]
    public void Layout_follows_use()
    {
        OnnxModel model = new OnnxModelBuilder()
            .Input("x", ElementType.Float32, 2, 2)
            .Output("y", ElementType.Float32, 2, 2)
            .Initializer("both", SampleModels.Ramp(2, 2))
            .Initializer("gemm", SampleModels.Ramp(2, 2))
            .Initializer("transposed", SampleModels.Ramp(2, 2))
            .Initializer("unused", SampleModels.Ramp(2, 2))
            .Node("MatMul", ["both", "x"], ["a"])
            .Node("MatMul", ["a", "both"], ["b"])
            .Node("Gemm", ["b", "gemm"], ["c"])
            .Node("Gemm", ["c", "transposed"], ["y"], ("transB", AttributeValue.Of(1L)))
            .Build();
        Assert.Equal(
            [
                ("both", TensorLayout.RowMajor), ("both", TensorLayout.ByColumn), ("gemm", TensorLayout.ByColumn), ("transposed", TensorLayout.RowMajor),
                ("unused", TensorLayout.RowMajor),
            ],
            model.Identity.Weights.Select(weight => (weight.Name, weight.Layout)));
    }

    [Fact]
    public void Nodes_and_weights_can_be_proven_to_belong_to_the_model()
    {
        ModelIdentity identity = SampleModels.Classifier().Identity;
        Assert.True(identity.ProveNode(3).Verifies(identity.NodesRoot, identity.GetNodeLeaf(3).Span));
        Assert.False(identity.ProveNode(3).Verifies(identity.NodesRoot, identity.GetNodeLeaf(2).Span));
        Assert.True(identity.ProveWeight("fc_w").Verifies(identity.WeightsRoot, identity.GetWeightLeaf("fc_w").Span));
        Assert.False(identity.ProveWeight("fc_w").Verifies(identity.NodesRoot, identity.GetWeightLeaf("fc_w").Span));
    }

    // Built by hand from docs/reference/model-identity.md with nothing of the library but SHA-256 and the roots' definition.
    [Fact]
    public void The_identity_of_a_one_node_model_is_the_documented_bytes()
    {
        OnnxModel model = new OnnxModelBuilder(13)
            .Input("x", ElementType.Float32, "N", 2)
            .Output("y", ElementType.Float32, "N", 2)
            .Node(string.Empty, "Softmax", "a label", ["x"], ["y"], ("axis", AttributeValue.Of(-1L)))
            .Build();
        byte[] leaf = [.. Domain("vinf/model-node/v1"), .. Text(""), .. Text("Softmax"), .. U32(1), .. Text("x"), .. U32(1), .. Text("y"), .. U32(1), .. Text("axis"), 2, .. U64(-1)];
        byte[] nodesRoot = Sha([2, .. U64(1), .. Sha([0, .. U64(0), .. U32(leaf.Length), .. leaf])]);
        byte[] weightsRoot = Sha([2, .. U64(0)]);
        byte[] interfaceOf(string name) => [.. U32(1), .. Text(name), 1, 1, 2, 0, .. Text("N"), 1, .. U64(2)];
        byte[] bytes = [.. Domain("vinf/model/v1"), .. U32(1), .. Text(""), .. U32(13), .. interfaceOf("x"), .. interfaceOf("y"), .. nodesRoot, .. weightsRoot];
        Assert.Equal(Convert.ToHexStringLower(Sha(bytes)), model.Id.ToString());
        Assert.Equal("14153288b6d8bfd39231122d769d1bcd6dc15ccc27ec42598b14dffc8e066b77", model.Id.ToString());
    }

    private static byte[] Sha(byte[] bytes) => System.Security.Cryptography.SHA256.HashData(bytes);

    private static byte[] Domain(string label) => [(byte)label.Length, .. System.Text.Encoding.ASCII.GetBytes(label)];

    private static byte[] Text(string text) => [.. U32(text.Length), .. System.Text.Encoding.UTF8.GetBytes(text)];

    private static byte[] U32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] U64(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static void ForRandomModels(Func<OnnxModel, Random, bool> law) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
    {
        Random random = new(seed);
        return law(SampleModels.Random(random), random);
    }).Check(_config);

    private static OnnxModel Read(byte[] bytes)
    {
        Assert.True(OnnxModel.TryRead(bytes, out OnnxModel? model, out ModelRefusal? refusal), refusal?.ToString());
        return model!;
    }
}
