using Google.Protobuf;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Tests.Graph;
using Verifiable.Inference.Onnx.Tests.Wire;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Format;

public sealed class ModelRefusalTests
{
    // Each case: what is done to the classifier (conv, relu, flat, fc, probabilities), the reason, the graph node named (-1: none), a part of the message.
    private static readonly Dictionary<string, (Action<ModelProto> Change, ModelRefusalReason Reason, int Node, string Message)> _cases = new()
    {
        ["initialiser named as an inner value"] = (model => model.Graph.Initializer[0].Name = "y\0MeanVarianceNormalization.c0", ModelRefusalReason.Malformed, -1, "U+0000"),
        ["output named as an inner value"] = (model => model.Graph.Node[0].Output[0] = "y\0LayerNormalization.0.0", ModelRefusalReason.Malformed, -1, "U+0000"),
        ["no graph"] = (model => model.Graph = null, ModelRefusalReason.Malformed, -1, "a graph"),
        ["version zero"] = (model => model.ClearIrVersion(), ModelRefusalReason.UnsupportedIrVersion, -1, "got 0"),
        ["version of the future"] = (model => model.IrVersion = 99, ModelRefusalReason.UnsupportedIrVersion, -1, "got 99"),
        ["no operator set"] = (model => model.OpsetImport.Clear(), ModelRefusalReason.MissingOpset, 0, "domain ''"),
        ["foreign domain"] = (model => model.Graph.Node[2].Domain = "com.example", ModelRefusalReason.MissingOpset, 2, "com.example"),
        ["operator set zero"] = (model => model.OpsetImport[0].Version = 0, ModelRefusalReason.MissingOpset, -1, "got 0"),
        ["huge operator set"] = (model => model.OpsetImport[0].Version = long.MaxValue, ModelRefusalReason.MissingOpset, -1, "got 9223372036854775807"),
        ["two operator sets"] = (model => model.OpsetImport.Add(new OperatorSetIdProto { Domain = "ai.onnx", Version = 9 }), ModelRefusalReason.MissingOpset, -1, "13 and 9"),
        ["functions"] = (model => model.Functions.Add(ByteString.Empty), ModelRefusalReason.FunctionUnsupported, -1, "functions"),
        ["initialiser named as expansions name theirs"] = (model => Weight(model).Name = "y\0Softmax.c0", ModelRefusalReason.Malformed, -1, "U+0000"),
        ["output named as expansions name theirs"] = (model => model.Graph.Node[1].Output[0] = "y\0Softmax.0.0", ModelRefusalReason.Malformed, -1, "U+0000"),
        ["overload"] = (model => model.Graph.Node[1].Overload = "fast", ModelRefusalReason.FunctionUnsupported, 1, "fast"),
        ["attribute of a function"] = (model => model.Graph.Node[4].Attribute[0].RefAttrName = "axis", ModelRefusalReason.FunctionUnsupported, 4, "axis"),
        ["sparse initialiser"] = (model => model.Graph.SparseInitializer.Add(ByteString.Empty), ModelRefusalReason.SparseUnsupported, -1, "sparse"),
        ["sparse attribute"] = (model => Attribute(model, 11).SparseTensor = ByteString.Empty, ModelRefusalReason.SparseUnsupported, 4, "axis"),
        ["body attribute without a graph"] = (model => Attribute(model, 5), ModelRefusalReason.BadAttribute, 4, "graph"),
        ["body that reads what is nowhere"] = (model => Attribute(model, 5).G = Body("nowhere", "inner"), ModelRefusalReason.UndefinedValue, 4, "nowhere"),
        ["body that reads what stands later"] = (model => Attribute(model, 5).G = Body("y", "inner"), ModelRefusalReason.NotTopological, 4, "'y'"),
        ["body that defines a name again"] = (model => Attribute(model, 5).G = Body("h1", "h2"), ModelRefusalReason.DuplicateName, 4, "h2"),
        ["bodies too deep"] = (model => Attribute(model, 5).G = Nested(17), ModelRefusalReason.TooLarge, -1, "MaxBodyDepth"),
        ["sparse initialiser of a body"] = (model => (Attribute(model, 5).G = Body("h1", "inner")).SparseInitializer.Add(ByteString.Empty), ModelRefusalReason.SparseUnsupported, 4, "sparse"),
        ["initialiser of a body's input"] = (model => (Attribute(model, 5).G = Fed()).Initializer.Add(new TensorProto { Name = "fed", DataType = 1, Dims = { 1L }, FloatData = { 1f } }), ModelRefusalReason.DuplicateName, 4, "fed"),
        ["subgraphs"] = (model => Attribute(model, 10).Graphs.Add(ByteString.Empty), ModelRefusalReason.SubgraphUnsupported, 4, "axis"),
        ["list of tensors"] = (model => Attribute(model, 9).Tensors.Add(ByteString.Empty), ModelRefusalReason.UnsupportedAttribute, 4, "type 9"),
        ["type attribute"] = (model => Attribute(model, 13).Tp = ByteString.Empty, ModelRefusalReason.UnsupportedAttribute, 4, "type 13"),
        ["attribute of unknown type"] = (model => Attribute(model, 77), ModelRefusalReason.UnsupportedAttribute, 4, "type 77"),
        ["attribute without a value"] = (model => Attribute(model, 0), ModelRefusalReason.BadAttribute, 4, "axis"),
        ["attribute with two values"] = (model => model.Graph.Node[4].Attribute[0].F = 1, ModelRefusalReason.BadAttribute, 4, "[1, 2]"),
        ["tensor attribute without a tensor"] = (model => Attribute(model, 4), ModelRefusalReason.BadAttribute, 4, "tensor"),
        ["attribute without a name"] = (model => model.Graph.Node[4].Attribute[0].Name = string.Empty, ModelRefusalReason.BadAttribute, 4, "name"),
        ["attribute stated twice"] = (model => model.Graph.Node[4].Attribute.Add(model.Graph.Node[4].Attribute[0]), ModelRefusalReason.DuplicateName, 4, "axis"),
        ["NaN attribute"] = (model => Attribute(model, 1).F = BitConverter.UInt32BitsToSingle(0xFFC0_0000), ModelRefusalReason.NonCanonicalNaN, 4, "axis"),
        ["huge tensor attribute"] = (model => Attribute(model, 4).T = Tensor(1, [1_000_000_000, 1_000_000_000]), ModelRefusalReason.TooLarge, 4, "1000000000"),
        ["huge constant"] = (model => model.Graph.Node.Insert(1, Constant(Tensor(1, [1_000_000_000, 1_000_000_000]))), ModelRefusalReason.TooLarge, 1, "Float32"),
        ["constant of nothing"] = (model => model.Graph.Node.Insert(1, Constant(null)), ModelRefusalReason.BadAttribute, 1, "[]"),
        ["constant of text"] = (
            model => model.Graph.Node.Insert(1, Constant(null, new AttributeProto { Name = "value_string", Type = 3, S = ByteString.Empty })), ModelRefusalReason.UnsupportedType, 1, "text"),
        ["constant of the wrong kind"] = (
            model => model.Graph.Node.Insert(1, Constant(null, new AttributeProto { Name = "value_float", Type = 2, I = 1 })), ModelRefusalReason.BadAttribute, 1, "value_float"),
        ["constant with an input"] = (
            model =>
            {
                model.Graph.Node.Insert(1, Constant(Tensor(1, [0])));
                model.Graph.Node[1].Input.Add("x");
            },
            ModelRefusalReason.Malformed,
            1,
            "no inputs"),
        ["overflowing dimensions"] = (model => Weight(model).Dims.Add(long.MaxValue), ModelRefusalReason.BadShape, -1, "fc_w"),
        ["negative dimension"] = (model => Weight(model).Dims[0] = -32, ModelRefusalReason.BadShape, -1, "-32"),
        ["seventeen dimensions"] = (model => Weight(model).Dims.Add(Enumerable.Repeat(1L, 15)), ModelRefusalReason.BadShape, -1, "16"),
        ["bytes missing"] = (model => Weight(model).Dims[0] = 33, ModelRefusalReason.BadTensor, -1, "396 bytes"),
        ["no bytes at all"] = (model => Weight(model).ClearRawData(), ModelRefusalReason.BadTensor, -1, "96 elements"),
        ["raw and typed"] = (model => Weight(model).FloatData.Add(1), ModelRefusalReason.BadTensor, -1, "both"),
        ["too few typed elements"] = (model => Typed(model).FloatData.RemoveAt(0), ModelRefusalReason.BadTensor, -1, "got 95"),
        ["typed elements of another type"] = (model => Typed(model).Int64Data.Add(1), ModelRefusalReason.BadTensor, -1, "another type"),
        ["typed element out of range"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 3, Dims = { 1 }, Int32Data = { 128 } }), ModelRefusalReason.BadTensor, -1, "range of Int8"),
        ["Boolean of two"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 9, Dims = { 1 }, RawData = ByteString.CopyFrom(2) }), ModelRefusalReason.BadTensor, -1, "Booleans"),
        ["typed Boolean of two"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 9, Dims = { 1 }, Int32Data = { 2 } }), ModelRefusalReason.BadTensor, -1, "Boolean"),
        ["text tensor"] = (model => Weight(model).DataType = 8, ModelRefusalReason.UnsupportedType, -1, "data type 8"),
        ["complex tensor"] = (model => Weight(model).DataType = 14, ModelRefusalReason.UnsupportedType, -1, "data type 14"),
        ["type that wraps to a known one"] = (model => Weight(model).DataType = 257, ModelRefusalReason.UnsupportedType, -1, "data type 257"),
        ["segment"] = (model => Weight(model).Segment = ByteString.Empty, ModelRefusalReason.BadTensor, -1, "segment"),
        ["unknown location"] = (model => Weight(model).DataLocation = 2, ModelRefusalReason.Malformed, -1, "got 2"),
        ["external data without a folder"] = (model => Restatement.ToExternal(Weight(model), "w.bin", new MemoryStream()), ModelRefusalReason.ExternalDataRefused, -1, "fc_w"),
        ["NaN weight"] = (model => Typed(model).FloatData[7] = BitConverter.UInt32BitsToSingle(0x7FC0_0001), ModelRefusalReason.NonCanonicalNaN, -1, "element 7"),
        ["half NaN weight"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 10, Dims = { 2 }, Int32Data = { 0x7E00, 0xFE00 } }), ModelRefusalReason.NonCanonicalNaN, -1, "element 1"),
        ["brain float NaN weight"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 16, Dims = { 2 }, Int32Data = { 0x7FC0, 0x7FC1 } }), ModelRefusalReason.NonCanonicalNaN, -1, "element 1"),
        ["double NaN weight"] = (
            model => model.Graph.Initializer.Add(new TensorProto { Name = "q", DataType = 11, Dims = { 1 }, DoubleData = { BitConverter.UInt64BitsToDouble(0xFFF8_0000_0000_0000) } }),
            ModelRefusalReason.NonCanonicalNaN,
            -1,
            "element 0"),
        ["initialiser without a name"] = (model => Weight(model).Name = string.Empty, ModelRefusalReason.Malformed, -1, "name"),
        ["initialiser stated twice"] = (model => model.Graph.Initializer.Add(Weight(model)), ModelRefusalReason.DuplicateName, -1, "fc_w"),
        ["input stated twice"] = (model => model.Graph.Input.Add(model.Graph.Input[0]), ModelRefusalReason.DuplicateName, -1, "'x'"),
        ["output stated twice"] = (model => model.Graph.Output.Add(model.Graph.Output[0]), ModelRefusalReason.DuplicateName, -1, "'y'"),
        ["value produced twice"] = (model => model.Graph.Node[2].Output[0] = "h1", ModelRefusalReason.DuplicateName, 2, "h1"),
        ["value produced twice by one node"] = (model => model.Graph.Node[2].Output.Add("h3"), ModelRefusalReason.DuplicateName, 2, "h3"),
        ["output named like an input"] = (model => model.Graph.Node[2].Output[0] = "x", ModelRefusalReason.DuplicateName, 2, "'x'"),
        ["output named like an initialiser"] = (model => model.Graph.Node[2].Output[0] = "fc_w", ModelRefusalReason.DuplicateName, 2, "fc_w"),
        ["missing initialiser"] = (model => model.Graph.Initializer.Remove(Weight(model)), ModelRefusalReason.UndefinedValue, 3, "fc_w"),
        ["output never produced"] = (model => model.Graph.Output[0].Name = "z", ModelRefusalReason.UndefinedValue, -1, "'z'"),
        ["needs itself"] = (model => model.Graph.Node[1].Input[0] = "h2", ModelRefusalReason.Cyclic, 1, "1 'relu'"),
        ["cycle of three"] = (model => model.Graph.Node[1].Input[0] = "h4", ModelRefusalReason.Cyclic, 1, "-> 1"),
        ["out of order"] = (
            model => (model.Graph.Node[1], model.Graph.Node[2]) = (model.Graph.Node[2].Clone(), model.Graph.Node[1].Clone()), ModelRefusalReason.NotTopological, 1, "sorting"),
        ["no graph nodes"] = (model => model.Graph.Node.Clear(), ModelRefusalReason.EmptyGraph, -1, "graph node"),
        ["no outputs"] = (model => model.Graph.Output.Clear(), ModelRefusalReason.EmptyGraph, -1, "graph output"),
        ["no operator"] = (model => model.Graph.Node[1].OpType = string.Empty, ModelRefusalReason.Malformed, 1, "operator"),
        ["node without outputs"] = (model => model.Graph.Node[4].Output[0] = string.Empty, ModelRefusalReason.Malformed, 4, "output"),
        ["input without a name"] = (model => model.Graph.Input[0].Name = string.Empty, ModelRefusalReason.Malformed, -1, "name"),
        ["input without a type"] = (model => model.Graph.Input[0].Type = null, ModelRefusalReason.UnsupportedType, -1, "'x'"),
        ["sequence input"] = (model => model.Graph.Input[0].Type.SequenceType = ByteString.Empty, ModelRefusalReason.UnsupportedType, -1, "a sequence"),
        ["text input"] = (model => model.Graph.Input[0].Type.TensorType.ElemType = 8, ModelRefusalReason.UnsupportedType, -1, "data type 8"),
        ["negative input dimension"] = (model => model.Graph.Input[0].Type.TensorType.Shape.Dim[2].DimValue = -1, ModelRefusalReason.BadShape, -1, "'x'"),
        ["seventeen input dimensions"] = (
            model => model.Graph.Input[0].Type.TensorType.Shape.Dim.Add(Enumerable.Range(0, 13).Select(_ => new TensorShapeProto.Types.Dimension { DimValue = 1 })),
            ModelRefusalReason.BadShape,
            -1,
            "got 17"),
        ["input that contradicts its initialiser"] = (
            model =>
            {
                model.Graph.Input[0].Name = "fc_b";
                model.Graph.Node[0].Input[0] = "fc_b";
            },
            ModelRefusalReason.BadShape,
            -1,
            "fc_b"),
    };

    public static TheoryData<string> Cases => [.. _cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_model_is_refused_with_reason_and_graph_node(string name)
    {
        (Action<ModelProto> change, ModelRefusalReason reason, int node, string message) = _cases[name];
        ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
        change(proto);
        Assert.False(OnnxModel.TryRead(proto.ToByteArray(), out OnnxModel? model, out ModelRefusal? refusal));
        Assert.Null(model);
        Assert.Equal(reason, refusal.Reason);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(node, refusal.Node?.Index ?? -1);
        if (refusal.Node is not null)
        {
            NodeProto expected = proto.Graph.Node[node];
            Assert.Equal((expected.Name, expected.Domain, expected.OpType), (refusal.Node.Name, refusal.Node.Domain, refusal.Node.OperatorType));
            Assert.Equal(reason == ModelRefusalReason.MissingOpset ? 0 : 13, refusal.Node.OpsetVersion);
            Assert.Contains($"graph node {node} '{expected.Name}'", refusal.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_limit_is_held()
    {
        byte[] bytes = SampleModels.Classifier().ToBytes();
        (OnnxReadOptions Enough, OnnxReadOptions TooFew, string Name)[] limits =
        [
            (new() { MaxFileBytes = bytes.Length }, new() { MaxFileBytes = bytes.Length - 1 }, nameof(OnnxReadOptions.MaxFileBytes)),
            (new() { MaxTensorBytes = 384 }, new() { MaxTensorBytes = 383 }, nameof(OnnxReadOptions.MaxTensorBytes)),
            (new() { MaxTotalTensorBytes = 492 }, new() { MaxTotalTensorBytes = 491 }, nameof(OnnxReadOptions.MaxTotalTensorBytes)),
            (new() { MaxNodes = 5 }, new() { MaxNodes = 4 }, nameof(OnnxReadOptions.MaxNodes)),
            (new() { MaxAttributes = 5 }, new() { MaxAttributes = 4 }, nameof(OnnxReadOptions.MaxAttributes)),
            (new() { MaxTensors = 5 }, new() { MaxTensors = 4 }, nameof(OnnxReadOptions.MaxTensors)),
            (new() { MaxNameBytes = 13 }, new() { MaxNameBytes = 12 }, nameof(OnnxReadOptions.MaxNameBytes)),
            (new() { MaxEntries = 1000 }, new() { MaxEntries = 10 }, nameof(OnnxReadOptions.MaxEntries)),
            (new() { MaxTexts = 1000 }, new() { MaxTexts = 10 }, nameof(OnnxReadOptions.MaxTexts)),
        ];
        foreach ((OnnxReadOptions enough, OnnxReadOptions tooFew, string name) in limits)
        {
            Assert.True(OnnxModel.TryRead(bytes, out _, out ModelRefusal? none, enough), $"{name}: {none}");
            Assert.False(OnnxModel.TryRead(bytes, out _, out ModelRefusal? refusal, tooFew));
            Assert.Equal(ModelRefusalReason.TooLarge, refusal.Reason);
            Assert.Contains(name, refusal.Message, StringComparison.Ordinal);
        }
    }

    // Three texts each: the limit of texts must not be the narrower one.
    [Fact]
    public void A_model_of_a_hundred_thousand_graph_nodes_is_read_back()
    {
        OnnxModelBuilder deep = new OnnxModelBuilder(13).Input("v0", ElementType.Float32, "N");
        for (int i = 0; i < 100_001; i++)
        {
            deep.Node("Relu", [$"v{i}"], [$"v{i + 1}"]);
        }

        OnnxModel model = deep.Output("v100001", ElementType.Float32, "N").Build();
        Assert.True(OnnxModel.TryRead(model.ToBytes(), out OnnxModel? read, out ModelRefusal? refusal), refusal?.ToString());
        Assert.Equal(model.Id, read.Id);
    }

    [Fact]
    public void A_huge_number_of_tiny_records_is_refused_before_it_is_parsed()
    {
        // Half a megabyte of graph nodes without content: 250 001 times two bytes, which would become objects of some hundred bytes each.
        byte[] nodes = [.. Enumerable.Repeat(new byte[] { 0x0A, 0x00 }, 250_001).SelectMany(bytes => bytes)];
        using MemoryStream stream = new();
        using (CodedOutputStream output = new(stream, leaveOpen: true))
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(nodes));
        }

        byte[] file = stream.ToArray();
        OnnxModel.TryRead(file, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(OnnxModel.TryRead(file, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.TooLarge, refusal.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16_384);
    }

    [Fact]
    public void A_tensor_that_claims_more_than_it_has_costs_no_memory()
    {
        ModelProto proto = Restatement.ProtoOf(SampleModels.Classifier());
        Weight(proto).ClearRawData();
        Weight(proto).Dims[0] = 500_000_000 / 3;
        byte[] file = proto.ToByteArray();
        OnnxModel.TryRead(file, out _, out _);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(OnnxModel.TryRead(file, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.BadTensor, refusal.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 65_536);
    }

    [Fact]
    public void Names_that_are_not_text_are_refused()
    {
        byte[] file = SampleModels.Classifier().ToBytes();
        file[file.AsSpan().IndexOf("conv_w"u8)] = 0xFF;
        Assert.False(OnnxModel.TryRead(file, out _, out ModelRefusal? refusal));
        Assert.Equal(ModelRefusalReason.Malformed, refusal.Reason);
    }

    [Fact]
    public void Bytes_that_are_no_model_are_refused()
    {
        byte[][] files = [[], [0], [7 << 3 | 2], [7 << 3 | 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], [8 << 3 | 3], "not a model"u8.ToArray(), [.. Enumerable.Repeat((byte)0xFF, 100)]];
        foreach (byte[] file in files)
        {
            Assert.False(OnnxModel.TryRead(file, out _, out ModelRefusal? refusal));
            Assert.Equal(ModelRefusalReason.Malformed, refusal.Reason);
        }
    }

    [Fact]
    public void A_user_is_told_by_an_exception_that_carries_the_refusal()
    {
        ModelRefusedException exception = Assert.Throws<ModelRefusedException>(() => OnnxModel.Load(Path.Combine(Path.GetTempPath(), "there is no such file.onnx")));
        Assert.Equal(ModelRefusalReason.Unreadable, exception.Refusal.Reason);
        Assert.Contains("there is no such file.onnx", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_that_make_no_sense_are_the_callers_mistake()
    {
        OnnxReadOptions options = new() { MaxNodes = 0, MaxFileBytes = long.MaxValue };
        ArgumentException exception = Assert.Throws<ArgumentException>(() => OnnxModel.TryRead(default, out _, out _, options));
        Assert.Contains("MaxNodes", exception.Message, StringComparison.Ordinal);
        Assert.Contains("MaxFileBytes", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_refusal_is_the_default_reason() => Assert.Equal(ModelRefusalReason.None, default);

    private static TensorProto Weight(ModelProto model) => model.Graph.Initializer.Single(tensor => tensor.Name == "fc_w");

    private static TensorProto Typed(ModelProto model)
    {
        Restatement.ToTyped(Weight(model));
        return Weight(model);
    }

    private static TensorProto Tensor(int type, long[] dims) => new() { DataType = type, Dims = { dims } };

    private static AttributeProto Attribute(ModelProto model, int type)
    {
        AttributeProto attribute = model.Graph.Node[4].Attribute[0];
        attribute.ClearI();
        attribute.Type = type;
        return attribute;
    }

    private static GraphProto Body(string from, string to)
    {
        GraphProto body = new();
        body.Node.Add(new NodeProto { OpType = "Relu", Input = { from }, Output = { to } });
        body.Output.Add(new ValueInfoProto { Name = to });
        return body;
    }

    private static GraphProto Nested(int levels)
    {
        GraphProto body = Body("h1", $"level{levels}");
        if (levels > 1)
        {
            body.Node[0].Attribute.Add(new AttributeProto { Name = "body", Type = 5, G = Nested(levels - 1) });
        }

        return body;
    }

    private static GraphProto Fed()
    {
        GraphProto body = new();
        body.Input.Add(new ValueInfoProto { Name = "fed" });
        return body;
    }

    private static NodeProto Constant(TensorProto? tensor, AttributeProto? attribute = null)
    {
        NodeProto node = new() { Name = "constant", OpType = "Constant", Output = { "c" } };
        attribute ??= tensor is null ? null : new AttributeProto { Name = "value", Type = 4, T = tensor };
        if (attribute is not null)
        {
            node.Attribute.Add(attribute);
        }

        return node;
    }
}
