using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two numbers of one type, defined for every pair.</summary>
internal interface IBinaryFunction
{
    /// <summary>The definition. Integers wrap.</summary>
    static abstract T Apply<T>(T left, T right)
        where T : unmanaged, INumber<T>;

    /// <summary>The same for many pairs.</summary>
    static abstract void Apply<T>(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, INumber<T>;

    /// <summary>The same with one right operand.</summary>
    static abstract void Apply<T>(ReadOnlySpan<T> left, T right, Span<T> result)
        where T : unmanaged, INumber<T>;

    /// <summary>The same with one left operand.</summary>
    static abstract void Apply<T>(T left, ReadOnlySpan<T> right, Span<T> result)
        where T : unmanaged, INumber<T>;
}
