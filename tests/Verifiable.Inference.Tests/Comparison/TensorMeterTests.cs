using System.Numerics;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Comparison;

/// <summary>Measures of tensors against exact arithmetic, against their plain form, and against what attacks a comparison.</summary>
public sealed class TensorMeterTests
{
    [Fact]
    public void Floats_have_the_bits_of_the_plain_form_at_every_length()
    {
        Random random = new(1);
        for (int length = 0; length < 200; length++)
        {
            float[] x = Floats(random, length, oddRate: length % 3 == 0 ? 0.05 : 0);
            float[] y = Floats(random, length, oddRate: length % 3 == 1 ? 0.05 : 0);
            Assert.Equal(Plain(x, y), Measure(x, y));
        }
    }

    [Fact]
    public void Blocks_are_added_in_their_order_whatever_the_threads()
    {
        Random random = new(2);
        float[] x = Floats(random, (3 * TensorMeter.BlockLength) + 77, oddRate: 0.001);
        float[] y = Floats(random, x.Length, oddRate: 0.001);
        TensorDistances expected = Plain(x[..TensorMeter.BlockLength], y[..TensorMeter.BlockLength]);
        for (int start = TensorMeter.BlockLength; start < x.Length; start += TensorMeter.BlockLength)
        {
            int end = Math.Min(start + TensorMeter.BlockLength, x.Length);
            TensorDistances block = Plain(x[start..end], y[start..end]);
            expected = expected with
            {
                Count = expected.Count + block.Count,
                NaNMismatches = expected.NaNMismatches + block.NaNMismatches,
                InfinityMismatches = expected.InfinityMismatches + block.InfinityMismatches,
                SignFlips = expected.SignFlips + block.SignFlips,
                MaxAbsolute = Math.Max(expected.MaxAbsolute, block.MaxAbsolute),
                MaxUlp = Math.Max(expected.MaxUlp, block.MaxUlp),
                SumOfDifferences = expected.SumOfDifferences + block.SumOfDifferences,
                SquaredDifference = expected.SquaredDifference + block.SquaredDifference,
                SquaredLeft = expected.SquaredLeft + block.SquaredLeft,
                SquaredRight = expected.SquaredRight + block.SquaredRight,
            };
        }

        Assert.True(expected.NaNMismatches > 0 && expected.InfinityMismatches > 0);
        Assert.Equal(expected, Measure(x, y));
    }

    [Fact]
    public void Sums_are_those_of_exact_arithmetic()
    {
        Random random = new(3);
        for (int i = 0; i < 50; i++)
        {
            int length = random.Next(1, 300);
            float[] x = [.. Enumerable.Range(0, length).Select(_ => random.Next(-999, 1000) / 64f)];
            float[] y = [.. Enumerable.Range(0, length).Select(_ => random.Next(-999, 1000) / 64f)];
            TensorDistances found = Measure(x, y);

            // 64ths of at most 1000: doubles hold every sum exactly.
            long[] a = [.. x.Select(static value => (long)(value * 64))];
            long[] b = [.. y.Select(static value => (long)(value * 64))];
            Assert.Equal(a.Zip(b, static (p, q) => p - q).Sum() / 64.0, found.SumOfDifferences);
            Assert.Equal(a.Zip(b, static (p, q) => (p - q) * (p - q)).Sum() / 4096.0, found.SquaredDifference);
            Assert.Equal(a.Sum(static p => p * p) / 4096.0, found.SquaredLeft);
            Assert.Equal(b.Sum(static p => p * p) / 4096.0, found.SquaredRight);
            Assert.Equal(a.Zip(b, static (p, q) => Math.Abs(p - q)).Max() / 64.0, found.MaxAbsolute);
            Assert.Equal(a.Zip(b, static (p, q) => p * q < 0 ? 1 : 0).Sum(), found.SignFlips);
            double cosine = 1 - (a.Zip(b, static (p, q) => (double)p * q).Sum() / Math.Sqrt(a.Sum(static p => (double)p * p)) / Math.Sqrt(b.Sum(static p => (double)p * p)));
            Assert.Equal(cosine, found.Cosine, 12);
        }
    }

