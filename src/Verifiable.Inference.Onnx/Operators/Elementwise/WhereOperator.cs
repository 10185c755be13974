using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Where: the element of the second input where the first is true, else that of the third; all broadcast.</summary>
internal sealed class WhereOperator : BoundOperator
{
    private const int Piece = 1024;

    private readonly BroadcastView?[] _views = new BroadcastView?[3];

    private WhereOperator(NodeBinder binder) => binder.Arity(3, 3);

    internal static OperatorDefinition Definition { get; } = new("Where", 9, binder => new WhereOperator(binder));

    internal override bool FinishesOutput => true;

    private protected override bool OnlyMoves => true;

    internal override bool CanFollow(int input) => input != 0;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        TensorValue other = inputs[3 - input]!;
        BroadcastView conditionView = BroadcastView.Get(ref _views[0], inputs[0]!.Shape, shape);
        BroadcastView otherView = BroadcastView.Get(ref _views[3 - input], other.Shape, shape);
        Span<byte> conditionCopy = stackalloc byte[Piece];
        Span<uint> copy = stackalloc uint[Piece];
        for (int i = 0; i < bits.Length; i += Piece)
        {
            Span<uint> piece = bits.Slice(i, Math.Min(Piece, bits.Length - i));
            ReadOnlySpan<byte> condition = conditionView.Read(inputs[0]!, start + i, conditionCopy[..piece.Length]);
            ReadOnlySpan<uint> others = otherView.Read(other, start + i, copy[..piece.Length]);
            Select(condition, input == 1 ? piece : others, input == 1 ? others : piece, piece);
        }
    }

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        _ = Shape(inputs, out TensorShape shape);
        int chosen = inputs.ReadBits(0, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(0), shape))) != 0 ? 1 : 2;
        return inputs.ReadBits(chosen, Broadcast.Map(index, shape, Broadcast.Strides(inputs.ShapeOf(chosen), shape)));
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        string? fault = Shape(inputs, out TensorShape shape);
        outputs[0] = new TensorSignature(inputs.TypeOf(1), shape);
        return fault ?? Faults.RequireType(inputs, 0, ElementType.Boolean) ?? Faults.RequireSameType(inputs, 2, 1);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer { Length: > 0 } output)
        {
            return;
        }

        switch (ElementTypes.SizeOf(output.Signature.Type))
        {
            case 1: Run<byte>(context, inputs, output); break;
            case 2: Run<ushort>(context, inputs, output); break;
            case 4: Run<uint>(context, inputs, output); break;
            default: Run<ulong>(context, inputs, output); break;
        }
    }

    private static string? Shape(OperatorInputs inputs, out TensorShape shape) =>
        Broadcast.Combine(inputs.ShapeOf(0), inputs.ShapeOf(1), out shape) ?? Broadcast.Combine(shape, inputs.ShapeOf(2), out shape);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Select<T>(ReadOnlySpan<byte> condition, ReadOnlySpan<T> yes, ReadOnlySpan<T> no, Span<T> result)
        where T : unmanaged
    {
        int i = 0;
        yes = yes[..result.Length];
        no = no[..result.Length];
        if (Vector.IsHardwareAccelerated && typeof(T) == typeof(uint))
        {
            ReadOnlySpan<uint> a = MemoryMarshal.Cast<T, uint>(yes);
            ReadOnlySpan<uint> b = MemoryMarshal.Cast<T, uint>(no);
            Span<uint> c = MemoryMarshal.Cast<T, uint>(result);
            for (; i <= result.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(condition[i..]), out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
                Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
                Select(first, a, b, c, i);
                Select(second, a, b, c, i + Vector<uint>.Count);
                Select(third, a, b, c, i + (2 * Vector<uint>.Count));
                Select(fourth, a, b, c, i + (3 * Vector<uint>.Count));
            }
        }

        for (; i < result.Length; i++)
        {
            result[i] = condition[i] != 0 ? yes[i] : no[i];
        }
    }

    private static void Select(Vector<uint> condition, ReadOnlySpan<uint> yes, ReadOnlySpan<uint> no, Span<uint> result, int i) =>
        Vector.ConditionalSelect(Vector.Equals(condition, Vector<uint>.Zero), new Vector<uint>(no[i..]), new Vector<uint>(yes[i..])).CopyTo(result[i..]);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Run<T>(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, TensorBuffer output)
        where T : unmanaged
    {
        TensorShape shape = output.Signature.Shape;
        (TensorValue condition, TensorValue yes, TensorValue no) = (inputs[0]!, inputs[1]!, inputs[2]!);
        BroadcastView conditionView = BroadcastView.Get(ref _views[0], condition.Shape, shape);
        BroadcastView yesView = BroadcastView.Get(ref _views[1], yes.Shape, shape);
        BroadcastView noView = BroadcastView.Get(ref _views[2], no.Shape, shape);
        ElementRuns.For<T>(context, output, 2, (elements, start) =>
        {
            Span<byte> conditionCopy = stackalloc byte[Piece];
            Span<T> yesCopy = stackalloc T[Piece];
            Span<T> noCopy = stackalloc T[Piece];
            for (int i = 0; i < elements.Length; i += Piece)
            {
                Span<T> piece = elements.Slice(i, Math.Min(Piece, elements.Length - i));
                Select(
                    conditionView.Read(condition, start + i, conditionCopy[..piece.Length]),
                    yesView.Read(yes, start + i, yesCopy[..piece.Length]),
                    noView.Read(no, start + i, noCopy[..piece.Length]),
                    piece);
            }
        });
    }
}
