using Verifiable.Inference.Onnx.Arithmetic;
using Verifiable.Inference.Tensors;

namespace Verifiable.Inference.CanonicalDigest;

/// <summary>Pseudo-random numbers that are the same on every platform. Not thread-safe.</summary>
public sealed class CaseRandom(ulong seed)
{
    private static readonly float[] _special =
    [
        0f, -0f, 1f, -1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.Epsilon, -float.Epsilon, 1.17549435E-38f, 1e-40f, float.MaxValue,
        float.MinValue, 1e30f, -1e-30f, 0.1f, 3f, 16777216f, 1.0000001f, 88.7f, -104f,
    ];

    private readonly CounterRandom _random = new(seed);
    private uint _position;

    /// <summary>Gets or sets a value indicating whether floats are often special: zeros, NaN, infinities, subnormals, huge.</summary>
    public bool IsSpecial { get; set; }

    /// <summary>Converts binary32 elements to another float type.</summary>
    public static TensorValue Convert(TensorValue tensor, ElementType type)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        int size = ElementTypes.SizeOf(type);
        byte[] bytes = new byte[tensor.Length * size];
        for (int i = 0; i < tensor.Length; i++)
        {
            ulong bits = ElementConversion.Convert(BitConverter.SingleToUInt32Bits(tensor.AsSpan<float>()[i]), ElementType.Float32, type);
            ElementBits.Write(bits, bytes.AsSpan(i * size, size));
        }

        return TensorValue.Take(type, tensor.Shape, bytes);
    }

    /// <summary>Draws one of some types.</summary>
    public ElementType Type(ElementType[] types)
    {
        ArgumentNullException.ThrowIfNull(types);
        return types[Next(types.Length)];
    }

    public uint Word() => _random.Words(0, _position++, 0, 0x7465_7374).Word0;

    public int Next(int count) => (int)(Word() % (uint)count);

    public int Between(int least, int most) => least + Next(most - least + 1);

    public bool Coin() => Next(2) == 0;

    public float Float()
    {
        if (IsSpecial && Next(4) == 0)
        {
            float special = _special[Next(_special.Length)];
            return float.IsNaN(special) ? BitConverter.UInt32BitsToSingle(CanonicalMath.CanonicalNaNBits) : special;
        }

        int magnitude = Next(8) - 4;
        float value = (unchecked((int)Word()) / 2147483648f) * (1 << (magnitude + 4)) / 16f;
        return value * 3f;
    }

    /// <summary>Gets or sets how many axes may still be long: thousands of elements, where runs, tiles and lanes end in other places than in small cases.</summary>
    public int LongAxes { get; set; }

    /// <summary>Draws a length of an axis: 1 more often than by chance, where special cases hide, and 0 where it may be empty.</summary>
    public long Length(int most, bool canBeEmpty = false)
    {
        if (LongAxes > 0 && Next(2) == 0)
        {
            LongAxes--;
            return Next(5) switch { 0 => 60, 1 => 125, 2 => 250, 3 => 1000, _ => 4090 } + Next(20);
        }

        return Next(16) switch
        {
            0 when canBeEmpty => 0,
            1 or 2 or 3 => 1,
            _ => Between(1, most),
        };
    }

    public long[] Lengths(int least, int most, int mostLength, bool canBeEmpty = false)
    {
        long[] lengths = new long[Between(least, most)];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = Length(mostLength, canBeEmpty);
        }

        return lengths;
    }

    public TensorValue Floats(params long[] lengths)
    {
        float[] values = new float[RequireSmall(new TensorShape(lengths)).ElementCount];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Float();
        }

        return TensorValue.Create(values, lengths);
    }

    /// <summary>Makes a tensor of any type; Booleans are 0 or 1, NaNs canonical.</summary>
    public TensorValue Tensor(ElementType type, params long[] lengths)
    {
        if (type == ElementType.Float32)
        {
            return Floats(lengths);
        }

        TensorShape shape = RequireSmall(new TensorShape(lengths));
        byte[] bytes = new byte[shape.ElementCount * ElementTypes.SizeOf(type)];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = type == ElementType.Boolean ? (byte)Next(2) : Next(3) == 0 ? (byte)(Next(2) * 255) : unchecked((byte)Word());
        }

        CanonicalNaN.Apply(type, bytes);
        return TensorValue.Take(type, shape, bytes);
    }

    private static TensorShape RequireSmall(TensorShape shape) => shape.ElementCount <= 1 << 18 ? shape : throw new CaseTooLargeException();
}