    [Fact]
    public void Steps_between_floats_are_counted_one_by_one()
    {
        foreach (float start in new[] { 0f, float.Epsilon, 1f, -1f, 1.17549435e-38f, float.MaxValue / 2 })
        {
            float at = start;
            for (ulong steps = 0; steps < 40; steps++)
            {
                Assert.Equal(steps, Measure([start], [at]).MaxUlp);
                at = MathF.BitIncrement(at);
            }
        }

        // Across zero: from −3 subnormal steps to +2.
        Assert.Equal(5UL, Measure([-3 * float.Epsilon], [2 * float.Epsilon]).MaxUlp);
        Assert.Equal(0UL, Measure([-0f], [0f]).MaxUlp);
        Assert.Equal(2 * 0x7F7F_FFFFUL, Measure([float.MinValue], [float.MaxValue]).MaxUlp);
        Assert.Equal(ulong.MaxValue, Single(new[] { long.MinValue }, new[] { long.MaxValue }).MaxUlp);
        Assert.Equal(1UL, Single(new[] { (Half)1 }, new[] { Half.BitIncrement((Half)1) }).MaxUlp);
        Assert.Equal(1UL, Single(new[] { 1.0 }, new[] { Math.BitDecrement(1.0) }).MaxUlp);
    }

    [Fact]
    public void Squares_that_overflow_or_vanish_still_give_ratios()
    {
        Assert.Equal(1 / Math.Sqrt(5), Single(new[] { 1e300, 0 }, new[] { 1e300, 5e299 }).NormRelative, 12);
        Assert.Equal(0.5, Single(new[] { 1e-300 }, new[] { 5e-301 }).NormRelative, 12);
        Assert.Equal(2, Single(new[] { double.MaxValue / 4 }, new[] { -double.MaxValue / 4 }).NormRelative, 12);
        Assert.Equal(1 - Math.Sqrt(0.5), Single(new[] { 1e-200, 0 }, new[] { 1e-200, 1e-200 }).Cosine, 12);
        Assert.True(Single(new[] { 1e150, 0 }, new[] { 1e150, 1e-150 }).NormRelative > 0);
        Assert.Equal(0, Single(new[] { 1e300, 0 }, new[] { 1e300, 0 }).NormRelative);
    }

    [Fact]
    public void A_small_angle_keeps_its_digits()
    {
        // x = (1, 0) and (1, 2^−20): 1 − cos = t²/2 − 3t⁴/8 …, of which 1 − cos computed as such keeps four digits.
        double t = Math.ScaleB(1, -20);
        double expected = (t * t / 2) - (3 * t * t * t * t / 8);
        Assert.Equal(1, Measure([1, 0], [1, (float)t]).Cosine / expected, 9);
    }

