using System.Globalization;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

/// <summary>Every elementary function against correctly rounded vectors, made outside this repository with MPFR (see the head of FunctionVectors.txt).</summary>
public sealed class FunctionVectorTests
{
    private static readonly Dictionary<string, (Func<float, float> Single, Func<double, double> Double, double Units)> _functions = new()
    {
        ["Exp"] = (CanonicalMath.Exp, CanonicalMath.Exp, 2),
        ["Expm1"] = (CanonicalMath.Expm1, CanonicalMath.Expm1, 2),
        ["Log"] = (CanonicalMath.Log, CanonicalMath.Log, 1),
        ["Log1p"] = (CanonicalMath.Log1p, CanonicalMath.Log1p, 2),
        ["Tanh"] = (CanonicalMath.Tanh, CanonicalMath.Tanh, 3),
        ["Sigmoid"] = (CanonicalMath.Sigmoid, CanonicalMath.Sigmoid, 3),
        ["Softplus"] = (CanonicalMath.Softplus, CanonicalMath.Softplus, 4),
        ["Erf"] = (CanonicalMath.Erf, CanonicalMath.Erf, 2),
        ["Sinh"] = (CanonicalMath.Sinh, CanonicalMath.Sinh, 3),
        ["Cosh"] = (CanonicalMath.Cosh, CanonicalMath.Cosh, 3),
        ["Sin"] = (CanonicalMath.Sin, CanonicalMath.Sin, 1),
        ["Cos"] = (CanonicalMath.Cos, CanonicalMath.Cos, 1),
        ["Tan"] = (CanonicalMath.Tan, CanonicalMath.Tan, 3),
        ["Asin"] = (CanonicalMath.Asin, CanonicalMath.Asin, 3),
        ["Acos"] = (CanonicalMath.Acos, CanonicalMath.Acos, 2),
        ["Atan"] = (CanonicalMath.Atan, CanonicalMath.Atan, 2),
        ["Asinh"] = (CanonicalMath.Asinh, CanonicalMath.Asinh, 2),
        ["Acosh"] = (CanonicalMath.Acosh, CanonicalMath.Acosh, 3),
        ["Atanh"] = (CanonicalMath.Atanh, CanonicalMath.Atanh, 2),
    };

    private static readonly Lazy<string[]> _lines = new(() => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "FunctionVectors.txt")));

    public static TheoryData<string> Functions => [.. _functions.Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Binary32_results_are_correctly_rounded(string name)
    {
        int checkedVectors = 0;
        foreach (string[] vector in Vectors(name, 32))
        {
            uint x = uint.Parse(vector[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            uint expected = uint.Parse(vector[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            uint actual = BitConverter.SingleToUInt32Bits(_functions[name].Single(BitConverter.UInt32BitsToSingle(x)));
            checkedVectors++;

            // The logistic function has 66 results that are one unit off, all of them near ½.
            uint allowed = name == "Sigmoid" && (x & 0x7fff_ffff) is > 0x3400_0000 and < 0x3aa0_0000 ? 1u : 0u;
            Assert.True(Math.Abs((long)expected - actual) <= allowed, $"{name} at {x:x8}: expected {expected:x8}, got {actual:x8}");
        }

        Assert.True(checkedVectors >= 150, $"{checkedVectors} vectors");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public void Binary64_results_are_within_the_stated_units(string name)
    {
        int checkedVectors = 0;
        foreach (string[] vector in Vectors(name, 64))
        {
            double x = Double(vector[0]);
            AssertNear(Double(vector[1]), _functions[name].Double(x), _functions[name].Units, $"{name}({x:R})");
            checkedVectors++;
        }

        Assert.True(checkedVectors >= 100, $"{checkedVectors} vectors");
    }

    [Fact]
    public void Binary32_powers_are_correctly_rounded()
    {
        foreach (string[] vector in Vectors("Pow", 32))
        {
            float x = BitConverter.UInt32BitsToSingle(uint.Parse(vector[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            float y = BitConverter.UInt32BitsToSingle(uint.Parse(vector[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            Assert.True(vector[2] == $"{BitConverter.SingleToUInt32Bits(CanonicalMath.Pow(x, y)):x8}", $"{x:R}^{y:R}: expected {vector[2]}, got {BitConverter.SingleToUInt32Bits(CanonicalMath.Pow(x, y)):x8}");
        }
    }

    [Fact]
    public void Binary64_powers_are_within_one_unit()
    {
        foreach (string[] vector in Vectors("Pow", 64))
        {
            AssertNear(Double(vector[2]), CanonicalMath.Pow(Double(vector[0]), Double(vector[1])), 1, $"{Double(vector[0]):R}^{Double(vector[1]):R}");
        }
    }

    // The binary32 forms without a sequence of their own are the binary64 forms, rounded.
    [Fact]
    public void The_generic_face_gives_the_functions_of_both_types()
    {
        Assert.Equal(CanonicalMath.Erf(0.7f), FloatMath.Erf(0.7f));
        Assert.Equal(CanonicalMath.Erf(0.7), FloatMath.Erf(0.7));
        Assert.Equal(CanonicalMath.Pow(1.7f, 0.3f), FloatMath.Pow(1.7f, 0.3f));
        Assert.Equal(CanonicalMath.Pow(1.7, 0.3), FloatMath.Pow(1.7, 0.3));
        Assert.Equal(CanonicalMath.FusedMultiplyAdd(1.1, 1.2, 1.3), FloatMath.FusedMultiplyAdd(1.1, 1.2, 1.3));
        Assert.Equal(CanonicalMath.FusedMultiplyAdd(1.1f, 1.2f, 1.3f), FloatMath.FusedMultiplyAdd(1.1f, 1.2f, 1.3f));
        Assert.Equal(BitConverter.DoubleToInt64Bits(-0.0), BitConverter.DoubleToInt64Bits(FloatMath.Min(0.0, -0.0)));
        Assert.Equal(0L, BitConverter.DoubleToInt64Bits(FloatMath.Max(-0.0, 0.0)));
        Assert.True(double.IsNaN(FloatMath.Max(1.0, double.NaN)));
        double[] x = [-1.5, 0.25, 3.0];
        double[] y = new double[3];
        FloatMath.Exp<double>(x, y);
        Assert.Equal(x.Select(CanonicalMath.Exp), y);
        Assert.Throws<NotSupportedException>(() => FloatMath.Exp((Half)1));
    }

    private static void AssertNear(double expected, double actual, double units, string what)
    {
        bool exact = double.IsNaN(expected) || double.IsInfinity(expected) || expected == 0;
        bool near = exact
            ? BitConverter.DoubleToInt64Bits(expected) == BitConverter.DoubleToInt64Bits(actual)
            : Math.Abs(actual - expected) <= units * (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));
        Assert.True(near, $"{what}: expected {expected:R}, got {actual:R}");
    }

    private static double Double(string bits) => BitConverter.UInt64BitsToDouble(ulong.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    // Vectors of a function stand behind a line with its name and the width.
    private static IEnumerable<string[]> Vectors(string name, int width) => _lines.Value
        .SkipWhile(line => line != $"{name} {width}")
        .Skip(1)
        .TakeWhile(line => line.Length > 0 && line[0] is (>= '0' and <= '9') or (>= 'a' and <= 'f'))
        .Select(line => line.Split(' '));
}
