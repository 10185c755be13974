using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>DequantizeLinear of integers of 8, 16 or 32 bits, with one scale, one for every place of an axis (since version 13), or one for every block (since 21).</summary>
internal sealed class DequantizeLinearOperator : BoundOperator
{
    private readonly long _axis;
    private readonly long _blockSize;
    private readonly long _type;

    private DequantizeLinearOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _axis = binder.Opset >= 13 ? binder.Int("axis", 1) : 1;
        _blockSize = binder.Opset >= 21 ? binder.Int("block_size", 0) : 0;
        _type = binder.Opset >= 23 ? binder.Int("output_dtype", 0) : 0;
        if (_blockSize < 0)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected block_size of 0 or more, got {_blockSize}.");
        }

        if (_type != 0 && _type is not ((long)ElementType.Float32 or (long)ElementType.Float16 or (long)ElementType.BFloat16))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected the type of the scales for the output, got type {_type}.");
        }
    }

    internal static OperatorDefinition Definition { get; } =
        new("DequantizeLinear", 10, binder => new DequantizeLinearOperator(binder), floats: FloatInputs.Of(1) with { HasDouble = false });

    internal override bool FinishesOutput => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = QuantizationLayout.TryCreate(inputs.ShapeOf(0), inputs.ShapeOf(1), _axis, _blockSize, out QuantizationLayout layout);
        long scale = layout.ScaleOf(index);
        return ElementBits.Of(QuantizationMath.Dequantize(inputs.ReadInteger(0, index), inputs.Has(2) ? inputs.ReadInteger(2, scale) : 0, inputs.ReadSingle(1, scale)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(ElementType.Float32, inputs.ShapeOf(0));
        return Faults.RequireType(inputs, 0, [.. QuantizationMath.Types, ElementType.Int32])
            ?? Faults.RequireType(inputs, 1, ElementType.Float32)
            ?? (_type != 0 && _type != (long)inputs.StoredTypeOf(1) ? $"Expected the type of the scales, {inputs.StoredTypeOf(1)}, for the output, got type {_type}." : null)
            ?? (inputs.Has(2) ? Faults.RequireSameType(inputs, 2, 0) : null)
            ?? (inputs.Has(2) && inputs.ShapeOf(2) != inputs.ShapeOf(1) ? $"Expected as many zero points as scales, {inputs.ShapeOf(1)}, got {inputs.ShapeOf(2)}." : null)
            ?? QuantizationLayout.TryCreate(inputs.ShapeOf(0), inputs.ShapeOf(1), _axis, _blockSize, out _);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        (TensorValue x, TensorValue scale, TensorValue? zero) = (inputs[0]!, inputs[1]!, inputs.Length > 2 ? inputs[2] : null);
        _ = QuantizationLayout.TryCreate(x.Shape, scale.Shape, _axis, _blockSize, out QuantizationLayout layout);
        ElementRuns.For<float>(context, output, 4, (elements, start) =>
        {
            for (int i = 0; i < elements.Length;)
            {
                int count = (int)Math.Min(elements.Length - i, layout.Run - ((start + i) % layout.Run));
                int place = (int)layout.ScaleOf(start + i);
                int offset = zero is null ? 0 : QuantizeLinearOperator.ReadZero(zero, place);
                Run(x, start + i, scale.AsSpan<float>()[place], offset, elements.Slice(i, count));
                i += count;
            }
        });
    }

    private static void Run(TensorValue x, int start, float scale, long zero, Span<float> y)
    {
        switch (x.Type)
        {
            case ElementType.UInt8: Each(x.AsSpan<byte>(), start, scale, zero, y); break;
            case ElementType.Int8: Each(x.AsSpan<sbyte>(), start, scale, zero, y); break;
            case ElementType.UInt16: Each(x.AsSpan<ushort>(), start, scale, zero, y); break;
            case ElementType.Int16: Each(x.AsSpan<short>(), start, scale, zero, y); break;
            default: Each(x.AsSpan<int>(), start, scale, zero, y); break;
        }
    }

    private static void Each<T>(ReadOnlySpan<T> x, int start, float scale, long zero, Span<float> y)
        where T : unmanaged, System.Numerics.IBinaryInteger<T>
    {
        x = x.Slice(start, y.Length);
        for (int i = 0; i < x.Length; i++)
        {
            y[i] = QuantizationMath.Dequantize(long.CreateTruncating(x[i]), zero, scale);
        }
    }
}
