using System.Numerics;

namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of one float.</summary>
internal interface IFloatFunction
{
    /// <summary>Gets about how many elementary operations one element takes.</summary>
    long Work { get; }

    /// <summary>The definition.</summary>
    T Apply<T>(T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same for many elements; the result may take their place.</summary>
    void Apply<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
