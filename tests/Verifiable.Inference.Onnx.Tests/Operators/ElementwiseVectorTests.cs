using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Results that the standard or the normative text states for single elements, and that are easily missed.</summary>
public sealed class ElementwiseVectorTests
{
    [Fact]
    public void Round_takes_ties_to_even() =>
        Assert.Equal([0f, 2f, 2f, -0f, -2f, -2f, 3f], Floats("Round", 11, [0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 2.51f]));

    // numpy.mod for the first, C's fmod for the second; the last two pairs are what no processor agrees on.
    [Theory]
    [InlineData(0, new[] { 1, -1, 0, -7, 0 })]
    [InlineData(1, new[] { 1, 2, -2, -7, 0 })]
    public void Mod_has_the_sign_of_the_divisor_or_with_fmod_of_the_dividend(int fmod, int[] expected) => Assert.Equal(expected, Pair(
        "Mod", 13, TensorValue.Create([7, 5, -5, -7, int.MinValue], 5), TensorValue.Create<int>(fmod == 0 ? [3, -3, 5, 0, -1] : [3, 3, 3, 0, -1], 5), ("fmod", AttributeValue.Of(fmod))).AsSpan<int>().ToArray());

    [Theory]
    [InlineData(5.3, 2.0, 5.3 - 4.0)]
    [InlineData(-6.0, 3.0, -0.0)]
    [InlineData(1.7976931348623157e308, 3.0, 2.0)]
    [InlineData(1e308, 4.9406564584124654e-324, 0.0)]
    [InlineData(5.0, double.PositiveInfinity, 5.0)]
    [InlineData(double.PositiveInfinity, 3.0, double.NaN)]
    [InlineData(3.0, 0.0, double.NaN)]
    public void The_remainder_of_floats_is_exact(double x, double y, double expected)
    {
        double actual = Pair("Mod", 13, TensorValue.Create([x], 1), TensorValue.Create([y], 1), ("fmod", AttributeValue.Of(1))).AsSpan<double>()[0];
        Assert.True(expected.Equals(actual) && (double.IsNaN(expected) || double.IsNegative(expected) == double.IsNegative(actual)), $"{actual:R}");
    }

    // The platform's remainder is an implementation that shares nothing with ours.
    [Fact]
    public void The_remainder_of_floats_is_the_one_of_the_platform()
    {
        var random = new CaseRandom(9);
        double[] x = [.. Enumerable.Range(0, 4000).Select(_ => BitConverter.UInt64BitsToDouble(((ulong)random.Word() << 32) | random.Word())).Where(double.IsFinite)];
        double[] y = [.. x.Select(_ => BitConverter.UInt64BitsToDouble(((ulong)random.Word() << 32) | random.Word())).Select(value => double.IsFinite(value) ? value : 3.0)];
        double[] actual = Pair("Mod", 13, TensorValue.Create(x, x.Length), TensorValue.Create(y, y.Length), ("fmod", AttributeValue.Of(1))).AsSpan<double>().ToArray();
        Assert.Equal(x.Select((value, i) => value % y[i]), actual);
    }

    [Fact]
    public void Floats_without_fmod_are_refused()
    {
        BoundOperator bound = OperatorCase.Of("Mod", 13, [TensorValue.Create([1f], 1), TensorValue.Create([1f], 1)], []).Bind(false);
        Assert.False(bound.TryInfer(new TensorInputs([TensorValue.Create([1f], 1), TensorValue.Create([1f], 1)]), new TensorSignature[1], out _));
    }

    [Fact]
    public void Shifts_by_the_width_or_more_give_zero()
    {
        TensorValue x = TensorValue.Create(new byte[] { 255, 255, 255, 1 }, 4);
        TensorValue counts = TensorValue.Create(new byte[] { 7, 8, 255, 0 }, 4);
        Assert.Equal(new byte[] { 128, 0, 0, 1 }, Pair("BitShift", 11, x, counts, ("direction", AttributeValue.Of("LEFT"))).AsSpan<byte>().ToArray());
        Assert.Equal(new byte[] { 1, 0, 0, 1 }, Pair("BitShift", 11, x, counts, ("direction", AttributeValue.Of("RIGHT"))).AsSpan<byte>().ToArray());
    }

