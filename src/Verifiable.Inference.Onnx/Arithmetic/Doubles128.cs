using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Four binary64 numbers: two vectors of 128 bits.</summary>
internal readonly struct Doubles128 : IDoubleLanes<Doubles128>
{
    private readonly Vector128<double> _lower;
    private readonly Vector128<double> _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Doubles128(Vector128<double> lower, Vector128<double> upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static int Count => 2 * Vector128<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 operator +(Doubles128 left, Doubles128 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 operator -(Doubles128 left, Doubles128 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 operator *(Doubles128 left, Doubles128 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 operator /(Doubles128 left, Doubles128 right) => new(left._lower / right._lower, left._upper / right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Broadcast(double value) => new(Vector128.Create(value), Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Widen(ref readonly float source, nuint offset)
    {
        Vector128<float> loaded = Vector128.LoadUnsafe(in source, offset);
        return new(Vector128.WidenLower(loaded), Vector128.WidenUpper(loaded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles128 value, ref float destination, nuint offset) =>
        Vector128.Narrow(value._lower, value._upper).StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Abs(Doubles128 value) => new(Vector128.Abs(value._lower), Vector128.Abs(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 CopySign(Doubles128 magnitude, Doubles128 sign)
    {
        Vector128<double> mask = Vector128.Create(-0.0);
        return new(Vector128.ConditionalSelect(mask, sign._lower, magnitude._lower), Vector128.ConditionalSelect(mask, sign._upper, magnitude._upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Min(Doubles128 left, Doubles128 right) =>
        new(Vector128.MinNative(left._lower, right._lower), Vector128.MinNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Max(Doubles128 left, Doubles128 right) =>
        new(Vector128.MaxNative(left._lower, right._lower), Vector128.MaxNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 WhereEqual(Doubles128 left, Doubles128 right, Doubles128 chosen, Doubles128 other) => new(
        Vector128.ConditionalSelect(Vector128.Equals(left._lower, right._lower), chosen._lower, other._lower),
        Vector128.ConditionalSelect(Vector128.Equals(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 WhereLess(Doubles128 left, Doubles128 right, Doubles128 chosen, Doubles128 other) => new(
        Vector128.ConditionalSelect(Vector128.LessThan(left._lower, right._lower), chosen._lower, other._lower),
        Vector128.ConditionalSelect(Vector128.LessThan(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 AddBits(Doubles128 left, Doubles128 right) =>
        new((left._lower.AsUInt64() + right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() + right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 SubtractBits(Doubles128 left, Doubles128 right) =>
        new((left._lower.AsUInt64() - right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() - right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 ShiftBitsLeft(Doubles128 value, int count) =>
        new((value._lower.AsUInt64() << count).AsDouble(), (value._upper.AsUInt64() << count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 ShiftBitsRight(Doubles128 value, int count) =>
        new((value._lower.AsUInt64() >> count).AsDouble(), (value._upper.AsUInt64() >> count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Lookup16(ref readonly ulong table, Doubles128 index) => Lookup(in table, index, 15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles128 Lookup32(ref readonly ulong table, Doubles128 index) => Lookup(in table, index, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles128 Lookup(ref readonly ulong table, Doubles128 index, ulong mask) =>
        new(Entries(in table, index._lower.AsUInt64(), mask), Entries(in table, index._upper.AsUInt64(), mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Entries(ref readonly ulong table, Vector128<ulong> index, ulong mask) => Vector128.Create(
        Entry(in table, index, 0, mask), Entry(in table, index, 1, mask)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Entry(ref readonly ulong table, Vector128<ulong> index, int lane, ulong mask) =>
        Unsafe.Add(ref Unsafe.AsRef(in table), (nuint)(index.GetElement(lane) & mask));
}
