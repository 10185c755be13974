using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Results of reductions that the normative text states and that are easily missed.</summary>
public sealed class ReductionMeaningTests
{
    [Theory]
    [InlineData("ReduceSum", int.MinValue)]
    [InlineData("ReduceMean", -1073741824)]
    [InlineData("ReduceProd", int.MaxValue)]
    [InlineData("ReduceMax", int.MaxValue)]
    [InlineData("ReduceMin", 1)]
    [InlineData("ReduceL1", int.MinValue)]
    [InlineData("ReduceSumSquare", 2)]
    [InlineData("ReduceL2", int.MaxValue)]
    [InlineData("ReduceLogSum", 21)]
    [InlineData("ReduceLogSumExp", int.MaxValue)]
    public void Integers_wrap_or_are_cut(string name, int expected) =>
        Assert.Equal([expected], Reduce(name, TensorValue.Create([int.MaxValue, 1], 2)).AsSpan<int>().ToArray());

    // ONNX, since version 20: what a reduction over an empty set yields.
    [Theory]
    [InlineData("ReduceSum", 0f)]
    [InlineData("ReduceProd", 1f)]
    [InlineData("ReduceMax", float.NegativeInfinity)]
    [InlineData("ReduceMin", float.PositiveInfinity)]
    [InlineData("ReduceL1", 0f)]
    [InlineData("ReduceL2", 0f)]
    [InlineData("ReduceSumSquare", 0f)]
    [InlineData("ReduceLogSum", float.NegativeInfinity)]
    [InlineData("ReduceLogSumExp", float.NegativeInfinity)]
    [InlineData("ReduceMean", float.NaN)]
    public void A_reduction_of_nothing_is_defined(string name, float expected) =>
        Assert.Equal([expected], Reduce(name, TensorValue.Create(Array.Empty<float>(), 0)).AsSpan<float>().ToArray());

    [Theory]
    [InlineData(float.PositiveInfinity, 1f, float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity)]
    [InlineData(float.NegativeInfinity, 3f, 3f)]
    [InlineData(float.NaN, float.PositiveInfinity, float.NaN)]
    [InlineData(1000f, 1000f, 1000f + 0.6931472f)]
    public void The_logarithm_of_a_sum_of_exponentials_takes_infinities(float left, float right, float expected) =>
        Assert.Equal([expected], Reduce("ReduceLogSumExp", TensorValue.Create([left, right], 2)).AsSpan<float>().ToArray());

    private static TensorValue Reduce(string name, TensorValue x)
    {
        OperatorCase sample = OperatorCase.Of(name, 18, [x], [], ("keepdims", AttributeValue.Of(0)));
        return OperatorCase.Compute(sample.Bind(false), new OperatorContext(), sample.Inputs, 1)[0];
    }
}
