using System.Numerics;
using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;

namespace Verifiable.Inference.Onnx.Tests.Arithmetic;

public sealed class FusedMultiplyAddTests
{
    [Fact]
    public void The_software_form_equals_exact_integer_arithmetic()
    {
        var random = new CaseRandom(1);
        for (int i = 0; i < 200_000; i++)
        {
            (float x, float y, float z) = Triple(random, i % 4);
            uint expected = Exact(x, y, z);
            uint actual = BitConverter.SingleToUInt32Bits(SoftwareFusedMultiplyAdd.Compute(x, y, z));
            Assert.True(expected == actual, $"fma({x:R}, {y:R}, {z:R}): expected {expected:x8}, got {actual:x8}");
        }
    }

    [Fact]
    public void The_form_in_use_equals_the_software_form()
    {
        var random = new CaseRandom(2) { IsSpecial = true };
        for (int i = 0; i < 300_000; i++)
        {
            (float x, float y, float z) = i % 2 == 0 ? (random.Float(), random.Float(), random.Float()) : Triple(random, i % 8 / 2);
            float expected = SoftwareFusedMultiplyAdd.Compute(x, y, z);
            float actual = CanonicalMath.FusedMultiplyAdd(x, y, z);
            Assert.True(
                BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(expected)) == BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(actual)),
                $"fma({x:R}, {y:R}, {z:R}): software {expected:R}, in use {actual:R}");
        }
    }

    [Fact]
    public void Edges_are_those_of_ieee_754()
    {
        (float X, float Y, float Addend, float Expected)[] rows =
        [
            (float.MaxValue, 2f, float.NegativeInfinity, float.NegativeInfinity),
            (float.MaxValue, 2f, -float.MaxValue, float.MaxValue),
            (float.MaxValue, 2f, 0f, float.PositiveInfinity),
            (0f, float.PositiveInfinity, 1f, float.NaN),
            (float.PositiveInfinity, 1f, float.NegativeInfinity, float.NaN),
            (-0f, 1f, -0f, -0f),
            (-0f, 1f, 0f, 0f),
            (1f, 1f, -1f, 0f),
            (float.Epsilon, 0.5f, 0f, 0f),
            (float.Epsilon, 0.5f, float.Epsilon, 2 * float.Epsilon),
            (-float.Epsilon, float.Epsilon, 0f, -0f),
        ];
        foreach ((float x, float y, float addend, float expected) in rows)
        {
            Assert.Equal(
                BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(expected)),
                BitConverter.SingleToUInt32Bits(CanonicalMath.CanonicalizeNaN(SoftwareFusedMultiplyAdd.Compute(x, y, addend))));
        }
    }

    // Midpoints plus and minus what a double cannot hold, subnormal results, the edge of overflow.
    [Fact]
    public void Fused_multiply_add_is_exact_on_adversarial_operands()
    {
        var random = new CaseRandom(9);
        for (int i = 0; i < 400_000; i++)
        {
            int exponent = random.Between(-149, 126);
            float z = BitConverter.UInt32BitsToSingle(random.Word());
            z = float.IsFinite(z) ? z : 1f;
            float ulp = MathF.BitIncrement(MathF.Abs(z)) - MathF.Abs(z);
            float small = 1f + (random.Next(4) * 1.1920929E-07f * (random.Coin() ? 1 : -0.5f));
            float other = 1f - (random.Next(4) * 5.9604645E-08f);
            (float x, float y, float addend) = (i % 4) switch
            {
                0 => (small * (random.Coin() ? -1 : 1), other * ulp * 0.5f, z),
                1 => (MathF.ScaleB(small, -75), MathF.ScaleB((random.Next(64) + 0.5f) * other, -74), random.Coin() ? 0f : float.Epsilon * random.Next(3)),
                2 => (MathF.ScaleB(small, 64), MathF.ScaleB(other, 64), random.Coin() ? -MathF.ScaleB(1f, random.Between(90, 127)) : -0f),
                _ => (MathF.ScaleB(small, exponent / 2), MathF.ScaleB(other, exponent - (exponent / 2)), -MathF.ScaleB(random.Coin() ? small : other, exponent)),
            };
            if (!float.IsFinite(x) || !float.IsFinite(y) || !float.IsFinite(addend))
            {
                continue;
            }

            uint expected = Nearest(x, y, addend);
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(SoftwareFusedMultiplyAdd.Compute(x, y, addend)));
            Assert.Equal(expected, BitConverter.SingleToUInt32Bits(CanonicalMath.FusedMultiplyAdd(x, y, addend)));
        }
    }

    // Random bits; near-cancellation; ties at the last bit; subnormal results.
    private static (float X, float Y, float Z) Triple(CaseRandom random, int kind)
    {
        static float Finite(CaseRandom random)
        {
            float value = BitConverter.UInt32BitsToSingle(random.Word());
            return float.IsFinite(value) ? value : 1.5f;
        }

        float x = Finite(random);
        float y = Finite(random);
        switch (kind)
        {
            case 0:
                return (x, y, Finite(random));
            case 1:
                float product = x * y;
                return (x, y, float.IsFinite(product) ? -MathF.BitIncrement(product) : 1f);
            case 2:
                return (1f + ((random.Next(4096) + 1) / 4096f), 1f + ((random.Next(4096) + 1) / 4096f), (random.Coin() ? 1 : -1) * MathF.ScaleB(1f, random.Between(-60, 30)));
            default:
                return (MathF.ScaleB(1f + (random.Next(1 << 20) / (float)(1 << 20)), -70), MathF.ScaleB(1f + (random.Next(1 << 20) / (float)(1 << 20)), -random.Between(50, 80)), float.Epsilon * random.Next(5));
        }
    }

    // x·y + z as an integer times 2^-298, rounded to nearest even by hand. The result's sign of zero is that of IEEE 754 addition.
    private static uint Exact(float x, float y, float z)
    {
        BigInteger sum = (Scaled(x) * Scaled(y)) + (Scaled(z) << 149);
        if (sum.IsZero)
        {
            return float.IsNegative(x) != float.IsNegative(y) && float.IsNegative(z) ? 0x8000_0000u : 0u;
        }

        uint sign = sum.Sign < 0 ? 0x8000_0000u : 0u;
        BigInteger magnitude = BigInteger.Abs(sum);
        int length = (int)magnitude.GetBitLength();

        // The last kept bit: 24 bits for normal numbers, never below 2^-149, which is bit 149 here.
        int cut = Math.Max(length - 24, 149);
        BigInteger kept = magnitude >> cut;
        BigInteger rest = magnitude - (kept << cut);
        BigInteger half = BigInteger.One << (cut - 1);
        if (rest > half || (rest == half && !kept.IsEven))
        {
            kept++;
        }

        // A carry into the 25th bit moves to the next exponent by itself, since the exponent stands above the fraction.
        long bits = cut == 149 ? (long)kept : ((long)(cut - 149) << 23) + (long)kept;
        return bits >= 0x7F80_0000 ? sign | 0x7F80_0000u : sign | (uint)bits;
    }

    private static BigInteger Scaled(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        int exponent = (int)((bits >> 23) & 0xFF);
        BigInteger fraction = bits & 0x7F_FFFF;
        BigInteger magnitude = exponent == 0 ? fraction : (fraction | 0x80_0000) << (exponent - 1);
        return (bits >> 31) == 0 ? magnitude : -magnitude;
    }

    // Walks to the nearest float by comparing exact distances: another way than that of Exact.
    private static uint Nearest(float x, float y, float z)
    {
        BigInteger sum = (Scaled(x) * Scaled(y)) + (Scaled(z) << 149);
        if (sum.IsZero)
        {
            return float.IsNegative(x) != float.IsNegative(y) && float.IsNegative(z) ? 0x8000_0000u : 0;
        }

        uint low = 0;
        uint high = 0x7F80_0000;
        BigInteger magnitude = BigInteger.Abs(sum);
        while (high - low > 1)
        {
            uint middle = (low + high) / 2;
            (low, high) = Value(middle) <= magnitude ? (middle, high) : (low, middle);
        }

        BigInteger down = magnitude - Value(low);
        BigInteger up = Value(high) - magnitude;
        uint nearest = down < up || (down == up && (low & 1) == 0) ? low : high;
        return nearest | (sum.Sign < 0 ? 0x8000_0000u : 0);
    }

    // Infinity stands where the next float would.
    private static BigInteger Value(uint bits) => bits == 0x7F80_0000 ? BigInteger.One << (128 + 149 + 149) : Scaled(BitConverter.UInt32BitsToSingle(bits)) << 149;
}
