using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Applies one function of a number, which gives one of its type, to every element.</summary>
internal sealed class NumberOperator<TFunction> : BoundOperator
    where TFunction : struct, INumberFunction
{
    private readonly TFunction _function;
    private readonly ElementType[] _types;

    internal NumberOperator(TFunction function, ElementType[] types)
    {
        _function = function;
        _types = types;
    }

    internal override bool FinishesOutput => true;

    internal override bool CanFollow(int input) => true;

    internal override bool FollowsCanonically => IsRelu;

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start)
    {
        if (IsRelu)
        {
            ClipLoop.Run(values, 0f, float.PositiveInfinity, values);
        }
        else
        {
            Apply<float>(values, values);
        }
    }

    private static bool IsRelu => typeof(TFunction) == typeof(NumberOperators.ReluFunction);

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        ulong bits = inputs.ReadBits(0, index);
        ElementType type = inputs.TypeOf(0);
        return unchecked(type switch
        {
            ElementType.Float32 => ElementBits.Of(_function.Apply(ElementBits.ToSingle(bits))),
            ElementType.Float64 => ElementBits.Of(_function.Apply(ElementBits.ToDouble(bits))),
            ElementType.Int8 => ElementBits.Of(_function.Apply((sbyte)bits), type),
            ElementType.Int16 => ElementBits.Of(_function.Apply((short)bits), type),
            ElementType.Int32 => ElementBits.Of(_function.Apply((int)bits), type),
            ElementType.Int64 => ElementBits.Of(_function.Apply((long)bits), type),
            ElementType.UInt8 => _function.Apply((byte)bits),
            ElementType.UInt16 => _function.Apply((ushort)bits),
            ElementType.UInt32 => _function.Apply((uint)bits),
            _ => _function.Apply(bits),
        });
    }

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        outputs[0] = inputs.SignatureOf(0)!.Value;
        return Faults.RequireType(inputs, 0, _types);
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs)
    {
        if (outputs[0] is not TensorBuffer output)
        {
            return;
        }

        TensorValue input = inputs[0]!;
        switch (input.Type)
        {
            case ElementType.Float32: Run<float>(context, input, output); break;
            case ElementType.Float64: Run<double>(context, input, output); break;
            case ElementType.Int8: Run<sbyte>(context, input, output); break;
            case ElementType.Int16: Run<short>(context, input, output); break;
            case ElementType.Int32: Run<int>(context, input, output); break;
            case ElementType.Int64: Run<long>(context, input, output); break;
            case ElementType.UInt8: Run<byte>(context, input, output); break;
            case ElementType.UInt16: Run<ushort>(context, input, output); break;
            case ElementType.UInt32: Run<uint>(context, input, output); break;
            default: Run<ulong>(context, input, output); break;
        }
    }

    private void Run<T>(OperatorContext context, TensorValue input, TensorBuffer output)
        where T : unmanaged, INumber<T> =>
        ElementRuns.For<T>(context, output, 1, (elements, start) => Apply(ElementRuns.Of<T>(input).Slice(start, elements.Length), elements));

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        TFunction function = _function;
        if (Vector.IsHardwareAccelerated && function.HasVector<T>())
        {
            ref T from = ref MemoryMarshal.GetReference(x);
            ref T to = ref MemoryMarshal.GetReference(y[..x.Length]);
            for (; i <= x.Length - Vector<T>.Count; i += Vector<T>.Count)
            {
                function.Apply(Vector.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
            }
        }

        for (; i < x.Length; i++)
        {
            y[i] = function.Apply(x[i]);
        }
    }
}
