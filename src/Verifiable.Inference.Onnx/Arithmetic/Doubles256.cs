using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Eight binary64 numbers: two vectors of 256 bits.</summary>
internal readonly struct Doubles256 : IDoubleLanes<Doubles256>
{
    private readonly Vector256<double> _lower;
    private readonly Vector256<double> _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Doubles256(Vector256<double> lower, Vector256<double> upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static int Count => 2 * Vector256<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 operator +(Doubles256 left, Doubles256 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 operator -(Doubles256 left, Doubles256 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 operator *(Doubles256 left, Doubles256 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 operator /(Doubles256 left, Doubles256 right) => new(left._lower / right._lower, left._upper / right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Broadcast(double value) => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Widen(ref readonly float source, nuint offset)
    {
        Vector256<float> loaded = Vector256.LoadUnsafe(in source, offset);
        return new(Vector256.WidenLower(loaded), Vector256.WidenUpper(loaded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles256 value, ref float destination, nuint offset) =>
        Vector256.Narrow(value._lower, value._upper).StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Abs(Doubles256 value) => new(Vector256.Abs(value._lower), Vector256.Abs(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 CopySign(Doubles256 magnitude, Doubles256 sign)
    {
        Vector256<double> mask = Vector256.Create(-0.0);
        return new(Vector256.ConditionalSelect(mask, sign._lower, magnitude._lower), Vector256.ConditionalSelect(mask, sign._upper, magnitude._upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Min(Doubles256 left, Doubles256 right) =>
        new(Vector256.MinNative(left._lower, right._lower), Vector256.MinNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Max(Doubles256 left, Doubles256 right) =>
        new(Vector256.MaxNative(left._lower, right._lower), Vector256.MaxNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 WhereEqual(Doubles256 left, Doubles256 right, Doubles256 chosen, Doubles256 other) => new(
        Vector256.ConditionalSelect(Vector256.Equals(left._lower, right._lower), chosen._lower, other._lower),
        Vector256.ConditionalSelect(Vector256.Equals(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 WhereLess(Doubles256 left, Doubles256 right, Doubles256 chosen, Doubles256 other) => new(
        Vector256.ConditionalSelect(Vector256.LessThan(left._lower, right._lower), chosen._lower, other._lower),
        Vector256.ConditionalSelect(Vector256.LessThan(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 AddBits(Doubles256 left, Doubles256 right) =>
        new((left._lower.AsUInt64() + right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() + right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 SubtractBits(Doubles256 left, Doubles256 right) =>
        new((left._lower.AsUInt64() - right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() - right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 ShiftBitsLeft(Doubles256 value, int count) =>
        new((value._lower.AsUInt64() << count).AsDouble(), (value._upper.AsUInt64() << count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 ShiftBitsRight(Doubles256 value, int count) =>
        new((value._lower.AsUInt64() >> count).AsDouble(), (value._upper.AsUInt64() >> count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Lookup16(ref readonly ulong table, Doubles256 index) => Lookup(in table, index, 15);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles256 Lookup32(ref readonly ulong table, Doubles256 index) => Lookup(in table, index, 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Doubles256 Lookup(ref readonly ulong table, Doubles256 index, ulong mask) =>
        new(Entries(in table, index._lower.AsUInt64(), mask), Entries(in table, index._upper.AsUInt64(), mask));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Entries(ref readonly ulong table, Vector256<ulong> index, ulong mask) => Vector256.Create(
        Entry(in table, index, 0, mask), Entry(in table, index, 1, mask), Entry(in table, index, 2, mask), Entry(in table, index, 3, mask)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Entry(ref readonly ulong table, Vector256<ulong> index, int lane, ulong mask) =>
        Unsafe.Add(ref Unsafe.AsRef(in table), (nuint)(index.GetElement(lane) & mask));
}
