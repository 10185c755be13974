using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.CompilerServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>GlobalAveragePool, GlobalMaxPool and GlobalLpPool: a reduction (64 lanes and a tree) over all spatial axes. GlobalLpPool with p = 1 or 2 is the norm of
/// ReduceL1 or ReduceL2; otherwise the lanes add pow(|x|, p), and the result is pow(sum, 1 ÷ p).</summary>
internal sealed class GlobalPoolOperator : BoundOperator
{
    private readonly ReduceKind _kind;
    private readonly long _power;

    private GlobalPoolOperator(NodeBinder binder, ReduceKind kind)
    {
        binder.Arity(1, 1);
        _kind = kind;
        if (kind == ReduceKind.L2)
        {
            _power = LpPoolOperator.ReadPower(binder);
            _kind = _power switch { 1 => ReduceKind.L1, 2 => ReduceKind.L2, _ => ReduceKind.Sum };
        }
    }

    internal static ImmutableArray<OperatorDefinition> Definitions { get; } =
    [
        new("GlobalAveragePool", 1, binder => new GlobalPoolOperator(binder, ReduceKind.Mean), floats: FloatInputs.All, reachesBack: true),
        new("GlobalLpPool", 2, binder => new GlobalPoolOperator(binder, ReduceKind.L2), floats: FloatInputs.All, reachesBack: true),
        new("GlobalMaxPool", 1, binder => new GlobalPoolOperator(binder, ReduceKind.Max), floats: FloatInputs.All, reachesBack: true),
    ];

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index) =>
        inputs.TypeOf(0) == ElementType.Float32 ? ElementBits.Of(Plain<float>(inputs, index)) : ElementBits.Of(Plain<double>(inputs, index));

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        TensorShape input = inputs.ShapeOf(0);
        if (input.Rank < 3)
        {
            return $"Expected an input of batch, channels and at least one spatial axis, got {input}.";
        }

        long[] lengths = new long[input.Rank];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = axis < 2 ? input[axis] : 1;
        }

        string? fault = Faults.Shape(lengths, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(0), shape);
        return fault ?? Faults.RequireType(inputs, 0, TypeSets.Floats);
    }

    private protected override Int128 ScratchBytes(ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, int threads)
    {
        TensorValue input = inputs[0]!;
        return _kind != ReduceKind.Sum || input.Length == 0 ? 0 : (Int128)threads * input.Bytes.Length / Math.Max(1, outputs[0]?.Length ?? 1);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output || output.Length == 0)
        {
            return;
        }

        if (output.Signature.Type == ElementType.Float32)
        {
            Run<float>(context, inputs[0]!, output);
        }
        else
        {
            Run<double>(context, inputs[0]!, output);
        }
    }

    private static int Area(TensorShape shape) => Walk.Product(shape, 2, shape.Rank);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private T Plain<T>(OperatorInputs inputs, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = inputs.MakeRoom<T>(Area(inputs.ShapeOf(0)));
        for (int i = 0; i < values.Length; i++)
        {
            T value = inputs.Read<T>(0, (index * values.Length) + i);
            values[i] = _kind == ReduceKind.Sum ? LpPoolOperator.Raise(value, _power) : value;
        }

        return Finish(FloatReduction.Plain<T>(_kind, values));
    }

    private T Finish<T>(T reduced)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _kind == ReduceKind.Sum ? LpPoolOperator.Root(reduced, _power) : reduced;

    private void Run<T>(OperatorContext context, TensorValue input, TensorBuffer output)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int area = Area(input.Shape);
        context.For(output.Length, _kind == ReduceKind.Sum ? (long)area * 50 : area, (from, to) =>
        {
            T[] raised = _kind == ReduceKind.Sum ? new T[area] : [];
            for (int plane = from; plane < to; plane++)
            {
                ReadOnlySpan<T> values = input.AsSpan<T>().Slice(plane * area, area);
                for (int i = 0; i < raised.Length; i++)
                {
                    raised[i] = LpPoolOperator.Raise(values[i], _power);
                }

                output.AsSpan<T>()[plane] = Finish(FloatReduction.Row(_kind, _kind == ReduceKind.Sum ? raised : values, default));
            }
        });
    }
}
