using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class ElementaryFunctionTests
{
    // Vectors made with CORE-MATH (A. Sibidanov, P. Zimmermann, S. Glondu, ARITH 2022), which is correctly rounded.
    [Theory]
    [InlineData(0x3f800000, 0x402df854)]
    [InlineData(0xbf800000, 0x3ebc5ab2)]
    [InlineData(0x3f000000, 0x3fd3094c)]
    [InlineData(0x3dcccccd, 0x3f8d763e)]
    [InlineData(0x41200000, 0x46ac14ee)]
    [InlineData(0x42b00000, 0x7ef882b7)]
    [InlineData(0xc2ae0000, 0x00b33687)]
    [InlineData(0xc2c80000, 0x0000001b)]
    [InlineData(0x7f800000, 0x7f800000)]
    [InlineData(0xff800000, 0x00000000)]
    [InlineData(0x7fc00001, 0x7fc00000)]
    [InlineData(0x80000000, 0x3f800000)]
    public void Exp_gives_the_correctly_rounded_vectors(uint x, uint expected) => AssertBits(expected, CanonicalMath.Exp(BitConverter.UInt32BitsToSingle(x)), x);

    // A sanity law, not the definition: the C library's double exp, rounded, has 0 misrounded floats on the platforms where this was checked exhaustively.
    [Fact]
    public void Exp_equals_the_rounded_double_function_on_every_4096th_float() =>
        EachFloat(x => CanonicalMath.Exp(x), x => (float)Math.Exp(x), 0);

    // These two inputs are misrounded by a polynomial of degree 5 or a reduction by one constant.
    [Theory]
    [InlineData(0xbbf0edf1)]
    [InlineData(0xc16912cd)]
    public void Exp_is_right_where_a_shorter_sequence_is_not(uint x) =>
        AssertBits(BitConverter.SingleToUInt32Bits((float)Math.Exp(BitConverter.UInt32BitsToSingle(x))), CanonicalMath.Exp(BitConverter.UInt32BitsToSingle(x)), x);

    [Fact]
    public void Tanh_equals_the_rounded_double_function_on_every_4096th_float() =>
        EachFloat(x => CanonicalMath.Tanh(x), x => (float)Math.Tanh(x), 0);

    [Fact]
    public void Log_equals_the_rounded_double_function_on_every_4096th_float() =>
        EachFloat(x => CanonicalMath.Log(x), x => (float)Math.Log(x), 0);

    // The only five floats whose logarithm the binary64 sequence rounds to the wrong neighbour; what is right by arithmetic of 113 bits.
    [Theory]
    [InlineData(0x3c413d3a, 0xc08e158f)]
    [InlineData(0x41178feb, 0x400fe5e7)]
    [InlineData(0x4c5d65a5, 0x418f034b)]
    [InlineData(0x65d890d3, 0x4254d1f9)]
    [InlineData(0x6f31a8ec, 0x42845a89)]
    public void Log_is_correctly_rounded_at_the_hardest_floats(uint x, uint expected) => AssertBits(expected, CanonicalMath.Log(BitConverter.UInt32BitsToSingle(x)), x);

    [Fact]
    public void Sigmoid_is_within_one_unit_of_the_double_formula() =>
        EachFloat(x => CanonicalMath.Sigmoid(x), x => (float)(1 / (1 + Math.Exp(-x))), 1);

    public static TheoryData<string> PlatformFunctions => ["Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh"];

    // The platform's functions are no law, only near: they may be one unit off where the result lies next to the middle of two floats.
    [Theory]
    [MemberData(nameof(PlatformFunctions))]
    public void Other_functions_are_within_one_unit_of_the_platform_on_every_4096th_float(string name)
    {
        (Func<float, float> ours, Func<double, double> other) = name switch
        {
            "Sin" => ((Func<float, float>)CanonicalMath.Sin, (Func<double, double>)Math.Sin),
            "Cos" => (CanonicalMath.Cos, Math.Cos),
            "Tan" => (CanonicalMath.Tan, Math.Tan),
            "Asin" => (CanonicalMath.Asin, Math.Asin),
            "Acos" => (CanonicalMath.Acos, Math.Acos),
            "Atan" => (CanonicalMath.Atan, Math.Atan),
            "Sinh" => (CanonicalMath.Sinh, Math.Sinh),
            "Cosh" => (CanonicalMath.Cosh, Math.Cosh),
            "Asinh" => (CanonicalMath.Asinh, Math.Asinh),
            "Acosh" => (CanonicalMath.Acosh, Math.Acosh),
            _ => (CanonicalMath.Atanh, Math.Atanh),
        };
        EachFloat(ours, x => (float)other(x), 1);
    }

    [Fact]
    public void Double_log_is_within_one_unit_in_the_last_place()
    {
        for (int i = 1; i < 100_000; i++)
        {
            double x = BitConverter.Int64BitsToDouble(i * 92_233_720_368_547L);
            double expected = Math.Log(x);
            Assert.True(!double.IsFinite(expected) || Math.Abs(CanonicalMath.Log(x) - expected) <= 1.01 * Math.Abs(Math.BitIncrement(expected) - expected), $"log {x:R}");
        }
    }

    [Fact]
    public void Max_and_min_follow_the_stated_rule()
    {
        (float Left, float Right, float Max, float Min)[] rows =
        [
            (0f, -0f, 0f, -0f),
            (-0f, 0f, 0f, -0f),
            (-0f, -0f, -0f, -0f),
            (1f, 2f, 2f, 1f),
            (float.NaN, 2f, float.NaN, float.NaN),
            (2f, float.NaN, float.NaN, float.NaN),
            (float.NegativeInfinity, float.NaN, float.NaN, float.NaN),
        ];
        foreach ((float left, float right, float max, float min) in rows)
        {
            AssertBits(BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(max)), CanonicalMath.CanonicalizeNaN(CanonicalMath.Max(left, right)), 0);
            AssertBits(BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(min)), CanonicalMath.CanonicalizeNaN(CanonicalMath.Min(left, right)), 0);
        }
    }

    [Fact]
    public void This_thread_keeps_subnormals_and_rounds_to_nearest() => FloatEnvironment.Require();

    private static void EachFloat(Func<float, float> ours, Func<double, float> other, int units)
    {
        int wrong = 0;
        string first = "";
        for (long bits = 0; bits <= uint.MaxValue; bits += 4096)
        {
            float x = BitConverter.UInt32BitsToSingle((uint)bits);
            uint actual = BitConverter.SingleToUInt32Bits(ours(x));
            uint expected = BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(other(x)));
            if (Math.Abs((long)actual - expected) > units)
            {
                wrong++;
                first = first.Length == 0 ? $"at {bits:x8}: expected {expected:x8}, got {actual:x8}" : first;
            }
        }

        Assert.True(wrong == 0, $"{wrong} differ, first {first}");
    }

    private static void AssertBits(uint expected, float actual, uint x) =>
        Assert.True(expected == BitConverter.SingleToUInt32Bits(actual), $"at {x:x8}: expected {expected:x8}, got {BitConverter.SingleToUInt32Bits(actual):x8}");
}
