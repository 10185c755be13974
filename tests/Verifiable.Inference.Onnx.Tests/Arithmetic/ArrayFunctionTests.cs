using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

/// <summary>Array forms have the bits of the function of one number, whatever vectors the processor has.</summary>
public sealed class ArrayFunctionTests
{
    private delegate void ArrayFunction(ReadOnlySpan<float> x, Span<float> y);

    public static TheoryData<string> Functions => ["Exp", "Log", "Tanh", "Sigmoid", "Erf", "Softplus", "Sqrt"];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_width_has_the_bits_of_the_scalar_form_on_floats_of_all_binades(string name)
    {
        // An odd distance visits all low bits; the first offsets meet infinities, zeros and the least subnormals.
        float[] x = [.. Boundaries(), .. Enumerable.Range(0, 1 << 18).Select(i => BitConverter.UInt32BitsToSingle(unchecked((uint)i * 16381)))];
        AssertEqual(name, x);
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_width_has_the_bits_of_the_scalar_form_where_the_function_bends(string name)
    {
        float[] x = [.. Enumerable.Range(0, 1 << 18).Select(i => (i - (1 << 17)) * 0.000976563f * (1 << (i % 4)) / 8)];
        AssertEqual(name, x);
    }

    // Near saturation the array form of erf uses a polynomial beyond its interval.
    [Fact]
    public void The_error_function_saturates_alike() =>
        AssertEqual("Erf", [.. Enumerable.Range(0x4070_0000, 0x10_0000).Where(i => i % 3 == 0).Select(i => BitConverter.Int32BitsToSingle(i))]);

    [Theory]
    [MemberData(nameof(Functions))]
    public void Every_length_and_offset_gives_the_same(string name)
    {
        (Func<float, float> scalar, ArrayFunction[] arrays) = Find(name);
        for (int length = 0; length < 70; length++)
        {
            float[] x = [.. Enumerable.Range(0, length).Select(i => ((i * 37 % 71) - 20) * 0.17f)];
            foreach (ArrayFunction array in arrays)
            {
                float[] y = new float[length + 3];
                Array.Fill(y, 77f);
                array(x, y.AsSpan(1, length + 1));
                Assert.Equal([77f, .. x.Select(scalar), 77f, 77f], y);
                float[] inPlace = [.. x];
                array(inPlace, inPlace);
                Assert.Equal(x.Select(scalar), inPlace);
            }
        }
    }

    // NaN, infinities and signs go through the shortcuts of whole exponents as through the power function.
    [Theory]
    [InlineData(2f)]
    [InlineData(3f)]
    [InlineData(0.5f)]
    [InlineData(-1f)]
    public void Powers_of_one_exponent_have_the_bits_of_the_scalar_form(float exponent)
    {
        float[] x = [.. Boundaries(), .. Enumerable.Range(0, 1 << 14).Select(i => BitConverter.UInt32BitsToSingle(unchecked((uint)i * 262139)))];
        float[] y = new float[x.Length];
        CanonicalMath.Pow(x, exponent, y);
        for (int i = 0; i < x.Length; i++)
        {
            float expected = CanonicalMath.CanonicalizeNaN(CanonicalMath.Pow(x[i], exponent));
            Assert.True(BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(y[i]), $"{x[i]:R}^{exponent}: expected {expected:R}, got {y[i]:R}");
        }
    }

    // What operators may use instead: these powers are correctly rounded, and so are the operations.
    [Fact]
    public void Powers_of_two_one_half_and_minus_one_are_the_rounded_operations()
    {
        for (uint i = 0; i < 1 << 16; i++)
        {
            float x = BitConverter.UInt32BitsToSingle((i * 32749) & 0x7fff_ffff);
            if (float.IsFinite(x))
            {
                Assert.Equal(BitConverter.SingleToUInt32Bits(x * x), BitConverter.SingleToUInt32Bits(CanonicalMath.Pow(x, 2f)));
                Assert.Equal(BitConverter.SingleToUInt32Bits(MathF.Sqrt(x)), BitConverter.SingleToUInt32Bits(CanonicalMath.Pow(x, 0.5f)));
                Assert.Equal(BitConverter.SingleToUInt32Bits(1f / x), BitConverter.SingleToUInt32Bits(CanonicalMath.Pow(x, -1f)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void A_short_output_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => Find(name).Arrays[0](new float[5], new float[4]));

    private static IEnumerable<float> Boundaries()
    {
        uint[] edges = [0, 1, 0x007f_ffff, 0x0080_0000, 0x3f80_0000, 0x7f7f_ffff, 0x7f80_0000, 0x7f80_0001, 0x7fc0_0000, 0x7fff_ffff];
        float[] places = [88.72283f, 88.8f, 89f, 104.1f, 105f, 103.97208f, 10.5f, 11f, 9.010913f, 20f, 3.75f, 3.8f, 3.875f, 3.9192f, 3.95f, 6f, 0.125f, 0.25f, 0.70710677f, 1.4142135f, 0.010830f];
        foreach (uint bits in edges.Concat(places.Select(BitConverter.SingleToUInt32Bits)))
        {
            for (uint step = 0; step < 5; step++)
            {
                uint near = unchecked(bits + step - 2) & 0x7fff_ffff;
                yield return BitConverter.UInt32BitsToSingle(near);
                yield return BitConverter.UInt32BitsToSingle(near | 0x8000_0000);
            }
        }

        foreach (uint bits in (uint[])[0x3c41_3d3a, 0x4117_8feb, 0x4c5d_65a5, 0x65d8_90d3, 0x6f31_a8ec, 0x39ea_41d0])
        {
            yield return BitConverter.UInt32BitsToSingle(bits);
        }
    }

    private static void AssertEqual(string name, float[] x)
    {
        (Func<float, float> scalar, ArrayFunction[] arrays) = Find(name);
        uint[] expected = [.. x.Select(value => BitConverter.SingleToUInt32Bits(scalar(value)))];
        float[] y = new float[x.Length];
        for (int width = 0; width < arrays.Length; width++)
        {
            arrays[width](x, y);
            for (int i = 0; i < x.Length; i++)
            {
                uint actual = BitConverter.SingleToUInt32Bits(y[i]);
                Assert.True(expected[i] == actual, $"{name}, form {width}, at {BitConverter.SingleToUInt32Bits(x[i]):x8}: expected {expected[i]:x8}, got {actual:x8}");
            }
        }
    }

    private static (Func<float, float> Scalar, ArrayFunction[] Arrays) Find(string name) => name switch
    {
        "Exp" => (CanonicalMath.Exp, Forms<LaneKernels.ExpKernel>(CanonicalMath.Exp)),
        "Log" => (CanonicalMath.Log, Forms<LaneKernels.LogKernel>(CanonicalMath.Log)),
        "Tanh" => (CanonicalMath.Tanh, Forms<LaneKernels.TanhKernel>(CanonicalMath.Tanh)),
        "Sigmoid" => (CanonicalMath.Sigmoid, Forms<LaneKernels.SigmoidKernel>(CanonicalMath.Sigmoid)),
        "Erf" => (CanonicalMath.Erf, Forms<LaneKernels.ErfKernel>(CanonicalMath.Erf)),
        "Softplus" => (CanonicalMath.Softplus, Forms<LaneKernels.SoftplusKernel>(CanonicalMath.Softplus)),
        _ => (CanonicalMath.Sqrt, [CanonicalMath.Sqrt]),
    };

    private static ArrayFunction[] Forms<TKernel>(ArrayFunction chosen)
        where TKernel : struct, IDoubleKernel =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported
            ? [chosen, LaneLoop<TKernel>.Run<Doubles128>, LaneLoop<TKernel>.Run<Doubles256>, LaneLoop<TKernel>.Run<Doubles512>]
            : [chosen, LaneLoop<TKernel>.Run<Doubles128>, LaneLoop<TKernel>.Run<Doubles256>];
}