    [Theory]
    [InlineData(float.NaN, 1, 1, 0)]
    [InlineData(1, float.NaN, 1, 0)]
    [InlineData(float.NaN, float.NaN, 0, 0)]
    [InlineData(float.NaN, float.PositiveInfinity, 1, 0)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity, 0, 0)]
    [InlineData(float.PositiveInfinity, float.NegativeInfinity, 0, 1)]
    [InlineData(float.PositiveInfinity, 3, 0, 1)]
    [InlineData(3, float.NegativeInfinity, 0, 1)]
    public void A_poisoned_place_is_counted_and_infinitely_far_wherever_it_stands(float x, float y, long nans, long infinities)
    {
        for (int place = 0; place < 40; place++)
        {
            float[] left = [.. Enumerable.Range(0, 40).Select(static i => (float)i)];
            float[] right = [.. left];
            (left[place], right[place]) = (x, y);
            TensorDistances found = Measure(left, right);
            Assert.Equal((nans, infinities, 40L), (found.NaNMismatches, found.InfinityMismatches, found.Count));
            double expected = nans + infinities == 0 ? 0 : double.PositiveInfinity;
            foreach (OutputComparer comparer in new[] { OutputComparers.MaxAbsolute, OutputComparers.MaxUlp, OutputComparers.NormRelative, OutputComparers.Cosine })
            {
                Assert.Equal(expected, comparer.Measure(NamedTensors.Of("y", TensorValue.Create(left, 40)), NamedTensors.Of("y", TensorValue.Create(right, 40))));
            }
        }
    }

    [Fact]
    public void Errors_that_cancel_and_errors_of_one_sign_differ_in_their_sum_alone()
    {
        float[] x = new float[1000];
        float[] cancelling = [.. Enumerable.Range(0, 1000).Select(static i => i % 2 == 0 ? 0.5f : -0.5f)];
        float[] leaning = [.. Enumerable.Repeat(-0.5f, 1000)];
        Assert.Equal(0, Measure(x, cancelling).SumOfDifferences);
        Assert.Equal(500, Measure(x, leaning).SumOfDifferences);
        Assert.Equal(Measure(x, cancelling).SquaredDifference, Measure(x, leaning).SquaredDifference);
    }

    [Fact]
    public void Every_type_is_measured_as_big_integers_say()
    {
        RandomTensors random = new(9);
        for (int i = 0; i < 500; i++)
        {
            TensorValue a = random.Next();
            TensorValue b = random.Next(a.Type, a.Shape);
            if (ElementTypes.IsFloat(a.Type))
            {
                continue;
            }

            BigInteger largest = 0;
            for (int at = 0; at < a.Length; at++)
            {
                largest = BigInteger.Max(largest, BigInteger.Abs(Integer(a, at) - Integer(b, at)));
            }

            TensorDistances found = TensorMeter.Measure(a, b);
            Assert.Equal(largest, (BigInteger)found.MaxUlp);
            Assert.Equal((double)(ulong)largest, found.MaxAbsolute);
        }
    }

    [Fact]
    public void Other_types_and_shapes_throw()
    {
        TensorValue one = TensorValue.Create(new float[] { 1, 2 }, 2);
        Assert.Throws<ArgumentException>("right", () => TensorMeter.Measure(one, TensorValue.Create(new float[] { 1, 2 }, 1, 2)));
        Assert.Throws<ArgumentException>("right", () => TensorMeter.Measure(one, TensorValue.Create(new[] { 1, 2 }, 2)));
        Assert.Throws<ArgumentNullException>("left", () => TensorMeter.Measure(null!, one));
        Assert.Throws<ArgumentNullException>("right", () => TensorMeter.Measure(one, null!));
    }

    private static BigInteger Integer(TensorValue tensor, int at)
    {
        int size = ElementTypes.SizeOf(tensor.Type);
        bool isSigned = tensor.Type is ElementType.Int8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64;
        return new BigInteger(tensor.Bytes.Span.Slice(at * size, size), isUnsigned: !isSigned);
    }

    private static float[] Floats(Random random, int length, double oddRate)
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.NextDouble() < oddRate ? odd[random.Next(3)]
                : random.Next(20) == 0 ? -0f
                : (float)((random.NextDouble() - 0.5) * Math.ScaleB(1, random.Next(-140, 120)));
        }

        return values;
    }

    private static TensorDistances Plain(float[] x, float[] y) =>
        TensorMeter.Plain<float, Float32Reader>(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(x), System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(y));

    private static TensorDistances Measure(float[] x, float[] y) => Single(x, y);

    private static TensorDistances Single<T>(T[] x, T[] y)
        where T : unmanaged => TensorMeter.Measure(TensorValue.Create(x, x.Length), TensorValue.Create(y, y.Length));
}
