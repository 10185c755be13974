namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of two elements of one type, with forms for runs of pairs that give the same bits. A result may take the place of an operand.</summary>
internal interface IPairFunction<T, TResult>
    where T : unmanaged
    where TResult : unmanaged
{
    /// <summary>The definition.</summary>
    static abstract TResult Apply(T left, T right);

    /// <summary>The same for many pairs.</summary>
    static abstract void Apply(ReadOnlySpan<T> left, ReadOnlySpan<T> right, Span<TResult> result);

    /// <summary>The same with one right operand.</summary>
    static abstract void Apply(ReadOnlySpan<T> left, T right, Span<TResult> result);

    /// <summary>The same with one left operand.</summary>
    static abstract void Apply(T left, ReadOnlySpan<T> right, Span<TResult> result);
}
