using System.Buffers;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// MaxPool with the place of each largest element in the whole input: row-major, or with <c>storage_order</c> = 1 column-major over the spatial axes. Of equal ones
/// the first in the order of the taps counts, of NaNs too; a window on padding only has the place −1.
/// </summary>
internal sealed class MaxPoolWithIndicesOperator : BoundOperator
{
    private readonly WindowGeometry _window;
    private readonly bool _takesBytes;
    private readonly bool _isColumnMajor;

    internal MaxPoolWithIndicesOperator(NodeBinder binder)
    {
        // The second output exists since operator set 8.
        binder.Arity(1, 1, binder.Opset >= 8 ? 2 : 1);
        _window = new WindowGeometry(binder, true, binder.Opset >= 10);
        _takesBytes = binder.Opset >= 12;
        _isColumnMajor = binder.Opset >= 8 && binder.Flag("storage_order");
    }

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = _window.Place(inputs.ShapeOf(0), _window.Kernel.AsSpan(), out WindowPlan plan);
        int[] offsets = inputs.MakeRoom<int>(Math.Min(plan.Taps, plan.Area));
        int count = plan.List(index % plan.Places, offsets, out _);
        long start = index / plan.Places * plan.Area;
        int place = Find(inputs, start, offsets.AsSpan(0, count));
        if (output == 0)
        {
            return place < 0 ? Least(inputs.TypeOf(0)) : inputs.ReadBits(0, start + place);
        }

        return unchecked((ulong)(place < 0 ? -1 : start + Number(plan, place)));
    }

    /// <summary>Gets the bits of what the largest element starts from.</summary>
    internal static ulong Least(ElementType type) => type switch
    {
        ElementType.Float32 => ElementBits.Of(float.NegativeInfinity),
        ElementType.Float64 => ElementBits.Of(double.NegativeInfinity),
        ElementType.Int8 => 0x80,
        _ => 0,
    };

    /// <summary>Tells whether one element is larger than another by the rule of <see cref="CanonicalMath.Max"/>.</summary>
    internal static bool IsGreater(ulong left, ulong right, ElementType type)
    {
        switch (type)
        {
            case ElementType.Float32:
                float single = ElementBits.ToSingle(left);
                float other = ElementBits.ToSingle(right);
                return single > other || (float.IsNaN(single) && !float.IsNaN(other)) || (single == 0f && other == 0f && !float.IsNegative(single) && float.IsNegative(other));
            case ElementType.Float64:
                double x = ElementBits.ToDouble(left);
                double y = ElementBits.ToDouble(right);
                return x > y || (double.IsNaN(x) && !double.IsNaN(y)) || (x == 0.0 && y == 0.0 && !double.IsNegative(x) && double.IsNegative(y));
            default:
                return ElementBits.ToInt64(left, type) > ElementBits.ToInt64(right, type);
        }
    }

    /// <summary>Checks the input's type.</summary>
    internal static string? RequireType(OperatorInputs inputs, bool takesBytes) => takesBytes
        ? Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Int8, ElementType.UInt8)
        : Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64);

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        TensorShape shape = default;
        string? fault = RequireType(inputs, _takesBytes)
            ?? _window.Place(input, _window.Kernel.AsSpan(), out WindowPlan plan)
            ?? plan.Shape(input[0], input[1], out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        outputs[1] = new TensorSignature(ElementType.Int64, shape);
        return fault;
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        _ = _window.Place(inputs[0]!.Shape, _window.Kernel.AsSpan(), out WindowPlan plan);
        return (Int128)Math.Min(plan.Taps, plan.Area) * sizeof(int) * threads;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        TensorBuffer? values = outputs[0];
        TensorBuffer? indices = outputs[1];
        TensorValue input = inputs[0]!;
        int length = values?.Length ?? indices?.Length ?? 0;
        if (length == 0)
        {
            return;
        }

        _ = _window.Place(input.Shape, _window.Kernel.AsSpan(), out WindowPlan plan);
        var reader = new TensorInputs([input]);
        int room = (int)Math.Min(plan.Taps, plan.Area);
        int planes = length / (int)plan.Places;
        int size = ElementTypes.SizeOf(input.Type);

        // What lies under the window once for all channels, a place at a time.
        context.For((int)plan.Places, ((long)planes + 4) * Math.Max(1, room) * 8, (from, to) =>
        {
            int[] offsets = ArrayPool<int>.Shared.Rent(room);
            for (int place = from; place < to; place++)
            {
                int count = plan.List(place, offsets, out _);
                for (int plane = 0; plane < planes; plane++)
                {
                    long start = plane * plan.Area;
                    int found = Find(reader, start, offsets.AsSpan(0, count));
                    int target = (plane * (int)plan.Places) + place;
                    if (values is not null)
                    {
                        ElementBits.Write(found < 0 ? Least(input.Type) : reader.ReadBits(0, start + found), values.Bytes.Slice(target * size, size));
                    }

                    if (indices is not null)
                    {
                        indices.AsSpan<long>()[target] = found < 0 ? -1 : start + Number(plan, found);
                    }
                }
            }

            ArrayPool<int>.Shared.Return(offsets);
        });
    }

    // The offset of the first largest element, or −1.
    private static int Find(OperatorInputs inputs, long start, ReadOnlySpan<int> window)
    {
        ElementType type = inputs.TypeOf(0);
        int found = -1;
        ulong largest = 0;
        foreach (int offset in window)
        {
            ulong value = inputs.ReadBits(0, start + offset);
            if (found < 0 || IsGreater(value, largest, type))
            {
                (found, largest) = (offset, value);
            }
        }

        return found;
    }

    // Where an element stands in its plane in the order asked for.
    private long Number(WindowPlan plan, long offset)
    {
        if (!_isColumnMajor)
        {
            return offset;
        }

        long number = 0;
        for (int axis = plan.Axes - 1; axis >= 0; axis--)
        {
            number = (number * plan.Inputs[axis]) + (offset % plan.Inputs[axis]);
            offset /= plan.Inputs[axis];
        }

        return number;
    }
}
