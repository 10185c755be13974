using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Tests.Tensors;

public sealed class TensorShapeTests
{
    public static TheoryData<long[]> Hostile =>
    [
        [-1], [long.MinValue], [2, -1], [1L << 32, 1L << 31], [long.MaxValue, 2], [0, long.MaxValue, long.MaxValue], [1L << 62, 2],
        [.. Enumerable.Repeat(1L, 17)], [.. Enumerable.Repeat(long.MaxValue, 16)],
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A7_shapes_that_no_tensor_can_have_are_refused(long[] lengths)
    {
        Assert.False(TensorShape.TryCreate(lengths, out TensorShape shape));
        Assert.Equal(default, shape);
        Assert.Throws<ArgumentException>(() => new TensorShape(lengths));
    }

    [Theory]
    [InlineData(new long[0], 1)]
    [InlineData(new long[] { 0 }, 0)]
    [InlineData(new long[] { 0, 5 }, 0)]
    [InlineData(new long[] { 0, long.MaxValue }, 0)]
    [InlineData(new long[] { 2, 3, 4 }, 24)]
    [InlineData(new long[] { long.MaxValue }, long.MaxValue)]
    [InlineData(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 }, 1)]
    public void The_number_of_elements_is_the_product_of_the_lengths(long[] lengths, long elements)
    {
        TensorShape shape = new(lengths);
        Assert.Equal(elements, shape.ElementCount);
        Assert.Equal(lengths, shape.Lengths);
        Assert.Equal(lengths.Length, shape.Rank);
    }

    [Fact]
    public void Default_is_the_shape_of_a_scalar()
    {
        Assert.Equal(new TensorShape(), default);
        Assert.Equal(1, default(TensorShape).ElementCount);
        Assert.Equal(new TensorShape().GetHashCode(), default(TensorShape).GetHashCode());
        Assert.Equal("[]", default(TensorShape).ToString());
    }

    [Fact]
    public void Shapes_are_equal_by_content()
    {
        Assert.True(new TensorShape(2, 3) == new TensorShape(2, 3));
        Assert.True(new TensorShape(2, 3) != new TensorShape(3, 2));
        Assert.NotEqual(new TensorShape(6), new TensorShape(6, 1));
        Assert.Equal("[2, 3]", new TensorShape(2, 3).ToString());
    }
}
