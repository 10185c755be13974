namespace Verifiable.Inference.Onnx.Operators;

/// <summary>What is done to every run of elements of an operator's binary32 output once it is complete, while it is in cache. It cannot change what the operator
/// itself computes. Thread-safe: different runs come from different threads.</summary>
internal abstract class Epilogue
{
    /// <summary>Gets a value indicating whether <see cref="Apply"/> leaves canonical NaNs only.</summary>
    internal virtual bool LeavesCanonicalNaNs => false;

    /// <summary>Works on a run of elements in place.</summary>
    /// <param name="values">The elements.</param>
    /// <param name="start">The row-major index of the first one in the whole output.</param>
    internal abstract void Apply(Span<float> values, int start);
}
