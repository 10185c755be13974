namespace Verifiable.Inference.Comparison;

/// <summary>
/// Every measure of how far apart two tensors of one type and shape are, taken in one pass. Elements that are not numbers on one side only, and infinities that differ, are counted and left out of all
/// sums. <c>default</c> is the measurement of two empty tensors.
/// </summary>
/// <param name="Count">How many elements were looked at.</param>
/// <param name="NaNMismatches">At how many places one side is not a number and the other is.</param>
/// <param name="InfinityMismatches">At how many places one side is an infinity and the other is not that one; places of <paramref name="NaNMismatches"/> are not among them.</param>
/// <param name="SignFlips">At how many places one side is above 0 and the other below.</param>
/// <param name="MaxAbsolute">The largest |x − y|; above 0 wherever two numbers differ, also where doubles do not tell them apart.</param>
/// <param name="MaxUlp">The largest number of steps from one representable number of the type to the other, −0 and +0 being one; for integers their difference. At most 2^64 − 1.</param>
/// <param name="SumOfDifferences">Σ (x − y): far from 0 beside √<paramref name="SquaredDifference"/> · √n where errors lean to one side.</param>
/// <param name="SquaredDifference">Σ (x − y)².</param>
/// <param name="SquaredLeft">Σ x².</param>
/// <param name="SquaredRight">Σ y².</param>
/// <remarks>Sums are taken in binary64, in an order that depends on the length only: the same bits on every machine and with any number of threads.</remarks>
public readonly record struct TensorDistances(
    long Count,
    long NaNMismatches,
    long InfinityMismatches,
    long SignFlips,
    double MaxAbsolute,
    ulong MaxUlp,
    double SumOfDifferences,
    double SquaredDifference,
    double SquaredLeft,
    double SquaredRight)
{
    /// <summary>Gets a value indicating whether all places could be compared: none is a number on one side only, and all infinities are the same ones.</summary>
    public bool IsComparable => NaNMismatches == 0 && InfinityMismatches == 0;

    /// <summary>Gets ‖x − y‖₂ ÷ max(‖x‖₂, ‖y‖₂): 0 where both are zero, at most 2, infinite where the tensors are not comparable.</summary>
    public double NormRelative
    {
        get
        {
            double norm = Math.Max(SquaredLeft, SquaredRight);
            return !IsComparable ? double.PositiveInfinity

                // Where squares vanish beside others, the smallest distance that is one.
                : SquaredDifference == 0 ? (MaxAbsolute > 0 ? double.Epsilon : 0)
                : Math.Max(Math.Sqrt(SquaredDifference / norm), double.Epsilon);
        }
    }

    /// <summary>
    /// Gets 1 − cos(x, y), from 0 to 2: 0 where both are zero, 1 where only one is, infinite where the tensors are not comparable. It does not see that one is a positive multiple of the other.
    /// </summary>
    /// <remarks>As (‖x − y‖² − (‖x‖ − ‖y‖)²) ÷ (2‖x‖‖y‖), which loses no digits where the two are close.</remarks>
    public double Cosine
    {
        get
        {
            double left = Math.Sqrt(SquaredLeft);
            double right = Math.Sqrt(SquaredRight);
            double lengths = left - right;
            return !IsComparable ? double.PositiveInfinity
                : left == 0 && right == 0 ? 0
                : left == 0 || right == 0 ? 1
                : Math.Clamp((SquaredDifference - (lengths * lengths)) / (left * right) / 2, 0, 2);
        }
    }
}
