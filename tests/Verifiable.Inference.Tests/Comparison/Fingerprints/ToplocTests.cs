using System.Numerics;
using Verifiable.Inference.Comparison.Fingerprints;

namespace Verifiable.Inference.Tests.Comparison.Fingerprints;

/// <summary>The published vectors of TOPLOC (github.com/PrimeIntellect-ai/toploc at 7ab7bcd, its README and tests), laws, and what has broken other verifiers.</summary>
public sealed class ToplocTests
{
    private const int Order = 65497;

    [Theory]
    [InlineData("1 2 3", "0004 0005 0006", "ffd9000300010000")]
    [InlineData("100 65597 7", "3f80 bf80 4000", "ffd866a245ece568")]
    [InlineData("35 79 63 70", "4039 c02b 4019 c00b", "/9kbQitnukt1bQ==")]
    [InlineData("35 44 2 6", "c023 4022 c018 bfe4", "/9nLuJrxhiVUoA==")]
    [InlineData("8 47 3 19", "4034 c00f 400d 4002", "/9m0aNrm5KtBtg==")]
    [InlineData("44 43 33 3", "c00e 4007 4001 4000", "/9mAZNZYMOKvcw==")]
    [InlineData("13 1 4 14", "c01d bfa4 3f9b 3f97", "/9nSBGTqkZH21w==")]
    public void Published_points_give_the_published_bytes_in_any_order(string indices, string values, string expected)
    {
        int[] places = [.. indices.Split(' ').Select(int.Parse)];
        ushort[] bits = [.. values.Split(' ').Select(value => Convert.ToUInt16(value, 16))];
        byte[] bytes = expected.EndsWith('=') ? Convert.FromBase64String(expected) : Convert.FromHexString(expected);
        Assert.True(ToplocProof.TryCreate(places, bits, out ToplocProof? proof));
        Assert.Equal(bytes, proof.ToBytes());
        Array.Reverse(places);
        Array.Reverse(bits);
        Assert.True(ToplocProof.TryCreate(places, bits, out ToplocProof? reversed));
        Assert.Equal(proof, reversed);
    }

    [Fact]
    public void A_polynomial_is_evaluated_in_the_field_and_at_the_index_modulo_the_modulus()
    {
        Assert.True(ToplocProof.TryRead(Convert.FromHexString("ffd90001000200030004"), 4, out ToplocProof? proof));
        Assert.Equal(39741, proof.ValueAt(42));
        Assert.Equal(39741, proof.ValueAt(42 + Order));
    }

