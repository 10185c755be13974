using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// DynamicQuantizeLinear: with most = max(0, every x) and least = min(0, every x), the scale is (most − least) ÷ 255, or 1 where they are equal; the zero point is
/// −least ÷ scale, cut to [0, 255] and rounded to even, 0 for NaN; then as QuantizeLinear.
/// </summary>
internal sealed class DynamicQuantizeLinearOperator : BoundOperator
{
    private DynamicQuantizeLinearOperator(NodeBinder binder) => binder.Arity(1, 1, 3);

    internal static OperatorDefinition Definition { get; } = new("DynamicQuantizeLinear", 11, binder => new DynamicQuantizeLinearOperator(binder));

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        float least = 0f;
        float most = 0f;
        for (long i = 0; i < inputs.ShapeOf(0).ElementCount; i++)
        {
            float x = inputs.ReadSingle(0, i);
            least = CanonicalMath.Min(least, x);
            most = CanonicalMath.Max(most, x);
        }

        (float scale, int zero) = Parameters(least, most);
        return output switch
        {
            0 => (ulong)QuantizationMath.Quantize(inputs.ReadSingle(0, index), scale, zero, byte.MinValue, byte.MaxValue),
            1 => ElementBits.Of(scale),
            _ => (ulong)zero,
        };
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = new TensorSignature(i == 1 ? ElementType.Float32 : ElementType.UInt8, i == 0 ? inputs.ShapeOf(0) : new TensorShape());
        }

        return Faults.RequireType(inputs, 0, ElementType.Float32);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        TensorValue input = inputs[0]!;
        float least = 0f;
        float most = 0f;
        foreach (float x in input.AsSpan<float>())
        {
            least = CanonicalMath.Min(least, x);
            most = CanonicalMath.Max(most, x);
        }

        (float scale, int zero) = Parameters(least, most);
        if (outputs[0] is TensorBuffer output)
        {
            context.For(output.Length, 6, (from, to) => QuantizeLinearOperator.Run(input, from, scale, zero, ElementType.UInt8, output.Bytes[from..to]));
        }

        if (outputs.Length > 1 && outputs[1] is TensorBuffer scales)
        {
            scales.AsSpan<float>()[0] = scale;
        }

        if (outputs.Length > 2 && outputs[2] is TensorBuffer zeros)
        {
            zeros.Bytes[0] = (byte)zero;
        }
    }

    private static (float Scale, int Zero) Parameters(float least, float most)
    {
        float scale = most == least ? 1f : (most - least) / 255f;
        float zero = -least / scale;
        return (scale, float.IsNaN(zero) ? 0 : (int)MathF.Round(Math.Clamp(zero, 0f, 255f), MidpointRounding.ToEven));
    }
}
