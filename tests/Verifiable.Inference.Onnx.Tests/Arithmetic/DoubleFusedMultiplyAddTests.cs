using System.Numerics;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class DoubleFusedMultiplyAddTests
{
    [Fact]
    public void The_software_form_and_the_one_in_use_equal_exact_integer_arithmetic()
    {
        var random = new CaseRandom(11);
        for (int i = 0; i < 100_000; i++)
        {
            (double x, double y, double z) = Triple(random, i % 7);
            ulong expected = Exact(x, y, z);
            ulong software = BitConverter.DoubleToUInt64Bits(SoftwareFusedMultiplyAdd.Compute(x, y, z));
            ulong used = BitConverter.DoubleToUInt64Bits(CanonicalMath.FusedMultiplyAdd(x, y, z));
            Assert.True(expected == software && expected == used, $"fma({x:R}, {y:R}, {z:R}): expected {expected:x16}, software {software:x16}, in use {used:x16}");
        }
    }

    [Fact]
    public void Edges_are_those_of_ieee_754()
    {
        (double X, double Y, double Addend, double Expected)[] rows =
        [
            (double.MaxValue, 2, double.NegativeInfinity, double.NegativeInfinity),
            (double.MaxValue, 2, -double.MaxValue, double.MaxValue),
            (double.MaxValue, 2, 0, double.PositiveInfinity),
            (double.MaxValue, -2, 0, double.NegativeInfinity),
            (double.MaxValue, 2, double.NaN, double.NaN),
            (0, double.PositiveInfinity, 1, double.NaN),
            (double.PositiveInfinity, 1, double.NegativeInfinity, double.NaN),
            (double.NaN, 0, 1, double.NaN),
            (-0.0, 1, -0.0, -0.0),
            (-0.0, 1, 0, 0),
            (1, 1, -1, 0),
            (-1, 1, 1, 0),
            (double.Epsilon, 0.5, 0, 0),
            (-double.Epsilon, 0.5, 0, -0.0),
            (double.Epsilon, 0.5, double.Epsilon, 2 * double.Epsilon),
            (-double.Epsilon, double.Epsilon, 0, -0.0),
        ];
        foreach ((double x, double y, double addend, double expected) in rows)
        {
            ulong bits = BitConverter.DoubleToUInt64Bits(CanonicalMath.CanonicalizeNaN(expected));
            Assert.Equal(bits, BitConverter.DoubleToUInt64Bits(CanonicalMath.CanonicalizeNaN(SoftwareFusedMultiplyAdd.Compute(x, y, addend))));
            Assert.Equal(bits, BitConverter.DoubleToUInt64Bits(CanonicalMath.CanonicalizeNaN(CanonicalMath.FusedMultiplyAdd(x, y, addend))));
        }
    }

    // Random bits; cancellation down to the error of the product; ties; subnormal results; the edge of overflow; terms far apart; a product just below 1 unit.
    private static (double X, double Y, double Z) Triple(CaseRandom random, int kind)
    {
        double x = Significand(random);
        double y = Significand(random);
        double z = Significand(random);
        int sign = random.Coin() ? 1 : -1;
        switch (kind)
        {
            case 0:
                return (Scale(x, random.Between(-1070, 1020)), Scale(y, random.Between(-1070, 1020)), Scale(z, random.Between(-1070, 1020)));
            case 1:
                int exponent = random.Between(-400, 400);
                (x, y) = (Scale(x, exponent), Scale(y, random.Between(-500, 500)));
                double product = x * y;
                return (x, y, -(random.Next(3) == 0 ? Math.BitIncrement(product) : product));
            case 2:
                return (1 + (random.Next(4096) / 4096.0), 1 + (random.Next(4096) / 4096.0), sign * Scale(1, random.Between(-120, 60)));
            case 3:
                return (Scale(x, -500), Scale(y, -random.Between(520, 580)), double.Epsilon * random.Next(5) * sign);
            case 4:
                return (Scale(x, 511), Scale(y, 512), sign * Scale(z, random.Between(950, 1022)));
            case 5:
                return (x, y, sign * Scale(z, random.Coin() ? random.Between(50, 130) : -random.Between(100, 300)));
            default:
                double one = Scale(1, random.Between(-1040, 1000));
                return (Math.BitDecrement(1.0), sign * Math.BitIncrement(0.5), one);
        }
    }

    private static double Significand(CaseRandom random)
    {
        ulong bits = ((ulong)random.Word() << 32) | random.Word();
        bits &= random.Next(4) switch { 0 => 0xFFFF_F000_0000_0000, 1 => 0xFFFF_FFFF_F800_0000, _ => ulong.MaxValue };
        return BitConverter.UInt64BitsToDouble((bits & 0x800F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
    }

    private static double Scale(double value, int exponent) => Math.ScaleB(value, exponent);

    // x·y + z as an integer times 2^-2148, rounded to nearest even by hand. The result's sign of zero is that of IEEE 754 addition.
    private static ulong Exact(double x, double y, double z)
    {
        BigInteger sum = (Scaled(x) * Scaled(y)) + (Scaled(z) << 1074);
        if (sum.IsZero)
        {
            return double.IsNegative(x) != double.IsNegative(y) && double.IsNegative(z) ? 1UL << 63 : 0;
        }

        ulong sign = sum.Sign < 0 ? 1UL << 63 : 0;
        BigInteger magnitude = BigInteger.Abs(sum);
        int length = (int)magnitude.GetBitLength();

        // The last kept bit: 53 bits for normal numbers, never below 2^-1074, which is bit 1074 here.
        int cut = Math.Max(length - 53, 1074);
        BigInteger kept = magnitude >> cut;
        BigInteger rest = magnitude - (kept << cut);
        BigInteger half = BigInteger.One << (cut - 1);
        if (rest > half || (rest == half && !kept.IsEven))
        {
            kept++;
        }

        BigInteger bits = kept + ((BigInteger)(cut - 1074) << 52);
        return bits >= (BigInteger)0x7FF0_0000_0000_0000 ? sign | 0x7FF0_0000_0000_0000 : sign | (ulong)bits;
    }

    private static BigInteger Scaled(double value)
    {
        ulong bits = BitConverter.DoubleToUInt64Bits(value);
        int exponent = (int)(bits >> 52) & 0x7FF;
        BigInteger fraction = bits & 0xF_FFFF_FFFF_FFFF;
        BigInteger magnitude = exponent == 0 ? fraction : (fraction | 0x10_0000_0000_0000) << (exponent - 1);
        return (bits >> 63) == 0 ? magnitude : -magnitude;
    }
}
