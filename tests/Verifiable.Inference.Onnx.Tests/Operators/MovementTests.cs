using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Vectors, worked out by hand from the normative text, of operators that move, select and make elements, and what strangers may feed to them.</summary>
public sealed class MovementTests
{
    private const long Huge = 1L << 40;

    public static TheoryData<string, long[], long[]> WrongIndices => new()
    {
        { "Gather", [0, 3], [2] },
        { "Gather", [-4], [1] },
        { "GatherElements", [long.MinValue, 0], [1, 2] },
        { "GatherND", [2, 0], [1, 2] },
        { "GatherND", [0, -4], [1, 2] },
    };

    [Theory]
    [MemberData(nameof(WrongIndices))]
    public void An_index_outside_its_axis_fails_the_run(string name, long[] indices, long[] shape)
    {
        TensorValue data = TensorValue.Create([1f, 2f, 3f, 4f, 5f, 6f], 2, 3);
        (string, AttributeValue)[] axis = name == "Gather" ? [("axis", AttributeValue.Of(1L))] : [];
        OperatorCase sample = OperatorCase.Of(name, 13, [data, TensorValue.Create(indices, shape)], [], axis);
        Assert.Contains("Expected indices", Assert.Throws<InvalidOperationException>(() => Run(sample)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scatter_outside_the_data_fails_the_run()
    {
        TensorValue data = TensorValue.Create([1f, 2f, 3f], 3);
        TensorValue updates = TensorValue.Create([9f], 1);
        Assert.Throws<InvalidOperationException>(() => Run(OperatorCase.Of("ScatterElements", 18, [data, TensorValue.Create([3L], 1), updates], [])));
        Assert.Throws<InvalidOperationException>(() => Run(OperatorCase.Of("ScatterND", 18, [data, TensorValue.Create([-4L], 1, 1), updates], [])));
        Assert.Throws<InvalidOperationException>(() => Run(OperatorCase.Of("CumSum", 14, [data, TensorValue.Create([1L], 1)], [])));
        Assert.Throws<InvalidOperationException>(() => Run(OperatorCase.Of("ReverseSequence", 10, [TensorValue.Create([1f, 2f], 2, 1), TensorValue.Create([3L], 1)], [])));
    }

    [Fact]
    public void Updates_of_one_place_go_in_the_order_of_their_indices()
    {
        TensorValue data = TensorValue.Create([0f, 0f], 2);
        TensorValue indices = TensorValue.Create([1L, -1L, 1L], 3);
        TensorValue updates = TensorValue.Create([1e8f, 1f, -1e8f], 3);
        Assert.Equal([0f, -1e8f], Floats(OperatorCase.Of("ScatterElements", 18, [data, indices, updates], [])));

        // 10^8 + 1 rounds to 10^8: another order would give 1.
        Assert.Equal([0f, 0f], Floats(OperatorCase.Of("ScatterElements", 18, [data, indices, updates], [], ("reduction", AttributeValue.Of("add")))));
        TensorValue tuples = TensorValue.Create([1L, -1L, 1L], 3, 1);
        Assert.Equal([0f, 0f], Floats(OperatorCase.Of("ScatterND", 18, [data, tuples, updates], [], ("reduction", AttributeValue.Of("add")))));
    }

    [Fact]
    public void Nan_is_the_largest_and_the_lower_index_comes_first()
    {
        TensorValue x = TensorValue.Create([0f, -0f, float.NaN, 5f, 5f, float.NaN, -1f], 7);
        TensorValue k = TensorValue.Create([5L], 1);
        Assert.Equal([2, 5, 3, 4, 0], Longs(OperatorCase.Of("", "TopK", 11, [x, k], 2, []), 1));
        Assert.Equal([6, 0, 1, 3, 4], Longs(OperatorCase.Of("", "TopK", 11, [x, k], 2, [], ("largest", AttributeValue.Of(0L))), 1));
        Assert.Equal([2], Longs(OperatorCase.Of("ArgMin", 13, [x], [])));
        Assert.Equal([5], Longs(OperatorCase.Of("ArgMax", 13, [x], [], ("select_last_index", AttributeValue.Of(1L)))));
        Assert.Equal([6, 0, 3, 2], Longs(OperatorCase.Of("", "Unique", 11, [x], 4, []), 1));
        Assert.Equal([1, 2, 2, 2], Longs(OperatorCase.Of("", "Unique", 11, [x], 4, []), 3));
    }

    [Fact]
    public void Padding_mirrors_again_and_again()
    {
        TensorValue x = TensorValue.Create([1f, 2f, 3f], 3);
        OperatorCase Pad(string mode, long before, long after) => OperatorCase.Of("Pad", 19, [x, TensorValue.Create([before, after], 2)], [], ("mode", AttributeValue.Of(mode)));
        Assert.Equal([2f, 1f, 2f, 3f, 2f, 1f, 2f, 3f], Floats(Pad("reflect", 1, 4)));
        Assert.Equal([2f, 3f, 1f, 2f, 3f, 1f], Floats(Pad("wrap", 2, 1)));
        Assert.Equal([2f, 3f, 3f, 3f], Floats(Pad("edge", -1, 2)));
        Assert.Throws<InvalidOperationException>(() => Run(Pad("edge", -3, 4)));
    }

    [Fact]
    public void Outputs_that_no_memory_holds_are_refused_before_it_is_taken()
    {
        TensorValue one = TensorValue.Create([1f], 1);
        TensorValue huge = TensorValue.Create([Huge], 1);
        TensorValue most = TensorValue.Create([long.MaxValue, long.MaxValue], 2);
        OperatorCase[] cases =
        [
            OperatorCase.Of("ConstantOfShape", 13, [huge], []),
            OperatorCase.Of("ConstantOfShape", 13, [most], []),
            OperatorCase.Of("Expand", 13, [one, huge], []),
            OperatorCase.Of("Expand", 13, [one, most], []),
            OperatorCase.Of("Tile", 13, [one, huge], []),
            OperatorCase.Of("Tile", 13, [TensorValue.Create([1f, 2f], 1, 2), most], []),
            OperatorCase.Of("OneHot", 13, [TensorValue.Create([0L], 1), huge, TensorValue.Create([0f, 1f], 2)], []),
            OperatorCase.Of("Pad", 13, [one, TensorValue.Create([Huge, Huge], 2)], []),
            OperatorCase.Of("Pad", 13, [one, TensorValue.Create([long.MaxValue, long.MaxValue], 2)], []),
            OperatorCase.Of("Pad", 13, [one, TensorValue.Create([long.MinValue, long.MaxValue], 2)], []),
            OperatorCase.Of("Range", 13, [TensorValue.Create([0L], 1), TensorValue.Create([long.MaxValue], 1), TensorValue.Create([1L], 1)], []),
            OperatorCase.Of("Range", 13, [TensorValue.Create([long.MinValue], 1), TensorValue.Create([long.MaxValue], 1), TensorValue.Create([1L], 1)], []),
            OperatorCase.Of("Range", 13, [one, TensorValue.Create([float.PositiveInfinity], 1), one], []),
            OperatorCase.Of("Range", 13, [one, TensorValue.Create([3e38f], 1), TensorValue.Create([1e-38f], 1)], []),
            OperatorCase.Of("Resize", 13, [one, null, TensorValue.Create([1e15f], 1)], []),
            OperatorCase.Of("Resize", 13, [one, null, TensorValue.Create([float.PositiveInfinity], 1)], []),
            OperatorCase.Of("Resize", 13, [one, null, TensorValue.Create([float.NaN], 1)], []),
            OperatorCase.Of("Resize", 13, [one, null, null, huge], []),
            OperatorCase.Of("CenterCropPad", 18, [one, huge], []),
            OperatorCase.Of("HannWindow", 17, [TensorValue.Create([Huge], default(TensorShape))], []),
            OperatorCase.Of("HannWindow", 17, [TensorValue.Create([-1L], default(TensorShape))], []),
            OperatorCase.Of("RandomUniform", 7, [], [], ("shape", AttributeValue.Of([Huge]))),
        ];
        foreach (OperatorCase sample in cases)
        {
            Exception? thrown = Record.Exception(() => Run(sample));
            Assert.True(thrown is InvalidOperationException, $"{sample}: {thrown}");
        }
    }

    [Fact]
    public void Linear_resizing_weighs_by_the_distance_and_keeps_infinities_apart()
    {
        TensorValue x = TensorValue.Create([1f, float.PositiveInfinity, 3f], 3);
        OperatorCase sample = OperatorCase.Of("Resize", 13, [x, null, null, TensorValue.Create([5L], 1)], [], ("mode", AttributeValue.Of("linear")), ("coordinate_transformation_mode", AttributeValue.Of("align_corners")));

        // A tap of weight 0 is left out: 1 stays 1 beside an infinity.
        Assert.Equal([1f, float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity, 3f], Floats(sample));
    }

    [Fact]
    public void A_large_transposition_moves_every_element_to_its_place()
    {
        int[] values = [.. Enumerable.Range(0, 37 * 53)];
        int[] moved = Run(OperatorCase.Of("Transpose", 13, [TensorValue.Create(values, 37, 53)], []))[0].AsSpan<int>().ToArray();
        for (int i = 0; i < moved.Length; i++)
        {
            Assert.Equal((i % 37 * 53) + (i / 37), moved[i]);
        }
    }

    private static float[] Floats(OperatorCase sample) => Run(sample)[0].AsSpan<float>().ToArray();

    private static long[] Longs(OperatorCase sample, int output = 0) => Run(sample)[output].AsSpan<long>().ToArray();

    private static TensorValue[] Run(OperatorCase sample) => OperatorCase.Compute(sample.Bind(false), new OperatorContext(), sample.Inputs, sample.Node.Outputs.Length);
}