    [Fact]
    public void A_proof_goes_through_its_points_as_big_integers_say()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            int count = 1 + random.Next(130);
            int[] indices = Distinct(random, count, seed % 2 == 0 ? 70_000 : int.MaxValue);
            ushort[] values = [.. indices.Select(_ => (ushort)random.Next(Order))];
            Assert.True(ToplocProof.TryCreate(indices, values, out ToplocProof? proof));
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(values[i], proof.ValueAt(indices[i]));
                Assert.Equal((BigInteger)values[i], Evaluate(proof, indices[i]));
            }

            // The largest modulus that tells all indices apart.
            Assert.Equal(count, indices.Select(index => index % proof.IndexModulus).Distinct().Count());
            Assert.All(Enumerable.Range(proof.IndexModulus + 1, Order - proof.IndexModulus), modulus => Assert.NotEqual(count, indices.Select(index => index % modulus).Distinct().Count()));
        }
    }

    [Fact]
    public void The_same_activations_measure_nothing()
    {
        ushort[] activations = Normal(1, 4096);
        Assert.True(ToplocProof.TryCreate(activations, 128, out ToplocProof? proof));
        Assert.Equal(258, proof.ToBytes().Length);
        Assert.True(ToplocProof.TryRead(proof.ToBytes(), 128, out ToplocProof? read));
        Assert.Equal(proof, read);
        Assert.True(read.TryMeasure(activations, out ToplocMeasurement measurement));
        Assert.Equal(new ToplocMeasurement(128, 0, 0, 0, 0), measurement);
    }

    [Theory]
    [InlineData(1.01f, 0, 2.0)]
    [InlineData(1.10f, 60, 127)]
    public void Scaling_moves_mantissas_as_published(float factor, int mostExponents, double mostError)
    {
        // The authors' tests: 1 % keeps exponents and moves the mantissa by one or two; 10 % moves it by more than ten.
        float[] values = [.. Normal(2, 4096).Select(Widen)];
        Assert.True(ToplocProof.TryCreate([.. values.Select(Round)], 128, out ToplocProof? proof));
        Assert.True(proof.TryMeasure([.. values.Select(value => Round(value * factor))], out ToplocMeasurement measurement));
        Assert.InRange(measurement.ExponentMismatches, 0, mostExponents);
        Assert.InRange(measurement.MantissaErrorMean, factor > 1.05f ? 10.000001 : 0.5, mostError);
        Assert.Equal(factor < 1.05f, measurement.IsWithin(38, 10, 8, signMismatches: 0));
    }

    [Fact]
    public void Mean_and_median_are_over_equal_exponents_only_and_the_median_is_between_the_two_in_the_middle()
    {
        // Errors of the mantissa 0, 1, 4 and 10; the fifth exponent differs.
        ushort[] own = [0x3F90, 0x3FA0, 0x3FB0, 0x3FC0, 0x3F20];
        Assert.True(ToplocProof.TryCreate([0, 1, 2, 3, 4], [0x3F90, 0x3F9F, 0x3FB4, 0x3FCA, 0x3FA0], out ToplocProof? proof));
        Assert.True(proof.TryMeasure(own, out ToplocMeasurement measurement));
        Assert.Equal(new ToplocMeasurement(5, 1, 0, 3.75, 2.5), measurement);
    }

    [Fact]
    public void Four_times_as_large_leaves_no_exponent_and_no_mean()
    {
        ushort[] activations = Normal(3, 1024);
        Assert.True(ToplocProof.TryCreate(activations, 128, out ToplocProof? proof));
        Assert.True(proof.TryMeasure([.. activations.Select(bits => (ushort)(bits + (2 << 7)))], out ToplocMeasurement measurement));
        Assert.Equal(new ToplocMeasurement(128, 128, 0, double.PositiveInfinity, double.PositiveInfinity), measurement);
        Assert.False(measurement.IsWithin(int.MaxValue, double.MaxValue, double.MaxValue, int.MaxValue));
        Assert.False(measurement.IsWithin(int.MaxValue, double.PositiveInfinity, double.PositiveInfinity, int.MaxValue));
    }

    [Fact]
    public void Flipped_signs_are_invisible_to_the_published_numbers_and_counted_here()
    {
        ushort[] activations = Normal(4, 2048);
        Assert.True(ToplocProof.TryCreate(activations, 64, out ToplocProof? proof));
        Assert.True(proof.TryMeasure([.. activations.Select(bits => (ushort)(bits ^ 0x8000))], out ToplocMeasurement measurement));
        Assert.Equal(new ToplocMeasurement(64, 0, 64, 0, 0), measurement);
        Assert.True(measurement.IsWithin(0, 0, 0, int.MaxValue));
        Assert.False(measurement.IsWithin(0, 0, 0, 63));
    }

    [Fact]
    public void Zeros_noise_other_places_and_another_model_are_far()
    {
        // Negative controls: limits that let one of these pass would say nothing.
        ushort[] activations = Normal(5, 8192);
        ushort[] shuffled = [.. activations.Reverse()];
        ushort[][] controls = [new ushort[8192], Normal(6, 8192), shuffled, [.. activations.Select(bits => (ushort)(bits & 0x7FFF | 0x7F))]];
        foreach (ushort[] control in controls)
        {
            Assert.True(ToplocProof.TryCreate(control, 128, out ToplocProof? proof));
            Assert.True(proof.TryMeasure(activations, out ToplocMeasurement measurement));
            Assert.False(measurement.IsWithin(38, 10, 8, int.MaxValue), $"{measurement}");
        }
    }

    [Theory]
    [InlineData("0000")]
    [InlineData("0001")]
    [InlineData("0007")]
    [InlineData("ffda")]
    [InlineData("ffff")]
    public void A_modulus_of_0_or_out_of_its_range_is_refused(string modulus) =>
        Assert.False(ToplocProof.TryRead(Convert.FromHexString(modulus + "0001000200030004"), 4, out _));

    [Fact]
    public void Other_lengths_and_coefficients_beyond_the_field_are_refused()
    {
        byte[] bytes = Convert.FromHexString("ffd90001000200030004");
        Assert.True(ToplocProof.TryRead(bytes, 4, out _));
        Assert.False(ToplocProof.TryRead(bytes, 3, out _));
        Assert.False(ToplocProof.TryRead(bytes, 5, out _));
        Assert.False(ToplocProof.TryRead([.. bytes, 0], 4, out _));
        Assert.False(ToplocProof.TryRead([], 4, out _));
        Assert.False(ToplocProof.TryRead(Convert.FromHexString("ffd9000100020003ffd9"), 4, out _));
        Assert.True(ToplocProof.TryRead(Convert.FromHexString("ffd9000100020003ffd8"), 4, out _));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        Random random = new(7);
        ushort[] activations = Normal(8, 512);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(3) == 0 ? random.Next(40) : 18];
            for (int at = 0; at < bytes.Length; at++)
            {
                bytes[at] = (byte)random.Next(256);
            }

            if (ToplocProof.TryRead(bytes, 8, out ToplocProof? proof))
            {
                read++;
                Assert.Equal(bytes, proof.ToBytes());
                Assert.True(proof.TryMeasure(activations, out ToplocMeasurement measurement));
                Assert.InRange(measurement.ExponentMismatches, 0, 8);
            }
        }

        Assert.InRange(read, 1000, 19_000);
    }

    [Fact]
    public void Activations_that_are_too_few_or_not_finite_have_no_proof_and_no_measurement()
    {
        ushort[] activations = Normal(9, 64);
        Assert.False(ToplocProof.TryCreate(activations, 65, out _));
        Assert.True(ToplocProof.TryCreate(activations, 64, out ToplocProof? proof));
        foreach (ushort bad in new ushort[] { 0x7F80, 0xFF80, 0x7FC0, 0xFFFF })
        {
            ushort[] poisoned = [.. activations];
            poisoned[5] = bad;
            Assert.False(ToplocProof.TryCreate(poisoned, 4, out _));
            Assert.False(proof.TryMeasure(poisoned, out ToplocMeasurement measurement));
            Assert.False(measurement.IsWithin(int.MaxValue, double.MaxValue, double.MaxValue, int.MaxValue));
        }
    }

    [Fact]
    public void Of_equal_sizes_the_first_are_taken()
    {
        // −1 and 1 have one size; 2 is larger; the proof of the first four holds the places 1, 2, 4 and 5.
        ushort one = Round(1);
        ushort[] activations = [Round(0.5f), one, (ushort)(one | 0x8000), Round(0), Round(2), one, one, one];
        Assert.True(ToplocProof.TryCreate(activations, 4, out ToplocProof? proof));
        Assert.True(ToplocProof.TryCreate([1, 2, 4, 5], [one, (ushort)(one | 0x8000), Round(2), one], out ToplocProof? expected));
        Assert.Equal(expected, proof);
    }

    [Fact]
    public void Bad_calls_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>("count", () => ToplocProof.TryCreate(new ushort[4], 0, out _));
        Assert.Throws<ArgumentOutOfRangeException>("count", () => ToplocProof.TryRead([], ToplocProof.MaxCount + 1, out _));
        Assert.Throws<ArgumentException>("values", () => ToplocProof.TryCreate([1, 2], [1], out _));
        Assert.Throws<ArgumentOutOfRangeException>("indices", () => ToplocProof.TryCreate([-1], [1], out _));
        Assert.True(ToplocProof.TryCreate([1], [1], out ToplocProof? proof));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => proof.ValueAt(-1));
    }

    private static BigInteger Evaluate(ToplocProof proof, int index)
    {
        BigInteger place = index % proof.IndexModulus;
        BigInteger value = 0;
        for (int i = 0; i < proof.Count; i++)
        {
            value += proof.Coefficients[i] * BigInteger.Pow(place, i);
        }

        return value % Order;
    }

    private static int[] Distinct(Random random, int count, int below)
    {
        HashSet<int> indices = [];
        while (indices.Count < count)
        {
            indices.Add(random.Next(below));
        }

        return [.. indices];
    }

    private static ushort[] Normal(int seed, int count)
    {
        Random random = new(seed);

        // A sum of twelve uniforms is near enough to normal.
        return [.. Enumerable.Range(0, count).Select(_ => Round((float)(Enumerable.Range(0, 12).Sum(_ => random.Next(1 << 20) / (double)(1 << 20)) - 6)))];
    }

    private static ushort Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);
}
