using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Gives an operator over binary32 the two 16-bit float types, which are storage only: widened before, rounded once after.</summary>
internal sealed class StorageOperator : BoundOperator
{
    private readonly BoundOperator _inner;
    private readonly FloatInputs _floats;
    private readonly int _outputs;
    private readonly TensorValue?[] _constants;

    /// <summary>Wraps an operator.</summary>
    /// <param name="inner">The operator over binary32.</param>
    /// <param name="floats">Which inputs are of the float type.</param>
    /// <param name="outputs">The number of the graph node's outputs.</param>
    /// <param name="constants">The inputs that never change, widened already; <see langword="null"/> for the others.</param>
    internal StorageOperator(BoundOperator inner, FloatInputs floats, int outputs, TensorValue?[] constants)
    {
        _inner = inner;
        _floats = floats;
        _outputs = outputs;
        _constants = constants;
    }

    public override bool IsView => _inner.IsView;

    internal override bool FinishesOutput => _inner.FinishesOutput;

    private protected override bool OnlyMoves => _inner.OnlyMovesElements;

    public override ulong Element(OperatorContext context, OperatorInputs inputs, int output, long index)
    {
        if (TypeOf(inputs) is not { } type)
        {
            return _inner.Element(context, inputs, output, index);
        }

        var widened = new WidenedInputs(inputs, _floats) { CancellationToken = inputs.CancellationToken };
        ulong bits = _inner.Element(context, widened, output, index);
        var signatures = new TensorSignature[_outputs];
        _ = _inner.TryInfer(widened, signatures, out _);
        return Narrows(signatures, output) ? ElementConversion.Convert(bits, ElementType.Float32, type) : bits;
    }

    internal override bool CanFollow(int input) => _inner.CanFollow(input);

    internal override void Follow(ReadOnlySpan<TensorValue?> inputs, int input, TensorShape shape, Span<float> values, int start) => _inner.Follow(inputs, input, shape, values, start);

    internal override bool TryCompute(
        OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs, long maxScratchBytes, [NotNullWhen(false)] out string? fault)
    {
        var reader = new TensorInputs(inputs.ToArray());
        if (TypeOf(reader) is not { } type)
        {
            return _inner.TryCompute(context, inputs, outputs, maxScratchBytes, out fault);
        }

        var signatures = new TensorSignature[_outputs];
        _ = _inner.TryInfer(new WidenedInputs(reader, _floats) { CancellationToken = reader.CancellationToken }, signatures, out _);
        Int128 own = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            own += Widens(inputs, i) ? (Int128)inputs[i]!.Length * sizeof(float) : 0;
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            own += outputs[i] is not null && Narrows(signatures, i) ? (Int128)outputs[i]!.Length * sizeof(float) : 0;
        }

        fault = own <= maxScratchBytes ? null : $"Expected to need at most {maxScratchBytes} bytes beside the outputs, got {own}.";
        if (fault is not null)
        {
            return false;
        }

        byte[]?[] rented = new byte[]?[inputs.Length + outputs.Length];
        var widened = new TensorValue?[inputs.Length];
        for (int i = 0; i < widened.Length; i++)
        {
            widened[i] = Widens(inputs, i) ? Widen(inputs[i]!, Rent(ref rented[i], inputs[i]!.Length)) : inputs[i] is not null && IsStorage(inputs[i]!.Type) && _floats.Contains(i) ? _constants[i] : inputs[i];
        }

        var wide = new TensorBuffer?[outputs.Length];
        for (int i = 0; i < wide.Length; i++)
        {
            wide[i] = outputs[i] is not null && Narrows(signatures, i) ? new TensorBuffer(signatures[i], Rent(ref rented[inputs.Length + i], outputs[i]!.Length)) : outputs[i];
        }

        bool isComputed = _inner.TryCompute(context, widened, wide, maxScratchBytes - (long)own, out fault);
        for (int i = 0; isComputed && i < wide.Length; i++)
        {
            if (outputs[i] is TensorBuffer output && !ReferenceEquals(wide[i], output))
            {
                Narrow(context, wide[i]!, output, type);
            }
        }

        // What ends in an exception leaves its arrays to the collector.
        foreach (byte[]? array in rented)
        {
            if (array is not null)
            {
                ArrayPool<byte>.Shared.Return(array);
            }
        }

