namespace Verifiable.Inference.Comparison;

/// <summary>The comparers that ship.</summary>
public static class OutputComparers
{
    /// <summary>Gets the comparison by bits.</summary>
    public static OutputComparer Exact { get; } = new ExactComparer();

    /// <summary>Gets the comparison by the largest absolute difference.</summary>
    public static OutputComparer MaxAbsolute { get; } = new MaxAbsoluteComparer();

    /// <summary>Gets the comparison by the largest number of representable numbers between two elements.</summary>
    public static OutputComparer MaxUlp { get; } = new MaxUlpComparer();

    /// <summary>Gets the comparison by the norm of the difference relative to the larger norm.</summary>
    public static OutputComparer NormRelative { get; } = new NormRelativeComparer();

    /// <summary>Gets the comparison by the angle.</summary>
    public static OutputComparer Cosine { get; } = new CosineComparer();
}
