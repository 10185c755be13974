using System.Buffers.Binary;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison.Fingerprints;

namespace Verifiable.Inference.Tests.Comparison.Fingerprints;

/// <summary>Laws of sketches by random signs, with the controls that a sketch which sees nothing would pass.</summary>
public sealed class ProjectionSketchTests
{
    private const int Length = 2048;

    private static readonly SignMatrix _matrix = new(Digest.Of("after the commitment"u8), Length);

    public static TheoryData<SketchPrecision> Precisions => [SketchPrecision.Bits8, SketchPrecision.Bits16];

    [Fact]
    public void Signs_are_the_bits_of_hashes_of_label_key_and_counter()
    {
        byte[] input = [.. "verifiable.inference/sign-matrix/v1"u8, .. Bytes(_matrix.Key), 0, 0, 1, 2];
        byte[] hash = System.Security.Cryptography.SHA256.HashData(input);
        for (int column = 0; column < 4; column++)
        {
            ulong word = BinaryPrimitives.ReadUInt64BigEndian(hash.AsSpan(8 * column));
            for (int row = 0; row < SignMatrix.Rows; row++)
            {
                Assert.Equal(((word >> row) & 1) != 0, _matrix.IsNegative(row, (258 * 4) + column));
            }
        }
    }

    [Fact]
    public void A_longer_matrix_of_the_same_key_begins_alike_and_another_key_gives_half_of_the_signs()
    {
        SignMatrix longer = new(_matrix.Key, Length + 3);
        SignMatrix other = new(Digest.Of("another"u8), Length);
        int different = 0;
        for (int column = 0; column < Length; column++)
        {
            for (int row = 0; row < SignMatrix.Rows; row++)
            {
                Assert.Equal(_matrix.IsNegative(row, column), longer.IsNegative(row, column));
                different += _matrix.IsNegative(row, column) == other.IsNegative(row, column) ? 0 : 1;
            }
        }

        // 131072 coins: five standard deviations are 905.
        Assert.InRange(different, 65536 - 905, 65536 + 905);
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Components_are_the_products_with_the_signs(SketchPrecision precision)
    {
        float[] chunk = Normal(1, Length);
        ProjectionSketch sketch = Create(chunk, precision);
        double step = sketch.Scale / (precision == SketchPrecision.Bits8 ? 127.0 : 32767);
        for (int row = 0; row < SignMatrix.Rows; row++)
        {
            decimal sum = 0;
            for (int i = 0; i < Length; i++)
            {
                sum += (_matrix.IsNegative(row, i) ? -1 : 1) * (decimal)(double)chunk[i];
            }

            Assert.InRange(sketch.Levels[row] * step, (double)sum - (0.500001 * step), (double)sum + (0.500001 * step));
        }
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void A_sketch_is_read_back_and_nothing_else_reads_as_it(SketchPrecision precision)
    {
        foreach (float factor in new[] { 0f, 1e-44f, 1e-38f, 1f, 1e30f })
        {
            ProjectionSketch sketch = Create([.. Normal(2, Length).Select(value => value * factor)], precision);
            byte[] bytes = sketch.ToBytes();
            Assert.Equal(precision == SketchPrecision.Bits8 ? 68 : 132, bytes.Length);
            Assert.True(ProjectionSketch.TryRead(bytes, precision, out ProjectionSketch? read), $"{factor}");
            Assert.Equal(sketch, read);
            Assert.False(ProjectionSketch.TryRead(bytes.AsSpan(1), precision, out _));
            Assert.False(ProjectionSketch.TryRead([.. bytes, 0], precision, out _));
            Assert.False(ProjectionSketch.TryRead(bytes, (SketchPrecision)(3 - (int)precision), out _));
        }
    }

    [Theory]
    [InlineData(0x7FC0_0000)]
    [InlineData(0x7F80_0000)]
    [InlineData(0xBF80_0000)]
    [InlineData(0x8000_0000)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x007F_FFFF)]
    public void A_scale_that_no_sketch_has_is_refused(uint scale)
    {
        byte[] bytes = Create(Normal(3, Length), SketchPrecision.Bits8).ToBytes();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, scale);
        Assert.False(ProjectionSketch.TryRead(bytes, SketchPrecision.Bits8, out _));
    }

