using System.Buffers;
using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>The reductions: the elements of the reduced axes, flattened row-major, are combined in 64 lanes and a tree.</summary>
internal sealed class ReduceOperator : BoundOperator
{
    private readonly ReduceKind _kind;
    private readonly bool _keepsAxes;
    private readonly bool _emptyKeepsAll;
    private readonly ImmutableArray<long> _axes;

    private delegate T RowFunction<T>(ReadOnlySpan<T> values, Span<T> scratch);

    private ReduceOperator(NodeBinder binder, ReduceKind kind, bool axesAreInput)
    {
        binder.Arity(1, axesAreInput ? 2 : 1);
        _kind = kind;
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

    // The axes became an input in version 13 for sums, in 18 for the others.
    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        .. Define("ReduceL1", ReduceKind.L1, 18),
        .. Define("ReduceL2", ReduceKind.L2, 18),
        .. Define("ReduceLogSum", ReduceKind.LogSum, 18),
        .. Define("ReduceLogSumExp", ReduceKind.LogSumExp, 18),
        .. Define("ReduceMax", ReduceKind.Max, 18),
        .. Define("ReduceMean", ReduceKind.Mean, 18),
        .. Define("ReduceMin", ReduceKind.Min, 18),
        .. Define("ReduceProd", ReduceKind.Product, 18),
        .. Define("ReduceSum", ReduceKind.Sum, 13),
        .. Define("ReduceSumSquare", ReduceKind.SumSquare, 18),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Axes(inputs, out bool[] reduced);
        return inputs.TypeOf(0) switch
        {
            ElementType.Float32 => ElementBits.Of(FloatReduction.Plain<float>(_kind, Row(inputs, reduced, index, bits => ElementBits.ToSingle(bits)))),
            ElementType.Float64 => ElementBits.Of(FloatReduction.Plain<double>(_kind, Row(inputs, reduced, index, ElementBits.ToDouble))),
            ElementType.Int8 => unchecked((byte)IntegerReduction.Row<sbyte>(_kind, Row(inputs, reduced, index, bits => (sbyte)bits))),
            ElementType.Int16 => unchecked((ushort)IntegerReduction.Row<short>(_kind, Row(inputs, reduced, index, bits => (short)bits))),
            ElementType.Int32 => unchecked((uint)IntegerReduction.Row<int>(_kind, Row(inputs, reduced, index, bits => (int)bits))),
            ElementType.Int64 => unchecked((ulong)IntegerReduction.Row<long>(_kind, Row(inputs, reduced, index, bits => (long)bits))),
            ElementType.UInt16 => IntegerReduction.Row<ushort>(_kind, Row(inputs, reduced, index, bits => (ushort)bits)),
            ElementType.UInt32 => IntegerReduction.Row<uint>(_kind, Row(inputs, reduced, index, bits => (uint)bits)),
            ElementType.UInt64 => IntegerReduction.Row<ulong>(_kind, Row(inputs, reduced, index, bits => bits)),
            ElementType.Boolean => Math.Min(IntegerReduction.Row<byte>(_kind, Row(inputs, reduced, index, bits => (byte)bits)), 1UL),
            _ => IntegerReduction.Row<byte>(_kind, Row(inputs, reduced, index, bits => (byte)bits)),
        };
    }

    /// <summary>Sums by the definition of rule 3, without vectors.</summary>
    internal static float PlainSum(ReadOnlySpan<float> values) => FloatReduction.Plain(ReduceKind.Sum, values);

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        ElementType type = inputs.TypeOf(0);
        if (type is ElementType.Float16 or ElementType.BFloat16 || (type == ElementType.Boolean && _kind is not (ReduceKind.Max or ReduceKind.Min)))
        {
            return $"Expected input 0 of numbers, got {type}.";
        }

