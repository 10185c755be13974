namespace Verifiable.Inference.Comparison;

/// <summary>The comparers that ship.</summary>
public static class OutputComparers
{
    /// <summary>Gets the comparison by bits.</summary>
    public static OutputComparer Exact { get; } = new ExactComparer();

    /// <summary>Gets the comparison by the largest absolute difference.</summary>
    public static OutputComparer MaxAbsolute { get; } = new MaxAbsoluteComparer();
}
