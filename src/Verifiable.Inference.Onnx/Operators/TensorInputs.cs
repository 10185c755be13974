using System.Buffers.Binary;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Inputs that are whole tensors. Immutable by contract and thread-safe: the list must not change afterwards.</summary>
public sealed class TensorInputs : OperatorInputs
{
    private readonly IReadOnlyList<TensorValue?> _tensors;

    /// <summary>Creates the inputs; <see langword="null"/> stands for an absent optional input.</summary>
    public TensorInputs(IReadOnlyList<TensorValue?> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        _tensors = tensors;
    }

    /// <inheritdoc/>
    public override int Count => _tensors.Count;

    /// <inheritdoc/>
    public override TensorSignature? SignatureOf(int input) => _tensors[input] is TensorValue tensor ? new TensorSignature(tensor.Type, tensor.Shape) : null;

    /// <inheritdoc/>
    public override ulong ReadBits(int input, long index) => ReadBits(_tensors[input] ?? throw new InvalidOperationException($"Expected input {input}, which is absent."), index);

    /// <summary>Reads the bits of one element of a tensor, in the low bits of the result.</summary>
    internal static ulong ReadBits(TensorValue tensor, long index)
    {
        int size = ElementTypes.SizeOf(tensor.Type);
        ReadOnlySpan<byte> element = tensor.Bytes.Span.Slice(checked((int)(index * size)), size);
        return size switch
        {
            1 => element[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(element),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(element),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(element),
        };
    }
}
