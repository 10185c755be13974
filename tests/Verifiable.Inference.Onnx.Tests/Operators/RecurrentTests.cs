using Verifiable.Inference.CanonicalDigest;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Graph;
using Verifiable.Inference.Onnx.Operators;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Tests.Operators;

/// <summary>Recurrent cells and quantised products by hand.</summary>
public sealed class RecurrentTests
{
    private static readonly TensorValue _one = TensorValue.Create([1f], 1, 1, 1);

    [Fact]
    public void A_cell_in_reverse_begins_at_the_last_step_of_each_sequence()
    {
        TensorValue x = TensorValue.Create([1f, 10f, 2f, 20f, 4f, 40f], 3, 2, 1);
        TensorValue[] outputs = Run(
            OperatorCase.Of("", "RNN", 14, [x, _one, _one, null, TensorValue.Create([3, 2], 2)], 2, [], ("direction", AttributeValue.Of("reverse")), Activations("Relu")));
        Assert.Equal([7f, 30f, 6f, 20f, 4f, 0f], outputs[0].AsSpan<float>().ToArray());
        Assert.Equal([7f, 30f], outputs[1].AsSpan<float>().ToArray());
    }

    [Fact]
    public void An_empty_sequence_keeps_its_initial_state()
    {
        TensorValue[] outputs = Run(OperatorCase.Of(
            "", "RNN", 14, [TensorValue.Create([5f], 1, 1, 1), _one, _one, null, TensorValue.Create([0], 1), TensorValue.Create([3f], 1, 1, 1)], 2, []));
        Assert.Equal(0f, outputs[0].AsSpan<float>()[0]);
        Assert.Equal(3f, outputs[1].AsSpan<float>()[0]);
    }

    [Fact]
    public void A_clip_applies_to_the_arguments_of_activations()
    {
        OperatorCase sample = OperatorCase.Of("RNN", 14, [TensorValue.Create([5f], 1, 1, 1), _one, _one], [], ("clip", AttributeValue.Of(0.5f)));
        Assert.Equal(CanonicalMath.Tanh(0.5f), Run(sample)[0].AsSpan<float>()[0]);
    }

    [Fact]
    public void Wrong_lengths_of_sequences_fail_the_run()
    {
        OperatorCase sample = OperatorCase.Of("RNN", 14, [TensorValue.Create([5f], 1, 1, 1), _one, _one, null, TensorValue.Create([2], 1)], []);
        Assert.Contains("lengths", Assert.Throws<InvalidOperationException>(() => Run(sample)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Endless_sequences_of_nothing_are_refused_before_memory_is_taken()
    {
        TensorValue nothing = TensorValue.Take(ElementType.Float32, new TensorShape(1L << 40, 1, 0), Array.Empty<byte>());
        OperatorCase sample = OperatorCase.Of("", "RNN", 14, [nothing, TensorValue.Create(Array.Empty<float>(), 1, 1, 0), _one], 2, []);
        var signatures = new TensorSignature[2];
        BoundOperator bound = sample.Bind(false);
        Assert.True(bound.TryInfer(new TensorInputs(sample.Inputs), signatures, out _));
        Assert.Throws<InvalidOperationException>(() => bound.Compute(new OperatorContext(), sample.Inputs, [null, TensorBuffer.Allocate(signatures[1])]));
    }

    [Theory]
    [InlineData("Affine", false)]
    [InlineData("NoSuchActivation", false)]
    [InlineData("Tanh", true)]
    public void Activations_without_their_factors_and_factors_without_activations_are_refused(string activation, bool hasAlpha)
    {
        (string, AttributeValue)[] attributes = hasAlpha ? [Activations(activation), ("activation_alpha", AttributeValue.Of([1f]))] : [Activations(activation)];
        OperatorCase sample = OperatorCase.Of("RNN", 14, [_one, _one, _one], [], attributes);
        Assert.False(OperatorCatalog.TryBind(sample.Node, null, out _, out _));
    }

    [Fact]
    public void Sums_of_quantised_products_are_exact_beyond_the_integers_of_binary32()
    {
        byte[] full = [.. Enumerable.Repeat((byte)255, 777)];
        byte[] odd = [254, .. full[1..]];
        OperatorCase sample = OperatorCase.Of("MatMulInteger", 10, [TensorValue.Create(full, 1, 777), TensorValue.Create(odd, 777, 1)], []);
        Assert.Equal((777 * 255 * 255) - 255, Run(sample)[0].AsSpan<int>()[0]);
    }

    [Fact]
    public void Quantised_results_go_to_the_even_neighbour_of_a_tie_and_saturate()
    {
        TensorValue one = TensorValue.Create([1f]);
        TensorValue zero = TensorValue.Create([(byte)0]);
        OperatorCase sample = OperatorCase.Of(
            "QLinearMatMul", 10, [TensorValue.Create(new byte[] { 1, 3, 5, 255 }, 4, 1), one, zero, TensorValue.Create(new byte[] { 1 }, 1, 1), one, zero, TensorValue.Create([2f]), TensorValue.Create([(byte)200])], []);
        Assert.Equal([200, 202, 202, 255], Run(sample)[0].AsSpan<byte>().ToArray());
    }

    private static (string Name, AttributeValue Value) Activations(string name) => ("activations", AttributeValue.OfTexts([[.. System.Text.Encoding.UTF8.GetBytes(name)]]));

    private static TensorValue[] Run(OperatorCase sample) => OperatorCase.Compute(sample.Bind(false), new OperatorContext(), sample.Inputs, sample.Node.Outputs.Length);
}
