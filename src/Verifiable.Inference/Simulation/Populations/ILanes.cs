using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Simulation.Populations;

/// <summary>A vector of 64-bit lanes, as wide as the processor has it: what <see cref="AgentKernel"/> needs of one. Every width gives the same bits.</summary>
/// <typeparam name="TSelf">The vector.</typeparam>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Gets the number of lanes, a divisor of 16.</summary>
    static abstract int Count { get; }

    /// <summary>Fills all lanes.</summary>
    static abstract TSelf Create(ulong value);

    /// <summary>Fills lane i with first + i.</summary>
    static abstract TSelf Sequence(ulong first);

    /// <summary>Multiplies the lower halves of the lanes.</summary>
    static abstract TSelf MultiplyLower(TSelf left, TSelf right);

    /// <summary>Takes the upper halves of <paramref name="product"/> into the lower, and mixes two others in.</summary>
    static abstract TSelf UpperXor(TSelf product, TSelf other, TSelf key);

    /// <summary>Tells for every lane, as a bit, whether its lower half is below a limit of at most 2³².</summary>
    static abstract ulong LowerIsBelow(TSelf lanes, TSelf limit);
}

/// <summary>Eight lanes.</summary>
internal readonly struct WideLanes(Vector512<ulong> value) : ILanes<WideLanes>
{
    private readonly Vector512<ulong> _value = value;

    public static int Count => 8;

    public static WideLanes Create(ulong value) => new(Vector512.Create(value));

    public static WideLanes Sequence(ulong first) => new(Vector512.Create(first) + Vector512.Create(0UL, 1, 2, 3, 4, 5, 6, 7));

    public static WideLanes MultiplyLower(WideLanes left, WideLanes right) =>
        new(System.Runtime.Intrinsics.X86.Avx512F.Multiply(left._value.AsUInt32(), right._value.AsUInt32()));

    public static WideLanes UpperXor(WideLanes product, WideLanes other, WideLanes key) => new((product._value >>> 32) ^ other._value ^ key._value);

    public static ulong LowerIsBelow(WideLanes lanes, WideLanes limit) =>
        Vector512.LessThan(lanes._value & Vector512.Create(0xFFFF_FFFFUL), limit._value).ExtractMostSignificantBits();
}

/// <summary>Four lanes.</summary>
internal readonly struct MiddleLanes(Vector256<ulong> value) : ILanes<MiddleLanes>
{
    private readonly Vector256<ulong> _value = value;

    public static int Count => 4;

    public static MiddleLanes Create(ulong value) => new(Vector256.Create(value));

    public static MiddleLanes Sequence(ulong first) => new(Vector256.Create(first) + Vector256.Create(0UL, 1, 2, 3));

    public static MiddleLanes MultiplyLower(MiddleLanes left, MiddleLanes right) =>
        new(System.Runtime.Intrinsics.X86.Avx2.Multiply(left._value.AsUInt32(), right._value.AsUInt32()));

    public static MiddleLanes UpperXor(MiddleLanes product, MiddleLanes other, MiddleLanes key) => new((product._value >>> 32) ^ other._value ^ key._value);

    // Signed: both sides are below 2³³, and processors without AVX-512 compare signed lanes only.
    public static ulong LowerIsBelow(MiddleLanes lanes, MiddleLanes limit) =>
        Vector256.GreaterThan(limit._value.AsInt64(), (lanes._value & Vector256.Create(0xFFFF_FFFFUL)).AsInt64()).ExtractMostSignificantBits();
}

/// <summary>Two lanes.</summary>
internal readonly struct NarrowLanes(Vector128<ulong> value) : ILanes<NarrowLanes>
{
    private readonly Vector128<ulong> _value = value;

    public static int Count => 2;

    public static NarrowLanes Create(ulong value) => new(Vector128.Create(value));

    public static NarrowLanes Sequence(ulong first) => new(Vector128.Create(first) + Vector128.Create(0UL, 1));

    public static NarrowLanes MultiplyLower(NarrowLanes left, NarrowLanes right) => new(
        System.Runtime.Intrinsics.X86.Sse2.IsSupported
            ? System.Runtime.Intrinsics.X86.Sse2.Multiply(left._value.AsUInt32(), right._value.AsUInt32())
            : (left._value & Vector128.Create(0xFFFF_FFFFUL)) * (right._value & Vector128.Create(0xFFFF_FFFFUL)));

    public static NarrowLanes UpperXor(NarrowLanes product, NarrowLanes other, NarrowLanes key) => new((product._value >>> 32) ^ other._value ^ key._value);

    public static ulong LowerIsBelow(NarrowLanes lanes, NarrowLanes limit) =>
        Vector128.GreaterThan(limit._value.AsInt64(), (lanes._value & Vector128.Create(0xFFFF_FFFFUL)).AsInt64()).ExtractMostSignificantBits();
}

/// <summary>One lane: the plain form, with which the others are compared.</summary>
internal readonly struct OneLane(ulong value) : ILanes<OneLane>
{
    private readonly ulong _value = value;

    public static int Count => 1;

    public static OneLane Create(ulong value) => new(value);

    public static OneLane Sequence(ulong first) => new(first);

    public static OneLane MultiplyLower(OneLane left, OneLane right) => new(unchecked((ulong)(uint)left._value * (uint)right._value));

    public static OneLane UpperXor(OneLane product, OneLane other, OneLane key) => new((product._value >>> 32) ^ other._value ^ key._value);

    public static ulong LowerIsBelow(OneLane lanes, OneLane limit) => (lanes._value & 0xFFFF_FFFF) < limit._value ? 1UL : 0UL;
}
