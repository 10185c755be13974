using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Onnx.Engines;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Engines;

/// <summary>What the inputs and the models of strangers may cost: no loop without end, no list that nothing bounds, no memory that stays beyond the limits.</summary>
public sealed class StrangerCostTests
{
    private static readonly GenerationOptions _options = new(1);

    private static TensorValue F(float[] values, params long[] shape) => TensorValue.Create(values, shape);

    private static TensorValue Zeros(params long[] lengths) => F(new float[new TensorShape(lengths).ElementCount], lengths);

    private static BoundOperator Bind(string name, int inputs, int opset = 17, params (string, AttributeValue)[] attributes)
    {
        OnnxModelBuilder builder = new(opset);
        string[] names = [.. Enumerable.Range(0, inputs).Select(i => $"x{i}")];
        foreach (string input in names)
        {
            builder.Input(input, ElementType.Float32);
        }

        OnnxModel model = builder.Node(name, names, ["y"], attributes).Output("y", ElementType.Float32).Build();
        Assert.True(OperatorCatalog.TryBind(model.Nodes[0], null, out BoundOperator? bound, out var refusal), $"{refusal}");
        return bound;
    }

    // A bin of more than 2^24 samples on one axis: binary32 does not count that far in steps of one.
    [Theory]
    [InlineData(0f, 0f, 1f, 4e7f)]
    [InlineData(0f, 0f, 0f, 1e30f)]
    [InlineData(0f, 0f, 4e7f, 1f)]
    public async Task A_box_of_more_samples_than_binary32_counts_fails_the_run_and_has_no_element(float left, float top, float right, float bottom)
    {
        TensorValue[] inputs = [Zeros(1, 1, 4, 4), F([left, top, right, bottom], 1, 4), TensorValue.Create([0L], 1)];
        OnnxModel model = new OnnxModelBuilder(16).Input("x", ElementType.Float32, 1, 1, 4, 4).Input("boxes", ElementType.Float32, 1, 4).Input("images", ElementType.Int64, 1)
            .Node("RoiAlign", ["x", "boxes", "images"], ["y"]).Output("y", ElementType.Float32, 1, 1, 1, 1).Build();
        NamedTensors named = new([new("x", inputs[0]), new("boxes", inputs[1]), new("images", inputs[2])]);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await new CanonicalEngine(model).RunAsync(named, _options));
        Assert.Equal(0UL, Bind("RoiAlign", 3, 16).Element(new OperatorContext(), new TensorInputs(inputs), 0, 0));
    }

    [Fact]
    public void A_bin_of_many_samples_can_be_stopped_and_is_no_work_for_a_referee()
    {
        TensorValue[] inputs = [Zeros(1, 1, 4, 4), F([0f, 0f, 30000f, 30000f], 1, 4), TensorValue.Create([0L], 1)];
        BoundOperator bound = Bind("RoiAlign", 3, 16);
        Assert.ThrowsAny<OperationCanceledException>(() => bound.Element(new OperatorContext(0, 1, new CancellationToken(true)), new TensorInputs(inputs), 0, 0));
        Assert.Throws<RoomException>(() => bound.Element(new OperatorContext(), new LimitedInputs(inputs), 0, 0));
    }

    [Theory]
    [InlineData("asymmetric", 1L << 30)]
    [InlineData("asymmetric", 1L << 33)]
    [InlineData("align_corners", 1L << 30)]
    [InlineData("align_corners", (1L << 33) + 1)]
    [InlineData("half_pixel", 1L << 33)]
    [InlineData("tf_crop_and_resize", 1L << 33)]
    public void Axes_without_elements_are_not_counted(string coordinates, long length)
    {
        BoundOperator bound = Bind("Resize", 4, 13, ("mode", AttributeValue.Of("linear")), ("coordinate_transformation_mode", AttributeValue.Of(coordinates)));
        var inputs = new TensorInputs([Zeros(0, length), F([0f, 0f, 1f, 1f], 4), Zeros(0), TensorValue.Create([0L, length], 2)]);
        var outputs = new TensorSignature[1];
        Assert.True(bound.TryInfer(inputs, outputs, out string? fault), fault);
        Assert.Equal(new TensorShape(0, length), outputs[0].Shape);
    }

    [Fact]
    public void Whether_an_axis_stays_as_it_is_is_what_its_coordinates_say()
    {
        string[] modes = ["half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric", "tf_half_pixel_for_nn", "tf_crop_and_resize"];
        foreach (string mode in modes)
        {
            ResizeAttributes attributes = Attributes(mode);
            foreach (long length in new long[] { 1, 2, 3, 7, 1000, 4097, 100_003 })
            {
                foreach (float scale in new[] { 1f, MathF.BitDecrement(1f), MathF.BitIncrement(1f), 1.25f })
                {
                    var axis = new ResizeAxis(length, length, scale, length * scale, 0f, 1f);
                    bool isSame = true;
                    for (int i = 0; i < length; i++)
                    {
                        isSame &= axis.Coordinate(attributes, i) == i;
                    }

                    Assert.Equal(isSame, axis.IsSame(attributes));
                }
            }
        }

        Assert.True(new ResizeAxis(1L << 40, 1L << 40, 1f, 1L << 40, 0f, 1f).IsSame(Attributes("asymmetric")));
        Assert.False(new ResizeAxis((1L << 33) + 1, (1L << 33) + 1, 1f, 1L << 33, 0f, 1f).IsSame(Attributes("align_corners")));
    }

    private static ResizeAttributes Attributes(string mode)
    {
        OnnxModel model = new OnnxModelBuilder(19).Input("x", ElementType.Float32, 1).Node("Resize", ["x"], ["y"], ("mode", AttributeValue.Of("linear")), ("coordinate_transformation_mode", AttributeValue.Of(mode)))
            .Output("y", ElementType.Float32).Build();
        return ResizeAttributes.OfResize(new NodeBinder(model.Nodes[0], null, new PackedMatrices(0), default, new TensorValue?[1]));
    }

    [Fact]
    public void Shapes_that_are_numbers_of_chosen_elements_are_counted_and_not_listed()
    {
        // 2^20 chosen boxes, and as many true conditions of slices without elements: a list of either would take four MiB and more.
        float[] scores = new float[1 << 20];
        scores.AsSpan().Fill(0.5f);
        bool[] conditions = new bool[1 << 20];
        conditions.AsSpan().Fill(true);
        (BoundOperator, TensorValue[], long)[] cases =
        [
            (Bind("NonMaxSuppression", 4), [Zeros(1, 8, 4), F(scores, 1, 1 << 17, 8), TensorValue.Create([8L], []), F([1f], [])], 1 << 20),
            (Bind("Compress", 2, 17, ("axis", AttributeValue.Of(0))), [Zeros(1 << 20, 0), TensorValue.Create(conditions, 1 << 20)], 1 << 20),
        ];
        foreach ((BoundOperator bound, TensorValue[] inputs, long count) in cases)
        {
            var outputs = new TensorSignature[1];
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(bound.TryInfer(new TensorInputs(inputs), outputs, out string? fault), fault);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
            Assert.Equal(count, outputs[0].Shape[0]);
        }
    }

    [Fact]
    public void Counting_and_planning_can_be_stopped()
    {
        var stopped = new CancellationToken(true);
        foreach ((BoundOperator bound, TensorValue[] inputs) in new (BoundOperator, TensorValue[])[]
        {
            (Bind("NonZero", 1), [Zeros(9000)]), (Bind("Compress", 2), [Zeros(9000), TensorValue.Create(new bool[9000], 9000)]),
        })
        {
            Assert.ThrowsAny<OperationCanceledException>(() => bound.TryInfer(new TensorInputs(inputs) { CancellationToken = stopped }, new TensorSignature[1], out _));
        }

        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2).Node("Neg", ["x"], ["y"]).Output("y", ElementType.Float32, 2).Build();
        Assert.ThrowsAny<OperationCanceledException>(() => new CanonicalEngine(model).PlanShapes(NamedTensors.Of("x", Zeros(2)), stopped));
    }

    // What a definition takes must follow from what it may read, and not from a shape that somebody claims.
    [Fact]
    public void A_definition_asks_for_room_before_it_takes_time_or_memory_by_a_claimed_shape()
    {
        TensorSignature Of(params long[] shape) => new(ElementType.Float32, new TensorShape(shape));
        AttributeValue kernel = AttributeValue.Of([30000L, 30000L]);
        (BoundOperator Bound, OperatorInputs Inputs)[] cases =
        [
            (Bind("TopK", 1, 9, ("k", AttributeValue.Of(1))), new LimitedInputs([Of(1, 1 << 28)])),
            (Bind("AveragePool", 1, 17, ("kernel_shape", kernel)), new LimitedInputs([Of(1, 1, 30000, 30000)])),
            (Bind("MaxPool", 1, 17, ("kernel_shape", kernel)), new LimitedInputs([Of(1, 1, 30000, 30000)])),
            (Bind("LpPool", 1, 17, ("kernel_shape", kernel)), new LimitedInputs([Of(1, 1, 30000, 30000)])),
            (Bind("ConvTranspose", 2, 17, ("strides", AttributeValue.Of([46341L, 46341L]))), new LimitedInputs([Of(1, 1 << 19, 1, 1), Of(1 << 19, 1, 46340, 46340)])),
        ];
        foreach ((BoundOperator bound, OperatorInputs inputs) in cases)
        {
            Assert.True(bound.TryInfer(inputs, new TensorSignature[1], out string? fault), fault);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<RoomException>(() => bound.Element(new OperatorContext(), inputs, 0, 0));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void Attributes_that_are_bodies_cost_what_they_are()
    {
        GraphBody body = new OnnxModelBuilder(13).Initializer("one", Zeros(1)).Output("one").BuildBody();
        AttributeValue value = AttributeValue.Of(body);
        ImmutableSortedDictionary<string, AttributeValue> attributes = Enumerable.Range(0, 20_000).ToImmutableSortedDictionary(i => $"b{i}", _ => value, StringComparer.Ordinal);
        long before = GC.GetAllocatedBytesForCurrentThread();
        GraphNode node = new(0, 0, string.Empty, string.Empty, "Relu", 13, ["x"], ["y"], attributes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
        Assert.Equal(20_000, node.Bodies.Length);
    }

    [Fact]
    public async Task An_observer_of_one_graph_node_that_is_not_there_does_not_stand_for_all()
    {
        OnnxModel model = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 2, 2).Initializer("w", Zeros(2, 2)).Node("MatMul", ["x", "w"], ["a"]).Node("Relu", ["a"], ["b"]).Node("Neg", ["b"], ["y"])
            .Output("y", ElementType.Float32, 2, 2).Build();
        NamedTensors inputs = NamedTensors.Of("x", Zeros(2, 2));
        CanonicalEngine engine = new(model);
        TraceRecorder first = new(engine);
        await engine.RunTracedAsync(inputs, _options, first);
        CanonicalEngine other = new(model);
        await other.RunTracedAsync(inputs, _options, new Nobody());
        TraceRecorder second = new(other);
        await other.RunTracedAsync(inputs, _options, second);
        Assert.Equal(first.ToTree().Commitment, second.ToTree().Commitment);
    }

    [Fact]
    public void Many_bodies_of_one_graph_node_are_not_copied_for_each_of_them()
    {
        const int Bodies = 30_000;
        GraphBody body = new OnnxModelBuilder(13).Initializer("c", TensorValue.Create([1f], 1)).Output("c").BuildBody();
        (string, AttributeValue)[] attributes = [.. Enumerable.Range(0, Bodies).Select(i => ($"a{i}", AttributeValue.Of(body)))];
        OnnxModelBuilder builder = new OnnxModelBuilder(13).Input("x", ElementType.Float32, 1).Node("Identity", ["x"], ["y"], attributes).Output("y", ElementType.Float32, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = builder.TryBuild(out _, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4000L * Bodies);
    }

    private sealed class RoomException : Exception;

    private sealed class Nobody : INodeObserver
    {
        public IReadOnlySet<int>? Watched { get; } = new HashSet<int> { -1 };

        public void OnComputed(GraphNode node, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorValue?> outputs)
        {
        }
    }

    /// <summary>Inputs of which only shapes are known beyond a few elements, and no more room than 2^20.</summary>
    private sealed class LimitedInputs : OperatorInputs
    {
        private readonly TensorSignature[] _signatures;
        private readonly TensorValue[] _values;

        internal LimitedInputs(TensorSignature[] signatures)
        {
            (_signatures, _values) = (signatures, []);
        }

        internal LimitedInputs(TensorValue[] values)
        {
            (_signatures, _values) = ([.. values.Select(value => new TensorSignature(value.Type, value.Shape))], values);
        }

        public override int Count => _signatures.Length;

        public override TensorSignature? SignatureOf(int input) => _signatures[input];

        public override ulong ReadBits(int input, long index) => _values.Length == 0 ? throw new RoomException() : TensorInputs.ReadBits(_values[input], index);

        internal override void RequireRoom(long length)
        {
            if (length > 1 << 20)
            {
                throw new RoomException();
            }
        }
    }
}