    [Fact]
    public void Levels_that_do_not_meet_their_scale_or_pass_it_are_refused()
    {
        byte[] bytes = new byte[68];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, 1);
        Assert.False(ProjectionSketch.TryRead(bytes, SketchPrecision.Bits8, out _));
        bytes[40] = 126;
        Assert.False(ProjectionSketch.TryRead(bytes, SketchPrecision.Bits8, out _));
        bytes[40] = 127;
        Assert.True(ProjectionSketch.TryRead(bytes, SketchPrecision.Bits8, out _));
        bytes[41] = 0x80;
        Assert.False(ProjectionSketch.TryRead(bytes, SketchPrecision.Bits8, out _));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_chunk_that_is_poisoned_has_no_sketch(float bad)
    {
        float[] chunk = Normal(4, Length);
        chunk[Length / 2] = bad;
        Assert.False(ProjectionSketch.TryCreate(chunk, _matrix, SketchPrecision.Bits16, out _));
        Assert.False(ProjectionSketch.TryCreate([.. Enumerable.Repeat(float.MaxValue, Length)], _matrix, SketchPrecision.Bits16, out _));
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Distances_are_those_of_the_chunks(SketchPrecision precision)
    {
        // ‖x − y‖ ÷ ‖y‖ of a sketch of 64 rows has a relative error of about 1 ÷ √128, for numerator and denominator each; six standard deviations are a half of it.
        for (int seed = 10; seed < 40; seed++)
        {
            float[] own = Normal(seed, Length);
            float[] noise = Normal(seed + 100, Length);
            float[] claimed = [.. own.Zip(noise, static (x, y) => x + (0.25f * y))];
            Assert.InRange(Create(claimed, precision).DistanceTo(Create(own, precision)), 0.125, 0.42);
        }
    }

    [Theory]
    [MemberData(nameof(Precisions))]
    public void Zeros_noise_shuffled_scaled_and_flipped_chunks_are_far(SketchPrecision precision)
    {
        // Negative controls: a limit must lie far below all of these.
        float[] own = Normal(5, Length);
        float[][] controls =
        [
            new float[Length], Normal(6, Length), [.. own.Reverse()], [.. own.Select(static value => value * 2)], [.. own.Select(static value => -value)],
            [.. own.Select(static value => Math.Abs(value))], [.. own.Select(static (value, i) => i % 2 == 0 ? value : -value)],
        ];
        ProjectionSketch mine = Create(own, precision);
        Assert.Equal(0, mine.DistanceTo(mine));
        Assert.All(controls, control => Assert.InRange(Create(control, precision).DistanceTo(mine), 0.5, 20));
    }

    [Fact]
    public void Sixteen_bits_tell_binary16_weights_from_noise_and_one_step_of_eight_bits_is_larger_than_both()
    {
        // A relative error of 5·10⁻⁴, as of binary16 weights behind a binary32 model, against an honest one of 10⁻⁶.
        float[] own = Normal(7, Length);
        float[] honest = [.. own.Zip(Normal(8, Length), static (x, y) => x + (1e-6f * y))];
        float[] cheap = [.. own.Zip(Normal(9, Length), static (x, y) => x + (5e-4f * y))];
        Assert.InRange(Create(cheap, SketchPrecision.Bits16).DistanceTo(Create(own, SketchPrecision.Bits16)), 2e-4, 1e-3);
        Assert.InRange(Create(honest, SketchPrecision.Bits16).DistanceTo(Create(own, SketchPrecision.Bits16)), 0, 5e-5);
        ProjectionSketch coarse = Create(own, SketchPrecision.Bits8);
        double norm = Math.Sqrt(coarse.Levels.ToArray().Sum(static level => (double)level * level));
        Assert.True(1 / norm > 2 * 5e-4, $"{1 / norm}");
    }

    [Fact]
    public void Nothing_is_far_from_nothing_and_all_else_is()
    {
        ProjectionSketch zero = Create(new float[Length], SketchPrecision.Bits16);
        ProjectionSketch one = Create(Normal(1, Length), SketchPrecision.Bits16);
        Assert.Equal(0, zero.DistanceTo(zero));
        Assert.Equal(double.PositiveInfinity, one.DistanceTo(zero));
        Assert.Equal(1, zero.DistanceTo(one), 12);
        Assert.Equal(double.PositiveInfinity, one.DistanceTo(Create(Normal(1, Length), SketchPrecision.Bits8)));
    }

    [Fact]
    public void Bad_calls_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new SignMatrix(default, 0));
        Assert.Throws<ArgumentOutOfRangeException>("columns", () => new SignMatrix(default, (1 << 24) + 1));
        Assert.Throws<ArgumentException>("chunk", () => ProjectionSketch.TryCreate(new float[Length + 1], _matrix, SketchPrecision.Bits8, out _));
        Assert.Throws<ArgumentOutOfRangeException>("precision", () => ProjectionSketch.TryCreate(new float[1], _matrix, SketchPrecision.None, out _));
        Assert.Throws<ArgumentOutOfRangeException>("precision", () => ProjectionSketch.TryRead([], (SketchPrecision)3, out _));
    }

    private static ProjectionSketch Create(float[] chunk, SketchPrecision precision)
    {
        Assert.True(ProjectionSketch.TryCreate(chunk, _matrix, precision, out ProjectionSketch? sketch));
        return sketch;
    }

    private static byte[] Bytes(Digest digest)
    {
        byte[] bytes = new byte[Digest.Size];
        digest.CopyTo(bytes);
        return bytes;
    }

    private static float[] Normal(int seed, int count)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }
}
