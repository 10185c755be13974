using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function to the pairs of two broadcast tensors of numbers.</summary>
internal sealed class BinaryOperator<TFunction> : BoundOperator
    where TFunction : struct, IBinaryFunction
{
    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        ulong left = inputs.ReadBits(0, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(0), shape)));
        ulong right = inputs.ReadBits(1, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(1), shape)));
        ElementType type = inputs.TypeOf(0);
        return unchecked(type switch
        {
            ElementType.Float32 => ElementBits.Of(TFunction.Apply(ElementBits.ToSingle(left), ElementBits.ToSingle(right))),
            ElementType.Float64 => ElementBits.Of(TFunction.Apply(ElementBits.ToDouble(left), ElementBits.ToDouble(right))),
            ElementType.Int8 => ElementBits.Of(TFunction.Apply((sbyte)left, (sbyte)right), type),
            ElementType.Int16 => ElementBits.Of(TFunction.Apply((short)left, (short)right), type),
            ElementType.Int32 => ElementBits.Of(TFunction.Apply((int)left, (int)right), type),
            ElementType.Int64 => ElementBits.Of(TFunction.Apply((long)left, (long)right), type),
            ElementType.UInt8 => TFunction.Apply((byte)left, (byte)right),
            ElementType.UInt16 => TFunction.Apply((ushort)left, (ushort)right),
            ElementType.UInt32 => TFunction.Apply((uint)left, (uint)right),
            _ => TFunction.Apply(left, right),
        });
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault ?? Faults.RequireSameType(inputs, 0, 1) ?? Faults.RequireType(
            inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Int8, ElementType.Int16, ElementType.Int32, ElementType.Int64,
            ElementType.UInt8, ElementType.UInt16, ElementType.UInt32, ElementType.UInt64);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue left = inputs[0]!;
        TensorValue right = inputs[1]!;
        switch (left.Type)
        {
            case ElementType.Float32: Run<float>(context, left, right, output); break;
            case ElementType.Float64: Run<double>(context, left, right, output); break;
            case ElementType.Int8: Run<sbyte>(context, left, right, output); break;
            case ElementType.Int16: Run<short>(context, left, right, output); break;
            case ElementType.Int32: Run<int>(context, left, right, output); break;
            case ElementType.Int64: Run<long>(context, left, right, output); break;
            case ElementType.UInt8: Run<byte>(context, left, right, output); break;
            case ElementType.UInt16: Run<ushort>(context, left, right, output); break;
            case ElementType.UInt32: Run<uint>(context, left, right, output); break;
            case ElementType.UInt64: Run<ulong>(context, left, right, output); break;
        }
    }

    private static void Run<T>(OperatorContext context, TensorValue left, TensorValue right, TensorBuffer output)
        where T : unmanaged, INumber<T>
    {
        if (left.Length == output.Length && (right.Length == output.Length || right.Length == 1))
        {
            bool one = right.Length == 1;
            context.For(output.Length, 1, (from, to) =>
            {
                ReadOnlySpan<T> x = left.AsSpan<T>()[from..to];
                Span<T> y = output.AsSpan<T>()[from..to];
                if (one)
                {
                    TFunction.Apply(x, right.AsSpan<T>()[0], y);
                }
                else
                {
                    TFunction.Apply(x, right.AsSpan<T>()[from..to], y);
                }
            });
            return;
        }

        // The last axis is one run: an input either advances by one along it or repeats one element.
        TensorShape shape = output.Signature.Shape;
        int run = output.Length == 0 ? 1 : (int)shape[shape.Rank - 1];
        long[] leftStrides = Broadcast.Strides(left.Shape, shape);
        long[] rightStrides = Broadcast.Strides(right.Shape, shape);
        context.For(output.Length / run, run, (from, to) =>
        {
            ReadOnlySpan<T> x = left.AsSpan<T>();
            ReadOnlySpan<T> y = right.AsSpan<T>();
            Span<T> result = output.AsSpan<T>();
            for (int item = from; item < to; item++)
            {
                int start = item * run;
                int a = (int)Broadcast.Map(start, shape, leftStrides);
                int b = (int)Broadcast.Map(start, shape, rightStrides);
                Span<T> target = result.Slice(start, run);
                switch (leftStrides[^1], rightStrides[^1])
                {
                    case (1, 1): TFunction.Apply(x.Slice(a, run), y.Slice(b, run), target); break;
                    case (1, 0): TFunction.Apply(x.Slice(a, run), y[b], target); break;
                    case (0, 1): TFunction.Apply(x[a], y.Slice(b, run), target); break;
                    default: target.Fill(TFunction.Apply(x[a], y[b])); break;
                }
            }
        });
    }
}
