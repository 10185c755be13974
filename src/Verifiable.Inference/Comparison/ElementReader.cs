namespace Verifiable.Inference.Comparison;

/// <summary>Reads elements of one type as what a comparison needs of them. All stateless.</summary>
/// <typeparam name="T">How the elements lie in memory.</typeparam>
internal interface IElementReader<T>
    where T : unmanaged
{
    /// <summary>Widens an element; exact but for 64-bit integers.</summary>
    static abstract double Widen(T value);

    /// <summary>Gets an element's place among all numbers of the type, −0 and +0 at one place. Not for NaN.</summary>
    static abstract Int128 Order(T value);

    /// <summary>Gets x − y, rounded once.</summary>
    static abstract double Subtract(T left, T right);
}

/// <summary>binary32.</summary>
internal readonly struct Float32Reader : IElementReader<float>
{
    public static double Widen(float value) => value;

    public static Int128 Order(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits < 0 ? -(bits & int.MaxValue) : bits;
    }

    public static double Subtract(float left, float right) => (double)left - right;
}

/// <summary>binary64.</summary>
internal readonly struct Float64Reader : IElementReader<double>
{
    public static double Widen(double value) => value;

    public static Int128 Order(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        return bits < 0 ? -(bits & long.MaxValue) : bits;
    }

    public static double Subtract(double left, double right) => left - right;
}

/// <summary>binary16.</summary>
internal readonly struct Float16Reader : IElementReader<Half>
{
    public static double Widen(Half value) => (double)value;

    public static Int128 Order(Half value)
    {
        short bits = BitConverter.HalfToInt16Bits(value);
        return bits < 0 ? -(bits & short.MaxValue) : bits;
    }

    public static double Subtract(Half left, Half right) => (double)left - (double)right;
}

/// <summary>bfloat16, as its bits.</summary>
internal readonly struct BFloat16Reader : IElementReader<ushort>
{
    public static double Widen(ushort value) => BitConverter.UInt32BitsToSingle((uint)value << 16);

    public static Int128 Order(ushort value) => value > short.MaxValue ? -(value & short.MaxValue) : value;

    public static double Subtract(ushort left, ushort right) => Widen(left) - Widen(right);
}

/// <summary>Integers.</summary>
/// <typeparam name="T">The integer.</typeparam>
internal readonly struct IntegerReader<T> : IElementReader<T>
    where T : unmanaged, System.Numerics.IBinaryInteger<T>
{
    public static double Widen(T value) => double.CreateChecked(value);

    public static Int128 Order(T value) => Int128.CreateChecked(value);

    public static double Subtract(T left, T right) => (double)(Order(left) - Order(right));
}

/// <summary>Booleans: 0 and 1.</summary>
internal readonly struct BooleanReader : IElementReader<bool>
{
    public static double Widen(bool value) => value ? 1 : 0;

    public static Int128 Order(bool value) => value ? 1 : 0;

    public static double Subtract(bool left, bool right) => Widen(left) - Widen(right);
}
