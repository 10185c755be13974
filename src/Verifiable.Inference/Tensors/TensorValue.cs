using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Tensors;

/// <summary>
/// A tensor's value: element type, shape, and the elements row-major as little-endian bytes. Immutable by contract and safe to share between threads:
/// whoever hands memory over by <see cref="Take"/> must not write to it afterwards.
/// </summary>
/// <remarks>One tensor holds at most 2^31 − 1 bytes, the limit of .NET memory. Equality is by type, shape and bytes: two NaNs of different bits differ,
/// and so do −0 and +0.</remarks>
public sealed class TensorValue : IEquatable<TensorValue>
{
    private TensorValue(ElementType type, TensorShape shape, ReadOnlyMemory<byte> bytes)
    {
        Type = type;
        Shape = shape;
        Bytes = bytes;
    }

    /// <summary>Gets the type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>Gets the axis lengths.</summary>
    public TensorShape Shape { get; }

    /// <summary>Gets the elements, row-major, little-endian.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Gets the number of elements, which fits in an <see cref="int"/>.</summary>
    public int Length => (int)Shape.ElementCount;

    /// <summary>Creates a tensor by copying elements.</summary>
    /// <param name="elements">The elements, row-major; as many as the shape says.</param>
    /// <param name="shape">The axis lengths.</param>
    /// <exception cref="ArgumentException">The number of elements is not the shape's.</exception>
    public static TensorValue Create<T>(ReadOnlySpan<T> elements, TensorShape shape)
        where T : unmanaged
    {
        RequireLittleEndian();
        return Take(ElementTypes.Of<T>(), shape, MemoryMarshal.AsBytes(elements).ToArray());
    }

    /// <summary>Creates a tensor by copying elements given with axis lengths.</summary>
    /// <exception cref="ArgumentException">The number of elements is not the shape's, or the lengths make no shape.</exception>
    public static TensorValue Create<T>(T[] elements, params ReadOnlySpan<long> lengths)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Create((ReadOnlySpan<T>)elements, new TensorShape(lengths));
    }

    /// <summary>Creates a tensor by copying a framework tensor (<see cref="Tensor{T}"/> converts to a span).</summary>
    public static TensorValue FromTensor<T>(in ReadOnlyTensorSpan<T> tensor)
        where T : unmanaged
    {
        long[] lengths = new long[tensor.Rank];
        for (int axis = 0; axis < lengths.Length; axis++)
        {
            lengths[axis] = tensor.Lengths[axis];
        }

        T[] elements = new T[checked((int)tensor.FlattenedLength)];
        tensor.FlattenTo(elements);
        return Create(elements, lengths);
    }

    /// <summary>Creates a tensor over bytes without copying; the caller gives them up and must not write to them again.</summary>
    /// <exception cref="ArgumentException">The type is unknown, or the number of bytes is not what type and shape say.</exception>
    public static TensorValue Take(ElementType type, TensorShape shape, ReadOnlyMemory<byte> bytes) =>
        TryTake(type, shape, bytes, out TensorValue? value)
            ? value
            : throw new ArgumentException($"Expected the bytes of a {type} tensor of shape {shape}, got {bytes.Length} bytes.", nameof(bytes));

    /// <summary>Creates a tensor over bytes that may come from outside, without copying.</summary>
    /// <returns><see langword="false"/> when the type is unknown, the number of bytes is not what type and shape say, or a Boolean byte is neither 0 nor 1.</returns>
    public static bool TryTake(ElementType type, TensorShape shape, ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out TensorValue? value)
    {
        int size = ElementTypes.SizeOf(type);
        bool fits = size != 0 && shape.ElementCount <= int.MaxValue / size && shape.ElementCount * size == bytes.Length
            && (type != ElementType.Boolean || !bytes.Span.ContainsAnyExceptInRange((byte)0, (byte)1));
        value = fits ? new TensorValue(type, shape, bytes) : null;
        return fits;
    }

    /// <summary>Gets the elements as a span of their .NET type (<see cref="ushort"/> for brain floats).</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public ReadOnlySpan<T> AsSpan<T>()
        where T : unmanaged
    {
        if (!ElementTypes.CanReadAs<T>(Type))
        {
            throw new InvalidOperationException($"Expected to read elements of type {Type}, got a request for {typeof(T).Name}.");
        }

        RequireLittleEndian();
        return MemoryMarshal.Cast<byte, T>(Bytes.Span);
    }

    /// <summary>Gets the tensor as a framework tensor span over the same memory; a scalar becomes one axis of length 1.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public ReadOnlyTensorSpan<T> AsTensorSpan<T>()
        where T : unmanaged
    {
        return new ReadOnlyTensorSpan<T>(AsSpan<T>(), FrameworkLengths(), default);
    }

    /// <summary>Gets a copy as a framework tensor; a scalar becomes one axis of length 1.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public Tensor<T> ToTensor<T>()
        where T : unmanaged
    {
        return Tensor.Create(AsSpan<T>().ToArray(), FrameworkLengths());
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] TensorValue? other) =>
        other is not null && Type == other.Type && Shape == other.Shape && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TensorValue);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Type);
        hash.Add(Shape);
        hash.AddBytes(Bytes.Span[..Math.Min(64, Bytes.Length)]);
        return hash.ToHashCode();
    }

    /// <summary>Writes type and shape, never the elements, which may be private.</summary>
    public override string ToString() => $"{Type}{Shape}";

    // The framework takes no axes for one axis of length 0 and would drop a scalar's element.
    private nint[] FrameworkLengths() => Shape.Rank == 0 ? [1] : [.. Shape.Lengths.Select(length => checked((nint)length))];

    // The bytes are little-endian by definition; reading them in place needs a machine of the same order, as every .NET platform but s390x is.
    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Expected a little-endian processor: tensors are read in place as little-endian bytes.");
        }
    }
}
