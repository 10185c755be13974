using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Verifiable.Inference.Onnx.Arithmetic;

/// <summary>Sixteen binary64 numbers: two vectors of 512 bits. Used only where the processor has permutations of two such vectors.</summary>
internal readonly struct Doubles512 : IDoubleLanes<Doubles512>
{
    private readonly Vector512<double> _lower;
    private readonly Vector512<double> _upper;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Doubles512(Vector512<double> lower, Vector512<double> upper)
    {
        _lower = lower;
        _upper = upper;
    }

    public static int Count => 2 * Vector512<double>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 operator +(Doubles512 left, Doubles512 right) => new(left._lower + right._lower, left._upper + right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 operator -(Doubles512 left, Doubles512 right) => new(left._lower - right._lower, left._upper - right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 operator *(Doubles512 left, Doubles512 right) => new(left._lower * right._lower, left._upper * right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 operator /(Doubles512 left, Doubles512 right) => new(left._lower / right._lower, left._upper / right._upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Broadcast(double value) => new(Vector512.Create(value), Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Widen(ref readonly float source, nuint offset)
    {
        Vector512<float> loaded = Vector512.LoadUnsafe(in source, offset);
        return new(Vector512.WidenLower(loaded), Vector512.WidenUpper(loaded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Narrow(Doubles512 value, ref float destination, nuint offset) =>
        Vector512.Narrow(value._lower, value._upper).StoreUnsafe(ref destination, offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Abs(Doubles512 value) => new(Vector512.Abs(value._lower), Vector512.Abs(value._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 CopySign(Doubles512 magnitude, Doubles512 sign)
    {
        Vector512<double> mask = Vector512.Create(-0.0);
        return new(Vector512.ConditionalSelect(mask, sign._lower, magnitude._lower), Vector512.ConditionalSelect(mask, sign._upper, magnitude._upper));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Min(Doubles512 left, Doubles512 right) =>
        new(Vector512.MinNative(left._lower, right._lower), Vector512.MinNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Max(Doubles512 left, Doubles512 right) =>
        new(Vector512.MaxNative(left._lower, right._lower), Vector512.MaxNative(left._upper, right._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 WhereEqual(Doubles512 left, Doubles512 right, Doubles512 chosen, Doubles512 other) => new(
        Vector512.ConditionalSelect(Vector512.Equals(left._lower, right._lower), chosen._lower, other._lower),
        Vector512.ConditionalSelect(Vector512.Equals(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 WhereLess(Doubles512 left, Doubles512 right, Doubles512 chosen, Doubles512 other) => new(
        Vector512.ConditionalSelect(Vector512.LessThan(left._lower, right._lower), chosen._lower, other._lower),
        Vector512.ConditionalSelect(Vector512.LessThan(left._upper, right._upper), chosen._upper, other._upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 AddBits(Doubles512 left, Doubles512 right) =>
        new((left._lower.AsUInt64() + right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() + right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 SubtractBits(Doubles512 left, Doubles512 right) =>
        new((left._lower.AsUInt64() - right._lower.AsUInt64()).AsDouble(), (left._upper.AsUInt64() - right._upper.AsUInt64()).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 ShiftBitsLeft(Doubles512 value, int count) =>
        new((value._lower.AsUInt64() << count).AsDouble(), (value._upper.AsUInt64() << count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 ShiftBitsRight(Doubles512 value, int count) =>
        new((value._lower.AsUInt64() >> count).AsDouble(), (value._upper.AsUInt64() >> count).AsDouble());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Lookup16(ref readonly ulong table, Doubles512 index)
    {
        Vector512<double> first = Vector512.LoadUnsafe(in table, 0).AsDouble();
        Vector512<double> second = Vector512.LoadUnsafe(in table, 8).AsDouble();
        return new(
            Avx512F.PermuteVar8x64x2(first, index._lower.AsInt64(), second),
            Avx512F.PermuteVar8x64x2(first, index._upper.AsInt64(), second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Doubles512 Lookup32(ref readonly ulong table, Doubles512 index)
    {
        Doubles512 first = Lookup16(in table, index);
        Doubles512 second = Lookup16(ref Unsafe.Add(ref Unsafe.AsRef(in table), 16), index);
        return new(Choose(index._lower, first._lower, second._lower), Choose(index._upper, first._upper, second._upper));
    }

    // The fifth bit tells the half of the table.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Choose(Vector512<double> index, Vector512<double> first, Vector512<double> second) =>
        Vector512.ConditionalSelect(Vector512.Equals(index.AsUInt64() & Vector512.Create(16UL), Vector512<ulong>.Zero).AsDouble(), first, second);
}
