using Verifiable.Inference.Onnx.Format;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>MaxUnpool: each element at the place that its index gives in a tensor of zeros, whose spatial lengths are (n − 1)·stride − pads + kernel. Of several
/// elements with one index the last stays. With <c>output_shape</c> that tensor stands at the start of a larger one of zeros.</summary>
internal sealed class MaxUnpoolOperator : BoundOperator
{
    private readonly WindowGeometry _window;

    private MaxUnpoolOperator(NodeBinder binder)
    {
        binder.Arity(2, 3);
        _window = new WindowGeometry(binder, false, false);
        if (_window.Kernel.IsDefault)
        {
            binder.Refuse(ModelRefusalReason.BadAttribute, "Expected the attribute 'kernel_shape', got none.");
        }
    }

    internal static OperatorDefinition Definition { get; } = new("MaxUnpool", 9, binder => new MaxUnpoolOperator(binder));

    private protected override bool OnlyMoves => true;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Plan(inputs, out TensorShape small, out TensorShape shape);
        long[] coordinates = RowMajor.Coordinates(index, shape);
        for (int axis = 0; axis < coordinates.Length; axis++)
        {
            if (coordinates[axis] >= small[axis])
            {
                return 0;
            }
        }

        long place = RowMajor.Index(coordinates, RowMajor.Strides(small));
        for (long i = inputs.ShapeOf(1).ElementCount - 1; i >= 0; i--)
        {
            if (inputs.ReadInteger(1, i) == place)
            {
                return inputs.ReadBits(0, i);
            }
        }

        return 0;
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape shape = default;
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32, ElementType.Float64, ElementType.Float16, ElementType.BFloat16)
            ?? Faults.RequireType(inputs, 1, ElementType.Int64) ?? Plan(inputs, out _, out shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault;
    }

    private protected override string? CheckElements(ReadOnlySpan<TensorValue?> inputs)
    {
        _ = Plan(new TensorInputs(inputs.ToArray()), out TensorShape small, out _);
        foreach (long index in inputs[1]!.AsSpan<long>())
        {
            if (index < 0 || index >= small.ElementCount)
            {
                return $"Expected indices into {small}, got {index}.";
            }
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        _ = Plan(new TensorInputs(inputs.ToArray()), out TensorShape small, out TensorShape shape);
        output.Bytes.Clear();
        int size = ElementTypes.SizeOf(output.Signature.Type);
        ReadOnlySpan<byte> values = inputs[0]!.Bytes.Span;
        ReadOnlySpan<long> indices = inputs[1]!.AsSpan<long>();
        long[] strides = RowMajor.Strides(shape);
        for (int i = 0; i < indices.Length; i++)
        {
            long target = small == shape ? indices[i] : RowMajor.Index(RowMajor.Coordinates(indices[i], small), strides);
            values.Slice(i * size, size).CopyTo(output.Bytes[((int)target * size)..]);
        }
    }

    // The shape that the indices count in, and the output's.
    private string? Plan(OperatorInputs inputs, out TensorShape small, out TensorShape shape)
    {
        TensorShape input = inputs.ShapeOf(0);
        small = default;
        shape = default;
        string? fault = inputs.ShapeOf(1) == input ? _window.Spread(input, out small) : $"Expected indices of shape {input}, got {inputs.ShapeOf(1)}.";
        shape = small;
        if (fault is not null || !inputs.Has(2))
        {
            return fault;
        }

        fault = ShapeInputs.ReadList(inputs, 2, out long[] lengths) ?? Faults.Shape(lengths, out shape);
        for (int axis = 0; fault is null && axis < small.Rank; axis++)
        {
            fault = shape.Rank == small.Rank && shape[axis] >= small[axis] ? null : $"Expected an output of shape {small} or larger, got {shape}.";
        }

        return fault;
    }
}