    [Fact]
    public void A_shift_without_a_direction_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => OperatorCase.Of("BitShift", 11, [TensorValue.Create(new byte[1], 1), TensorValue.Create(new byte[1], 1)], []).Bind(false));

    [Fact]
    public void Powers_of_integers_wrap_and_negative_ones_are_cut() => Assert.Equal(
        [1024, 0, 1, -1, 1, 0, 0, 1],
        Pair("Pow", 15, TensorValue.Create([2, 2, 1, -1, -1, 3, 0, 0], 8), TensorValue.Create([10L, 64L, -5L, -5L, -4L, -1L, -1L, 0L], 8)).AsSpan<int>().ToArray());

    [Fact]
    public void Powers_by_two_three_and_a_half_are_products_and_roots() => Assert.Equal(
        [1.1f * 1.1f, (float)((double)1.1f * 1.1f * 1.1f), MathF.Sqrt(1.1f), float.PositiveInfinity, 0f, 1f],
        Pair(
            "Pow",
            15,
            TensorValue.Create([1.1f, 1.1f, 1.1f, float.NegativeInfinity, -0f, float.NaN], 6),
            TensorValue.Create([2f, 3f, 0.5f, 0.5f, 0.5f, 0f], 6)).AsSpan<float>().ToArray());

    // Over binary64 these would first become the middle of two binary32.
    [Theory]
    [InlineData((1L << 62) + (1L << 38) + 1, 0x5E800001u)]
    [InlineData((1L << 62) + (1L << 38), 0x5E800000u)]
    [InlineData(-(1L << 62) - (1L << 38) - 1, 0xDE800001u)]
    public void Int64_becomes_binary32_by_one_rounding(long x, uint expected) => Assert.Equal(
        expected, BitConverter.SingleToUInt32Bits(One("Cast", 13, TensorValue.Create([x], 1), ("to", AttributeValue.Of((long)ElementType.Float32))).AsSpan<float>()[0]));

    [Fact]
    public void Clip_of_integers_without_bounds_changes_nothing() => Assert.Equal(
        [sbyte.MinValue, 0, sbyte.MaxValue], One("Clip", 13, TensorValue.Create(new sbyte[] { sbyte.MinValue, 0, sbyte.MaxValue }, 3)).AsSpan<sbyte>().ToArray());

    [Fact]
    public void Clip_of_binary16_without_bounds_cuts_infinities_to_the_largest_finite_number()
    {
        var half = TensorValue.Create([Half.PositiveInfinity, Half.NegativeInfinity, (Half)1f], 3);
        Assert.Equal([Half.MaxValue, Half.MinValue, (Half)1f], One("Clip", 13, half).AsSpan<Half>().ToArray());
    }

    [Fact]
    public void A_slope_that_would_widen_the_input_is_refused()
    {
        TensorValue[] inputs = [TensorValue.Create([1f], 1), TensorValue.Create([1f, 2f], 2)];
        Assert.False(OperatorCase.Of("PRelu", 16, inputs, []).Bind(false).TryInfer(new TensorInputs(inputs), new TensorSignature[1], out _));
    }

    // 0.5·x·(1 + erf(x ÷ √2)), rounded from 30 digits.
    [Theory]
    [InlineData(1f, 0.841344746)]
    [InlineData(-1f, -0.158655254)]
    [InlineData(0.25f, 0.149676581)]
    [InlineData(3f, 2.99595031)]
    public void Gelu_is_x_times_the_normal_distribution(float x, double expected) => Assert.Equal(expected, Floats("Gelu", 20, [x])[0], 1e-6);

    // ONNX, QuantizeLinear: "saturate((x / y_scale) + y_zero_point)", "rounding to nearest ties to even".
    [Fact]
    public void Quantising_rounds_ties_to_even_and_saturates()
    {
        TensorValue x = TensorValue.Create([-1f, 0.5f, 1.5f, 2.5f, 300f, float.NaN, float.NegativeInfinity], 7);
        TensorValue y = Pair("QuantizeLinear", 13, x, TensorValue.Create([1f], []));
        Assert.Equal(new byte[] { 0, 0, 2, 2, 255, 0, 0 }, y.AsSpan<byte>().ToArray());
    }

    private static float[] Floats(string name, int opset, float[] x) => One(name, opset, TensorValue.Create(x, x.Length)).AsSpan<float>().ToArray();

    private static TensorValue One(string name, int opset, TensorValue x, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        Compute(OperatorCase.Of(name, opset, [x], [], attributes));

    private static TensorValue Pair(string name, int opset, TensorValue x, TensorValue y, params ReadOnlySpan<(string Name, AttributeValue Value)> attributes) =>
        Compute(OperatorCase.Of(name, opset, [x, y], [], attributes));

    private static TensorValue Compute(OperatorCase sample) => OperatorCase.Compute(sample.Bind(false), new OperatorContext(), sample.Inputs, 1)[0];
}
