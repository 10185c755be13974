namespace Verifiable.Inference.Onnx.Operators;

/// <summary>A function of one binary32.</summary>
internal interface IUnaryFunction
{
    /// <summary>Gets about how many elementary operations one element takes.</summary>
    static abstract long Work { get; }

    /// <summary>The definition.</summary>
    static abstract float Apply(float x);

    /// <summary>The same for many elements.</summary>
    static abstract void Apply(ReadOnlySpan<float> x, Span<float> y);
}