        return Axes(inputs, out bool[] reduced) ?? Output(type, inputs.ShapeOf(0), reduced, out outputs[0]);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return 0;
        }

        _ = Axes(new TensorInputs(inputs.ToArray()), out bool[] reduced);
        var layout = new ReduceLayout(inputs[0]!.Shape, reduced);
        Int128 row = Rows(layout, output.Signature.Type) ? RowScratch(layout) : ColumnLanes.Scratch;
        int size = ElementTypes.SizeOf(output.Signature.Type);
        bool converts = !ElementTypes.IsFloat(output.Signature.Type) && (_kind is ReduceKind.L2 or ReduceKind.LogSum or ReduceKind.LogSumExp);
        Int128 part = (row * size) + (converts ? (Int128)layout.Count * 2 * sizeof(double) : 0);
        return ((Int128)layout.OffsetCount * sizeof(int)) + (Math.Min(threads, output.Length) * part);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        _ = Axes(new TensorInputs(inputs.ToArray()), out bool[] reduced);
        var layout = new ReduceLayout(input.Shape, reduced);
        int[] offsets = layout.OffsetCount == 0 ? [] : new int[layout.OffsetCount];
        context.For(offsets.Length, 16, (from, to) => layout.FillOffsets(offsets.AsSpan(from..to), from));
        switch (input.Type)
        {
            case ElementType.Float32: Floats<float>(context, layout, offsets, input, output); break;
            case ElementType.Float64: Floats<double>(context, layout, offsets, input, output); break;
            case ElementType.Int8: Each<sbyte>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.Int16: Each<short>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.Int32: Each<int>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.Int64: Each<long>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.UInt16: Each<ushort>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.UInt32: Each<uint>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.UInt64: Each<ulong>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
            case ElementType.Boolean: Each<byte>(context, layout, offsets, input, output, (values, _) => Math.Min(IntegerReduction.Row(_kind, values), (byte)1)); break;
            default: Each<byte>(context, layout, offsets, input, output, (values, _) => IntegerReduction.Row(_kind, values)); break;
        }
    }

    private static OperatorDefinition[] Define(string name, ReduceKind kind, int axesAreInputSince) =>
    [
        new(name, 1, binder => new ReduceOperator(binder, kind, false), axesAreInputSince - 1, floats: FloatInputs.Of(0)),
        new(name, axesAreInputSince, binder => new ReduceOperator(binder, kind, true), floats: FloatInputs.Of(0)),
    ];

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static T[] Row<T>(OperatorInputs inputs, bool[] reduced, long index, Func<ulong, T> convert)
    {
        TensorShape shape = inputs.ShapeOf(0);
        long start = Walk.Offset(index, shape, reduced, false);
        T[] values = inputs.MakeRoom<T>(Walk.Count(shape, reduced, true));
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = convert(inputs.ReadBits(0, start + Walk.Offset(i, shape, reduced, true)));
        }

        return values;
    }

    private bool Rows(ReduceLayout layout, ElementType type) => !layout.IsColumns || _kind == ReduceKind.LogSumExp || type is not (ElementType.Float32 or ElementType.Float64);

    private int RowScratch(ReduceLayout layout) => layout.IsColumns || layout.OffsetCount > 0 || _kind == ReduceKind.LogSumExp ? layout.Count : 0;

    private void Floats<T>(OperatorContext context, ReduceLayout layout, int[] offsets, TensorValue input, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Rows(layout, input.Type))
        {
            Each<T>(context, layout, offsets, input, output, (values, scratch) => FloatReduction.Row(_kind, values, scratch));
            return;
        }

        int tiles = (layout.Width + ColumnLanes.Tile - 1) / ColumnLanes.Tile;
        context.For(output.Length / layout.Width * tiles, (long)layout.Count * Math.Min(layout.Width, ColumnLanes.Tile), (from, to) =>
        {
            T[] lanes = ArrayPool<T>.Shared.Rent(ColumnLanes.Scratch);
            for (int item = from; item < to; item++)
            {
                int first = (item / tiles * layout.Width) + (item % tiles * ColumnLanes.Tile);
                int width = Math.Min(ColumnLanes.Tile, layout.Width - (item % tiles * ColumnLanes.Tile));
                ReadOnlySpan<T> source = layout.Count == 0 ? [] : input.AsSpan<T>()[layout.Start(first)..];
                FloatReduction.Columns(_kind, source, layout.Stride, offsets, layout.Count, lanes, output.AsSpan<T>().Slice(first, width));
            }

            ArrayPool<T>.Shared.Return(lanes);
        });
    }

    private void Each<T>(OperatorContext context, ReduceLayout layout, int[] offsets, TensorValue input, TensorBuffer output, RowFunction<T> function)
        where T : unmanaged
    {
        int scratch = RowScratch(layout);
        context.For(output.Length, layout.Count, (from, to) =>
        {
            ReadOnlySpan<T> source = MemoryMarshal.Cast<byte, T>(input.Bytes.Span);
            Span<T> results = MemoryMarshal.Cast<byte, T>(output.Bytes);
            T[] row = scratch == 0 ? [] : ArrayPool<T>.Shared.Rent(scratch);
            for (int item = from; item < to; item++)
            {
                results[item] = function(layout.Gather(source, layout.Count == 0 ? 0 : layout.Start(item), offsets, row), row);
            }

            if (scratch != 0)
            {
                ArrayPool<T>.Shared.Return(row);
            }
        });
    }

    private string? Output(ElementType type, TensorShape shape, bool[] reduced, out TensorSignature output)
    {
        IEnumerable<long> lengths = Enumerable.Range(0, shape.Rank).Where(axis => _keepsAxes || !reduced[axis]).Select(axis => reduced[axis] ? 1 : shape[axis]);
        string? fault = Faults.Shape(lengths.ToArray(), out TensorShape result);
        output = new TensorSignature(type, result);
        return fault;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
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