        return isComputed;
    }

    /// <summary>Widens a tensor of 16-bit floats to binary32, which is exact.</summary>
    internal static TensorValue Widen(TensorValue tensor) => Widen(tensor, GC.AllocateUninitializedArray<byte>(checked(tensor.Length * sizeof(float))));

    /// <summary>Tells whether a type is a 16-bit float.</summary>
    internal static bool IsStorage(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    private protected override string? Infer(OperatorInputs inputs, Span<TensorSignature> outputs)
    {
        ElementType? type = TypeOf(inputs);
        for (int i = 0; type is not null && i < inputs.Count; i++)
        {
            if (_floats.Contains(i) && inputs.Has(i) && inputs.TypeOf(i) != type)
            {
                return $"Expected float inputs of one type, got {type} and {inputs.TypeOf(i)}.";
            }
        }

        if (type is null)
        {
            return _inner.TryInfer(inputs, outputs, out string? plain) ? null : plain;
        }

        if (!_inner.TryInfer(new WidenedInputs(inputs, _floats) { CancellationToken = inputs.CancellationToken }, outputs, out string? fault))
        {
            return fault;
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            if (Narrows(outputs, i))
            {
                outputs[i] = new TensorSignature(type.Value, outputs[i].Shape);
            }
        }

        return null;
    }

    private protected override void ComputeCore(OperatorContext context, ReadOnlySpan<TensorValue?> inputs, ReadOnlySpan<TensorBuffer?> outputs) =>
        throw new InvalidOperationException("Expected a call of TryCompute.");

    private static Memory<byte> Rent(ref byte[]? array, int length)
    {
        array = ArrayPool<byte>.Shared.Rent(checked(length * sizeof(float)));
        return array.AsMemory(0, length * sizeof(float));
    }

    private static TensorValue Widen(TensorValue tensor, Memory<byte> bytes)
    {
        Span<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes.Span);
        ReadOnlySpan<ushort> bits = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(tensor.Bytes.Span);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = tensor.Type == ElementType.BFloat16 ? BitConverter.UInt32BitsToSingle((uint)bits[i] << 16) : (float)BitConverter.UInt16BitsToHalf(bits[i]);
        }

        CanonicalNaN.Apply(ElementType.Float32, bytes.Span);
        return TensorValue.Take(ElementType.Float32, tensor.Shape, bytes);
    }

    private static void Narrow(OperatorContext context, TensorBuffer wide, TensorBuffer output, ElementType type) => context.For(output.Length, 4, (from, to) =>
    {
        ReadOnlySpan<float> values = wide.AsSpan<float>();
        Span<ushort> bits = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ushort>(output.Bytes);
        for (int i = from; i < to; i++)
        {
            bits[i] = (ushort)ElementConversion.Convert(BitConverter.SingleToUInt32Bits(values[i]), ElementType.Float32, type);
        }
    });

    private bool Narrows(ReadOnlySpan<TensorSignature> signatures, int output) => signatures[output].Type == ElementType.Float32 && !_floats.KeepsSingle(output);

    private bool Widens(ReadOnlySpan<TensorValue?> inputs, int input) =>
        inputs[input] is TensorValue tensor && IsStorage(tensor.Type) && _floats.Contains(input) && (input >= _constants.Length || _constants[input] is null);

    // The 16-bit type of the inputs, or null where they are wider: the first one decides.
    private ElementType? TypeOf(OperatorInputs inputs)
    {
        for (int i = 0; i < inputs.Count; i++)
        {
            if (_floats.Contains(i) && inputs.Has(i))
            {
                return IsStorage(inputs.TypeOf(i)) ? inputs.TypeOf(i) : null;
            }
        }

        return null;
    }

    private sealed class WidenedInputs(OperatorInputs inner, FloatInputs floats) : OperatorInputs
    {
        public override int Count => inner.Count;

        internal override void RequireRoom(long length) => inner.RequireRoom(length);

        internal override void Spend(Int128 steps) => inner.Spend(steps);

        public override TensorSignature? SignatureOf(int input) =>
            inner.SignatureOf(input) is { } signature && IsStorage(signature.Type) && floats.Contains(input)
                ? new TensorSignature(ElementType.Float32, signature.Shape)
                : inner.SignatureOf(input);

        internal override ElementType StoredTypeOf(int input) => inner.TypeOf(input);

        public override ulong ReadBits(int input, long index) =>
            inner.TypeOf(input) is var type && IsStorage(type) && floats.Contains(input)
                ? ElementConversion.Convert(inner.ReadBits(input, index), type, ElementType.Float32)
                : inner.ReadBits(input, index);
    }
}
