using Verifiable.Inference.Commitments;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Commitments;

public sealed class TensorCommitmentTests
{
    [Fact]
    public void A15_the_commitment_is_the_plain_one_for_random_types_shapes_layouts_and_chunks()
    {
        RandomTensors random = new(1515);
        for (int trial = 0; trial < 1500; trial++)
        {
            TensorValue tensor = random.Next();
            TensorLayout layout = random.Layout();
            int chunkSize = random.ChunkSize();
            byte[] expected = TensorReference.Compute(tensor, layout, chunkSize);
            Assert.Equal(expected, TensorCommitment.Compute(tensor, layout, chunkSize).ToArray());
            Assert.Equal(expected, TensorCommitment.Of(tensor, layout, chunkSize).Digest.ToArray());
        }
    }

    [Theory]
    [InlineData(ElementType.Float32, 700, 1000)]
    [InlineData(ElementType.Float32, 1000, 3)]
    [InlineData(ElementType.Float64, 3, 50_000)]
    [InlineData(ElementType.BFloat16, 300_001, 2)]
    [InlineData(ElementType.UInt8, 1023, 1025)]
    public void A15_tensors_of_many_chunks_and_several_threads_commit_as_the_plain_form_does(ElementType type, int rows, int columns)
    {
        TensorValue tensor = new RandomTensors(7).Next(type, new TensorShape(rows, columns));
        foreach (TensorLayout layout in RandomTensors.Layouts)
        {
            foreach (int chunkSize in new[] { 64, 16384 })
            {
                byte[] expected = TensorReference.Compute(tensor, layout, chunkSize);
                foreach (int parallelism in new[] { 1, 2, 5 })
                {
                    Assert.Equal(expected, TensorCommitment.Compute(tensor, layout, chunkSize, parallelism).ToArray());
                    Assert.Equal(expected, TensorCommitment.Of(tensor, layout, chunkSize, parallelism).Digest.ToArray());
                }
            }
        }
    }

    [Fact]
    public void A1_the_same_bytes_in_another_shape_commit_to_something_else()
    {
        float[] elements = [1, 2, 3, 4, 5, 6];
        Digest[] digests = [.. new long[][] { [2, 3], [3, 2], [6], [1, 6], [6, 1], [1, 2, 3] }.Select(lengths => TensorCommitment.Compute(TensorValue.Create(elements, lengths)))];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Fact]
    public void A2_the_same_bytes_as_another_type_commit_to_something_else()
    {
        byte[] bytes = new byte[64];
        Digest[] digests = [.. RandomTensors.Types.Select(type => TensorCommitment.Compute(TensorValue.Take(type, new TensorShape(64 / ElementTypes.SizeOf(type)), bytes)))];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Fact]
    public void Layout_and_chunk_size_are_bound_even_where_they_change_no_byte()
    {
        TensorValue scalar = TensorValue.Create([1f]);
        Digest[] digests =
        [
            TensorCommitment.Compute(scalar), TensorCommitment.Compute(scalar, TensorLayout.ByColumn), TensorCommitment.Compute(scalar, TensorLayout.ChannelsLast),
            TensorCommitment.Compute(scalar, chunkSize: 64), TensorCommitment.Compute(scalar, chunkSize: 1 << 20),
        ];
        Assert.Equal(digests.Length, digests.Distinct().Count());
    }

    [Fact]
    public void A5_empty_tensors_scalars_and_axes_of_length_zero_each_commit_to_something_of_their_own()
    {
        TensorValue[] tensors =
        [
            TensorValue.Create([0f]), TensorValue.Create([0f], 1), TensorValue.Create(Array.Empty<float>(), 0), TensorValue.Create(Array.Empty<float>(), 0, 3),
            TensorValue.Create(Array.Empty<float>(), 3, 0), TensorValue.Create(Array.Empty<int>(), 0),
        ];
        Digest[] digests = [.. tensors.Select(tensor => TensorCommitment.Compute(tensor))];
        Assert.Equal(digests.Length, digests.Distinct().Count());
        Assert.All(tensors, tensor => Assert.Equal(TensorReference.Compute(tensor, TensorLayout.RowMajor, 16384), TensorCommitment.Compute(tensor).ToArray()));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorCommitment.Of(tensors[2]).Open(0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(32)]
    [InlineData(65)]
    [InlineData(100)]
    [InlineData(-64)]
    [InlineData(1 << 21)]
    [InlineData(int.MinValue)]
    public void A8_a_chunk_size_that_is_no_power_of_two_of_64_bytes_to_a_mebibyte_is_a_callers_mistake(int chunkSize)
    {
        TensorValue tensor = TensorValue.Create([1.0, 2.0], 2);
        Assert.Throws<ArgumentException>(() => TensorCommitment.Compute(tensor, chunkSize: chunkSize));
        Assert.Throws<ArgumentException>(() => TensorCommitment.Of(tensor, chunkSize: chunkSize));
    }

    [Fact]
    public void No_layout_and_no_threads_are_callers_mistakes()
    {
        TensorValue tensor = TensorValue.Create([1.0, 2.0], 2);
        Assert.Throws<ArgumentException>(() => TensorCommitment.Compute(tensor, TensorLayout.None));
        Assert.Throws<ArgumentException>(() => TensorCommitment.Compute(tensor, (TensorLayout)4));
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorCommitment.Compute(tensor, parallelism: 0));
        Assert.Throws<ArgumentNullException>(() => TensorCommitment.Compute(null!));
    }

