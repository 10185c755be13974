using System.Numerics.Tensors;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Commitments;

namespace Verifiable.Inference.Tests.Tensors;

public sealed class TensorValueTests
{
    [Fact]
    public void Elements_read_back_as_given_for_every_type()
    {
        Check<float>([1, -0f, float.NaN], ElementType.Float32);
        Check<double>([1, -0.0, double.NaN], ElementType.Float64);
        Check([(Half)1, Half.NaN], ElementType.Float16);
        Check([true, false], ElementType.Boolean);
        Check<byte>([1, 255], ElementType.UInt8);
        Check<sbyte>([1, -128], ElementType.Int8);
        Check<ushort>([1, 65535], ElementType.UInt16);
        Check<short>([1, -32768], ElementType.Int16);
        Check<uint>([1, uint.MaxValue], ElementType.UInt32);
        Check([1, int.MinValue], ElementType.Int32);
        Check<ulong>([1, ulong.MaxValue], ElementType.UInt64);
        Check([1, long.MinValue], ElementType.Int64);

        static void Check<T>(T[] elements, ElementType type)
            where T : unmanaged
        {
            var tensor = TensorValue.Create(elements, elements.Length);
            Assert.Equal(type, tensor.Type);
            Assert.Equal(elements, tensor.AsSpan<T>().ToArray());
            Assert.Equal(elements.Length, tensor.Length);
            Assert.Equal(tensor, TensorValue.FromTensor(tensor.AsTensorSpan<T>()));
            Assert.Equal(tensor, TensorValue.FromTensor<T>(tensor.ToTensor<T>()));
        }
    }

    [Fact]
    public void Bytes_are_little_endian_and_copied()
    {
        int[] elements = [0x01020304];
        var tensor = TensorValue.Create(elements, 1);
        elements[0] = 0;
        Assert.Equal([4, 3, 2, 1], tensor.Bytes.ToArray());
    }

    [Fact]
    public void A_number_of_elements_that_is_not_the_shapes_is_a_callers_mistake()
    {
        Assert.Throws<ArgumentException>(() => TensorValue.Create([1f, 2f, 3f], 2));
        Assert.Throws<ArgumentException>(() => TensorValue.Create(Array.Empty<float>()));
        Assert.Throws<ArgumentException>(() => TensorValue.Create([1f], -1));
        Assert.Throws<NotSupportedException>(() => TensorValue.Create([1m], 1));
        Assert.Throws<InvalidOperationException>(() => TensorValue.Create([1f], 1).AsSpan<int>().ToArray());
        Assert.Throws<InvalidOperationException>(() => TensorValue.Create([1f], 1).ToTensor<double>());
    }

    [Theory]
    [InlineData(ElementType.None, 0L, 0)]
    [InlineData((ElementType)8, 1L, 1)]
    [InlineData((ElementType)255, 1L, 1)]
    [InlineData(ElementType.Float32, 2L, 7)]
    [InlineData(ElementType.Float32, 2L, 9)]
    [InlineData(ElementType.Float32, 0L, 1)]
    [InlineData(ElementType.Float64, 1L << 61, 0)]
    [InlineData(ElementType.UInt8, 1L << 32, 0)]
    [InlineData(ElementType.UInt8, long.MaxValue, 0)]
    [InlineData(ElementType.UInt16, (1L << 62) + 1, 2)]
    public void A7_bytes_that_do_not_fit_type_and_shape_are_refused(ElementType type, long length, int bytes)
    {
        Assert.False(TensorValue.TryTake(type, new TensorShape(length), new byte[bytes], out TensorValue? tensor));
        Assert.Null(tensor);
        Assert.Throws<ArgumentException>(() => TensorValue.Take(type, new TensorShape(length), new byte[bytes]));
    }

    [Fact]
    public void A_Boolean_byte_above_one_is_refused()
    {
        Assert.True(TensorValue.TryTake(ElementType.Boolean, new TensorShape(2), new byte[] { 0, 1 }, out _));
        Assert.False(TensorValue.TryTake(ElementType.Boolean, new TensorShape(2), new byte[] { 0, 2 }, out _));
    }

    [Fact]
    public void Strided_and_transposed_framework_tensors_arrive_in_row_major_order()
    {
        Tensor<int> matrix = Tensor.Create([1, 2, 3, 4, 5, 6], [2, 3]);
        ReadOnlyTensorSpan<int> everySecond = new([1, 2, 3, 4, 5, 6], [3], [2]);
        ReadOnlyTensorSpan<int> transposed = new([1, 2, 3, 4, 5, 6], [3, 2], [1, 3]);
        ReadOnlyTensorSpan<int> slice = matrix.AsReadOnlyTensorSpan().Slice([0..2, 1..3]);
        ReadOnlyTensorSpan<int> broadcast = new([7, 8], [3, 2], [0, 1]);
        Assert.Equal(TensorValue.Create([1, 3, 5], 3), TensorValue.FromTensor(everySecond));
        Assert.Equal(TensorValue.Create([1, 4, 2, 5, 3, 6], 3, 2), TensorValue.FromTensor(transposed));
        Assert.Equal(TensorValue.Create([2, 3, 5, 6], 2, 2), TensorValue.FromTensor(slice));
        Assert.Equal(TensorValue.Create([7, 8, 7, 8, 7, 8], 3, 2), TensorValue.FromTensor(broadcast));
        Assert.Equal(TensorValue.Create([1, 2, 3, 4, 5, 6], 2, 3), TensorValue.FromTensor<int>(matrix));
    }

    [Fact]
    public void Empty_tensors_convert_both_ways_and_scalars_keep_their_element()
    {
        // The framework has no tensors without axes.
        var scalar = TensorValue.Create([5f]);
        var single = TensorValue.Create([5f], 1);
        var empty = TensorValue.Create(Array.Empty<float>(), 0, 3);
        Assert.Equal(empty, TensorValue.FromTensor<float>(empty.ToTensor<float>()));
        Assert.Equal(empty, TensorValue.FromTensor(empty.AsTensorSpan<float>()));
        Assert.Equal(single, TensorValue.FromTensor(scalar.AsTensorSpan<float>()));
        Assert.Equal(single, TensorValue.FromTensor<float>(scalar.ToTensor<float>()));
    }

    [Fact]
    public void Equality_is_by_type_shape_and_bits()
    {
        Assert.NotEqual(TensorValue.Create([0f], 1), TensorValue.Create([-0f], 1));
        Assert.NotEqual(TensorValue.Create([0f], 1), TensorValue.Create([0], 1));
        Assert.NotEqual(TensorValue.Create([0f], 1), TensorValue.Create([0f], 1, 1));
        Assert.Equal(TensorValue.Create([float.NaN], 1), TensorValue.Create([float.NaN], 1));
        Assert.Equal(TensorValue.Create([float.NaN], 1).GetHashCode(), TensorValue.Create([float.NaN], 1).GetHashCode());
        Assert.NotEqual(TensorValue.Create([float.NaN], 1), TensorValue.Create([BitConverter.UInt32BitsToSingle(0x7FC00000)], 1));
    }

    [Fact]
    public void Its_text_does_not_tell_the_elements() => Assert.Equal("Float32[1]", TensorValue.Create([1234.5f], 1).ToString());

    [Fact]
    public void Brain_floats_are_read_as_their_bits()
    {
        TensorValue tensor = new RandomTensors(1).Next(ElementType.BFloat16, new TensorShape(3));
        Assert.Equal(3, tensor.AsSpan<ushort>().Length);
        Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<Half>().Length);
    }
}
