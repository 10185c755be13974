using System.Runtime.InteropServices;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Memory that an operator writes one output to. Its first content is undefined. Not thread-safe, but different elements may be written by different threads.</summary>
public sealed class TensorBuffer
{
    private readonly Memory<byte> _bytes;

    /// <summary>Creates a buffer over memory that the caller owns.</summary>
    /// <exception cref="ArgumentException">The number of bytes is not what the signature says.</exception>
    public TensorBuffer(TensorSignature signature, Memory<byte> bytes)
    {
        if (signature.Shape.ElementCount * ElementTypes.SizeOf(signature.Type) != bytes.Length || !ElementTypes.IsKnown(signature.Type))
        {
            throw new ArgumentException($"Expected the bytes of a tensor {signature}, got {bytes.Length} bytes.", nameof(bytes));
        }

        Signature = signature;
        _bytes = bytes;
    }

    /// <summary>Gets the type and the shape.</summary>
    public TensorSignature Signature { get; }

    /// <summary>Gets the number of elements.</summary>
    public int Length => (int)Signature.Shape.ElementCount;

    /// <summary>Gets the bytes.</summary>
    public Span<byte> Bytes => _bytes.Span;

    /// <summary>Allocates a buffer.</summary>
    /// <exception cref="InvalidOperationException">The tensor would need more than 2^31 − 1 bytes.</exception>
    public static TensorBuffer Allocate(TensorSignature signature)
    {
        int size = ElementTypes.SizeOf(signature.Type);
        if (size == 0 || signature.Shape.ElementCount > Array.MaxLength / size)
        {
            throw new InvalidOperationException($"Expected a tensor of at most {Array.MaxLength} bytes, got {signature}.");
        }

        return new TensorBuffer(signature, GC.AllocateUninitializedArray<byte>((int)(signature.Shape.ElementCount * size)));
    }

    /// <summary>Gets the elements as a span of their .NET type (<see cref="ushort"/> for brain floats, <see cref="byte"/> for Booleans too).</summary>
    /// <exception cref="InvalidOperationException">The buffer holds another type.</exception>
    public Span<T> AsSpan<T>()
        where T : unmanaged
    {
        ElementType asked = ElementTypes.Of<T>();
        bool fits = asked == Signature.Type || (asked == ElementType.UInt16 && Signature.Type == ElementType.BFloat16)
            || (asked == ElementType.UInt8 && Signature.Type == ElementType.Boolean);
        return fits
            ? MemoryMarshal.Cast<byte, T>(_bytes.Span)
            : throw new InvalidOperationException($"Expected to write elements of type {Signature.Type}, got a request for {typeof(T).Name}.");
    }

    /// <summary>Makes the tensor's value over the same memory, which must not be written to again.</summary>
    public TensorValue ToValue() => TensorValue.Take(Signature.Type, Signature.Shape, _bytes);
}
