using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>QuantizeLinear to integers of 8 or 16 bits, with one scale, one for every place of an axis (since version 13), or one for every block (since 21).
/// 32-bit integers are rounded to binary32 first.</summary>
internal sealed class QuantizeLinearOperator : BoundOperator
{
    private readonly long _axis;
    private readonly long _blockSize;
    private readonly ElementType _type;

    private QuantizeLinearOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _axis = binder.Opset >= 13 ? binder.Int("axis", 1) : 1;
        if (binder.Opset >= 19)
        {
            // It steers 8-bit floats only, which are refused.
            binder.Ignore("saturate");
        }

        _blockSize = binder.Opset >= 21 ? binder.Int("block_size", 0) : 0;
        long type = binder.Opset >= 21 ? binder.Int("output_dtype", 0) : 0;
        long precision = binder.Opset >= 23 ? binder.Int("precision", 0) : 0;
        _type = type is >= 0 and <= byte.MaxValue ? (ElementType)type : ElementType.Boolean;
        if (_blockSize < 0 || precision is not (0 or 1))
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, $"Expected block_size of 0 or more and precision of 0 or 1 (binary32), got {_blockSize} and {precision}.");
        }

        if (_type != ElementType.None && !QuantizationMath.Types.Contains(_type))
        {
            binder.Refuse(ModelRefusalReason.UnsupportedType, $"Expected an integer type of 8 or 16 bits to quantise to, got type {type}.");
        }
    }

    internal static OperatorDefinition Definition { get; } =
        new("QuantizeLinear", 10, binder => new QuantizeLinearOperator(binder), floats: FloatInputs.Of(0, 1) with { HasDouble = false });

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = QuantizationLayout.TryCreate(inputs.ShapeOf(0), inputs.ShapeOf(1), _axis, _blockSize, out QuantizationLayout layout);
        ElementType type = TargetType(inputs);
        (int least, int most) = QuantizationMath.RangeOf(type);
        long scale = layout.ScaleOf(index);
        float x = inputs.TypeOf(0) == ElementType.Float32 ? inputs.ReadSingle(0, index) : (int)inputs.ReadInteger(0, index);
        int zero = inputs.Has(2) ? (int)inputs.ReadInteger(2, scale) : 0;
        return ElementBits.Of(QuantizationMath.Quantize(x, inputs.ReadSingle(1, scale), zero, least, most), type);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = new TensorSignature(TargetType(inputs), inputs.ShapeOf(0));
        return Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Int32)
            ?? Faults.RequireType(inputs, 1, ElementType.Float32)
            ?? (inputs.Has(2) ? Faults.RequireType(inputs, 2, QuantizationMath.Types) : null)
            ?? (inputs.Has(2) && inputs.ShapeOf(2) != inputs.ShapeOf(1) ? $"Expected as many zero points as scales, {inputs.ShapeOf(1)}, got {inputs.ShapeOf(2)}." : null)
            ?? (inputs.Has(2) && _type != ElementType.None && inputs.TypeOf(2) != _type ? $"Expected zero points of type {_type}, got {inputs.TypeOf(2)}." : null)
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
        ElementType type = output.Signature.Type;
        context.For(output.Length, 6, (from, to) =>
        {
            for (int start = from; start < to;)
            {
                int count = (int)Math.Min(to - start, layout.Run - (start % layout.Run));
                int place = (int)layout.ScaleOf(start);
                float factor = scale.AsSpan<float>()[place];
                int offset = zero is null ? 0 : ReadZero(zero, place);
                Span<byte> bytes = output.Bytes.Slice(start * ElementTypes.SizeOf(type), count * ElementTypes.SizeOf(type));
                Run(x, start, factor, offset, type, bytes);
                start += count;
            }
        });
    }

    /// <summary>Reads a zero point.</summary>
    internal static int ReadZero(TensorValue zero, int place) => (int)new TensorInputs([zero]).ReadInteger(0, place);

    /// <summary>Quantises a run of elements that have one scale.</summary>
    internal static void Run(TensorValue x, int start, float scale, int zero, ElementType type, Span<byte> y)
    {
        (int least, int most) = QuantizationMath.RangeOf(type);
        Span<short> wide = MemoryMarshal.Cast<byte, short>(ElementTypes.SizeOf(type) == 2 ? y : default);
        int count = y.Length / ElementTypes.SizeOf(type);
        ReadOnlySpan<float> floats = x.Type == ElementType.Float32 ? x.AsSpan<float>().Slice(start, count) : default;
        ReadOnlySpan<int> integers = x.Type == ElementType.Int32 ? x.AsSpan<int>().Slice(start, count) : default;
        for (int i = 0; i < count; i++)
        {
            int value = QuantizationMath.Quantize(floats.IsEmpty ? integers[i] : floats[i], scale, zero, least, most);
            if (wide.IsEmpty)
            {
                y[i] = unchecked((byte)value);
            }
            else
            {
                wide[i] = unchecked((short)value);
            }
        }
    }

    private ElementType TargetType(OperatorInputs inputs) => inputs.Has(2) ? inputs.TypeOf(2) : _type == ElementType.None ? ElementType.UInt8 : _type;
}
