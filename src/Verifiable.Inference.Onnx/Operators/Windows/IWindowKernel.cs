namespace Verifiable.Inference.Onnx.Operators;

/// <summary>Computes one output plane's places from input that is laid out.</summary>
internal interface IWindowKernel
{
    /// <summary>Computes neighbouring places.</summary>
    /// <param name="source">The input from the first place on; 15 elements beyond the last tap of the last place may be read where <paramref name="count"/> is below 16.</param>
    /// <param name="target">Where to write; 15 elements beyond the last may be written where <paramref name="count"/> is below 16.</param>
    /// <param name="count">The number of places.</param>
    void Run(ReadOnlySpan<float> source, Span<float> target, int count);
}
