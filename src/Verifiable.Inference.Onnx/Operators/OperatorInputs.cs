using System.Numerics;
using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>
/// What an operator may read when it infers its outputs' shapes or computes one element by its definition. The elements may come from whole tensors, from
/// openings of a commitment, or pass through a recorder that notes which of them were needed.
/// </summary>
public abstract class OperatorInputs
{
    /// <summary>Gets the token that stops an inference of shapes that takes long.</summary>
    internal CancellationToken CancellationToken { get; init; }

    /// <summary>Gets the number of inputs, absent optional ones counted.</summary>
    public abstract int Count { get; }

    /// <summary>Gets the type and the shape of an input, or <see langword="null"/> when it is absent.</summary>
    public abstract TensorSignature? SignatureOf(int input);

    /// <summary>Reads the bits of one element, in the low bits of the result.</summary>
    /// <param name="input">The input.</param>
    /// <param name="index">The row-major index of the element.</param>
    public abstract ulong ReadBits(int input, long index);

    /// <summary>Tells whether an input is there.</summary>
    public bool Has(int input) => (uint)input < (uint)Count && SignatureOf(input) is not null;

    /// <summary>Gets the shape of an input that is there.</summary>
    /// <exception cref="InvalidOperationException">The input is absent.</exception>
    public TensorShape ShapeOf(int input) => Required(input).Shape;

    /// <summary>Gets the element type of an input that is there.</summary>
    /// <exception cref="InvalidOperationException">The input is absent.</exception>
    public ElementType TypeOf(int input) => Required(input).Type;

    /// <summary>Reads one binary32.</summary>
    public float ReadSingle(int input, long index) => BitConverter.UInt32BitsToSingle((uint)ReadBits(input, index));

    /// <summary>Reads one binary64.</summary>
    public double ReadDouble(int input, long index) => BitConverter.UInt64BitsToDouble(ReadBits(input, index));

    /// <summary>Reads one element of a float type: binary32 or binary64.</summary>
    internal T Read<T>(int input, long index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (T)(object)ReadSingle(input, index) : (T)(object)ReadDouble(input, index);

    /// <summary>Reads one integer of any type but UInt64, sign extended.</summary>
    public long ReadInteger(int input, long index) => ElementBits.ToInt64(ReadBits(input, index), TypeOf(input));

    /// <summary>Reads all elements of a short list of integers.</summary>
    public long[] ReadIntegers(int input)
    {
        long[] values = MakeRoom<long>(ShapeOf(input).ElementCount);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = ReadInteger(input, i);
        }

        return values;
    }

    /// <summary>Makes room for elements that are read into it. What is read may be open in part only, and its shape a stranger's: a referee gives no more room than it may read.</summary>
    internal T[] MakeRoom<T>(long length)
    {
        RequireRoom(length);
        return new T[checked((int)length)];
    }

    /// <summary>Stops a definition that would need room for more elements than it may read.</summary>
    internal virtual void RequireRoom(long length)
    {
    }

    /// <summary>Gets the element type in which an input is stored: that of 16 bits where the operator sees it widened.</summary>
    internal virtual ElementType StoredTypeOf(int input) => TypeOf(input);

    /// <summary>Counts steps that read nothing, before they are taken: a loop whose length is a shape, an attribute or an element of an input may be as long as a stranger likes, and a referee stops
    /// a definition that takes more than its limit. Loops that read in every step need not say so.</summary>
    internal virtual void Spend(Int128 steps)
    {
    }

    private TensorSignature Required(int input) =>
        (uint)input < (uint)Count && SignatureOf(input) is TensorSignature signature
            ? signature
            : throw new InvalidOperationException($"Expected input {input}, which is absent.");
}
