using System.Buffers;
using System.Collections.Immutable;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>ReduceSum and ReduceMean: the elements of the reduced axes, flattened row-major, summed in 64 lanes and a tree; a mean divides by their number.</summary>
internal sealed class ReduceOperator : BoundOperator
{
    private readonly bool _mean;
    private readonly bool _keepsAxes;
    private readonly bool _emptyKeepsAll;
    private readonly ImmutableArray<long> _axes;

    private ReduceOperator(NodeBinder binder, bool mean, bool axesAreInput)
    {
        binder.Arity(1, axesAreInput ? 2 : 1);
        _mean = mean;
        _keepsAxes = binder.Flag("keepdims", true);
        if (axesAreInput)
        {
            _emptyKeepsAll = binder.Flag("noop_with_empty_axes");
        }
        else
        {
            _axes = binder.Ints("axes");
        }
    }

    // The axes became an input in version 13 for sums, in 18 for means.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("ReduceSum", 1, binder => new ReduceOperator(binder, false, false), 12),
        new("ReduceSum", 13, binder => new ReduceOperator(binder, false, true)),
        new("ReduceMean", 1, binder => new ReduceOperator(binder, true, false), 17),
        new("ReduceMean", 18, binder => new ReduceOperator(binder, true, true)),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Axes(inputs, out bool[] reduced);
        TensorShape shape = inputs.ShapeOf(0);
        long start = Walk.Offset(index, shape, reduced, false);
        float[] values = new float[checked((int)Walk.Count(shape, reduced, true))];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = inputs.ReadSingle(0, start + Walk.Offset(i, shape, reduced, true));
        }

        return ElementBits.Of(Finish(PlainSum(values), values.Length));
    }

    /// <summary>Sums by the definition of rule 3, without vectors.</summary>
    internal static float PlainSum(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            return 0f;
        }

        Span<float> lanes = stackalloc float[Reduction.LaneCount];
        lanes.Fill(-0f);
        for (int i = 0; i < values.Length; i++)
        {
            lanes[i % Reduction.LaneCount] += values[i];
        }

        return Reduction.Fold(lanes);
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Faults.RequireType(inputs, 0, ElementType.Float32);
        return fault ?? Axes(inputs, out bool[] reduced) ?? Output(inputs.ShapeOf(0), reduced, out outputs[0]);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        TensorShape shape = inputs[0]!.Shape;
        _ = Axes(new TensorInputs(inputs.ToArray()), out bool[] reduced);
        Int128 parts = Math.Min(threads, output.Length);
        return IsContiguous(shape, reduced) ? 0 : Walk.Count(shape, reduced, true) * (sizeof(int) + (parts * sizeof(float)));
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        _ = Axes(new TensorInputs(inputs.ToArray()), out bool[] reduced);
        int count = (int)Walk.Count(input.Shape, reduced, true);
        int[] offsets = IsContiguous(input.Shape, reduced) || count == 0 ? [] : new int[count];
        context.For(offsets.Length, 16, (from, to) =>
        {
            for (int i = from; i < to; i++)
            {
                offsets[i] = (int)Walk.Offset(i, input.Shape, reduced, true);
            }
        });
        context.For(output.Length, count, (from, to) =>
        {
            ReadOnlySpan<float> values = input.AsSpan<float>();
            Span<float> sums = output.AsSpan<float>();
            float[] gathered = offsets.Length == 0 ? [] : ArrayPool<float>.Shared.Rent(count);
            for (int item = from; item < to; item++)
            {
                int start = (int)Walk.Offset(item, input.Shape, reduced, false);
                for (int i = 0; i < offsets.Length; i++)
                {
                    gathered[i] = values[start + offsets[i]];
                }

                sums[item] = Finish(Reduction.Sum(count == 0 ? [] : offsets.Length == 0 ? values.Slice(start, count) : gathered.AsSpan(0, count)), count);
            }

            if (gathered.Length != 0)
            {
                ArrayPool<float>.Shared.Return(gathered);
            }
        });
    }

    // Whether the elements of one sum stand side by side: no axis that stays has a length behind one that goes.
    private static bool IsContiguous(TensorShape shape, bool[] reduced)
    {
        bool seen = false;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] != 1 && seen && !reduced[axis])
            {
                return false;
            }

            seen |= shape[axis] != 1 && reduced[axis];
        }

        return true;
    }

    private float Finish(float sum, int count) => _mean ? sum / count : sum;

    private string? Output(TensorShape shape, bool[] reduced, out TensorSignature output)
    {
        IEnumerable<long> lengths = Enumerable.Range(0, shape.Rank).Where(axis => _keepsAxes || !reduced[axis]).Select(axis => reduced[axis] ? 1 : shape[axis]);
        string? fault = Faults.Shape(lengths.ToArray(), out TensorShape result);
        output = new TensorSignature(ElementType.Float32, result);
        return fault;
    }

    private string? Axes(OperatorInputs inputs, out bool[] reduced)
    {
        int rank = inputs.ShapeOf(0).Rank;
        reduced = new bool[rank];
        string? fault = inputs.Has(1) ? Faults.RequireType(inputs, 1, ElementType.Int64) ?? Faults.RequireRank(inputs, 1, 1) : null;
        if (fault is not null)
        {
            return fault;
        }

        ReadOnlySpan<long> axes = inputs.Has(1) ? inputs.ReadIntegers(1) : _axes.IsDefault ? [] : _axes.AsSpan();
        if (axes.IsEmpty)
        {
            reduced.AsSpan().Fill(!_emptyKeepsAll);
        }

        foreach (long axis in axes)
        {
            if (Faults.ResolveAxis(axis, rank, false, out int resolved) is string wrong)
            {
                return wrong;
            }

            reduced[resolved] = true;
        }

        return null;
    }
}