    [Fact]
    public void A10_NaNs_of_all_signs_and_payloads_commit_alike()
    {
        float[] payloads = [float.NaN, BitConverter.UInt32BitsToSingle(0x7F800001), BitConverter.UInt32BitsToSingle(0xFFFFFFFF), BitConverter.UInt32BitsToSingle(0x7FC00000)];
        Assert.Single(payloads.Select(nan => TensorCommitment.Compute(TensorValue.Create([1, nan, 2], 3))).Distinct());
        ulong[] doubles = [0x7FF8000000000000, 0xFFF8000000000000, 0x7FF0000000000001, ulong.MaxValue];
        Assert.Single(doubles.Select(bits => TensorCommitment.Compute(TensorValue.Create([BitConverter.UInt64BitsToDouble(bits)], 1))).Distinct());
        ushort[] halves = [0x7E00, 0xFE00, 0x7C01, 0xFFFF];
        Assert.Single(halves.Select(bits => TensorCommitment.Compute(TensorValue.Create([BitConverter.UInt16BitsToHalf(bits)], 1))).Distinct());
        ushort[] brains = [0x7FC0, 0xFFC0, 0x7F81, 0xFFFF];
        Assert.Single(brains.Select(bits => TensorCommitment.Compute(Brain(bits))).Distinct());
    }

    [Fact]
    public void A10_every_16_bit_float_that_is_a_number_keeps_its_bits()
    {
        ushort[] all = [.. Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits)];
        Check(TensorValue.Take(ElementType.Float16, new TensorShape(1 << 16), all.SelectMany(Bytes).ToArray()), bits => Half.IsNaN(BitConverter.UInt16BitsToHalf(bits)), 0x7E00);
        Check(TensorValue.Take(ElementType.BFloat16, new TensorShape(1 << 16), all.SelectMany(Bytes).ToArray()),
            bits => float.IsNaN(BitConverter.UInt32BitsToSingle((uint)bits << 16)), 0x7FC0);

        static byte[] Bytes(ushort bits) => [(byte)(bits & 0xFF), (byte)(bits >> 8)];
        static void Check(TensorValue tensor, Func<ushort, bool> isNaN, ushort canonical)
        {
            var commitment = TensorCommitment.Of(tensor);
            for (long chunk = 0; chunk < commitment.Header.ChunkCount; chunk++)
            {
                Assert.True(commitment.Open(chunk).TryVerify(commitment.Digest, out ReadOnlyMemory<byte> bytes));
                for (int i = 0; i < bytes.Length / 2; i++)
                {
                    ushort original = (ushort)((chunk * 8192) + i);
                    Assert.Equal(isNaN(original) ? canonical : original, bytes.Span[2 * i] | (bytes.Span[(2 * i) + 1] << 8));
                }
            }
        }
    }

    [Fact]
    public void A10_zeros_of_both_signs_infinities_and_subnormals_are_kept_apart()
    {
        float[] values = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, float.MaxValue, float.NaN];
        Assert.Equal(values.Length, values.Select(value => TensorCommitment.Compute(TensorValue.Create([value], 1))).Distinct().Count());
    }

    [Fact]
    public void Committing_leaves_the_tensor_as_it_is()
    {
        TensorValue tensor = TensorValue.Create([BitConverter.UInt32BitsToSingle(0xFFC12345), 1, 2, 3], 2, 2);
        byte[] before = tensor.Bytes.ToArray();
        _ = TensorCommitment.Of(tensor, TensorLayout.ByColumn).Open(0);
        Assert.Equal(before, tensor.Bytes.ToArray());
    }

    [Fact]
    public void Any_flipped_bit_of_the_elements_changes_the_commitment()
    {
        TensorValue tensor = new RandomTensors(3).Next(ElementType.Int32, new TensorShape(3, 3, 5));
        foreach (TensorLayout layout in RandomTensors.Layouts)
        {
            HashSet<Digest> digests = [TensorCommitment.Compute(tensor, layout, 64)];
            for (int bit = 0; bit < 8 * tensor.Bytes.Length; bit++)
            {
                byte[] altered = tensor.Bytes.ToArray();
                altered[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.True(digests.Add(TensorCommitment.Compute(TensorValue.Take(tensor.Type, tensor.Shape, altered), layout, 64)));
            }
        }
    }

    [Theory]
    [InlineData(TensorLayout.RowMajor)]
    [InlineData(TensorLayout.ByColumn)]
    [InlineData(TensorLayout.ChannelsLast)]
    public void Committing_takes_memory_for_a_few_chunks_only(TensorLayout layout)
    {
        TensorValue tensor = TensorValue.Take(ElementType.Float32, new TensorShape(1, 2048, 2048), new byte[16 << 20]);
        _ = TensorCommitment.Compute(tensor, layout);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _ = TensorCommitment.Compute(tensor, layout);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    private static TensorValue Brain(ushort bits) => TensorValue.Take(ElementType.BFloat16, new TensorShape(1), new[] { (byte)(bits & 0xFF), (byte)(bits >> 8) });
}
