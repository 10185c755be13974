namespace Verifiable.Inference.Comparison.Fingerprints;

/// <summary>
/// How far a TOPLOC proof is from recomputed activations (arXiv 2501.16007, algorithm 2). It measures and does not judge: which limits separate honest noise from a cheaper
/// model depends on the model and its precision, and is for calibration to say. <c>default</c> has a count of 0 and passes no limit.
/// </summary>
/// <param name="Count">How many activations were compared.</param>
/// <param name="ExponentMismatches">At how many of them the eight bits of the exponent differ.</param>
/// <param name="SignMismatches">At how many of them the signs differ. The published verifier ignores signs; a flipped one is invisible to the other three numbers.</param>
/// <param name="MantissaErrorMean">The mean absolute difference of the seven bits of the mantissa, over activations with equal exponents; infinite where there are none, where the published verifier has 2^64.</param>
/// <param name="MantissaErrorMedian">The median of the same, the mean of the two in the middle where there is an even number; infinite where there are none.</param>
public readonly record struct ToplocMeasurement(int Count, int ExponentMismatches, int SignMismatches, double MantissaErrorMean, double MantissaErrorMedian)
{
    /// <summary>Tells whether no number is beyond a limit. Infinite and missing numbers are beyond every limit.</summary>
    /// <param name="exponentMismatches">The most exponents that may differ; the authors take 38 of 128 for bfloat16.</param>
    /// <param name="mantissaErrorMean">The largest mean; the authors take 10.</param>
    /// <param name="mantissaErrorMedian">The largest median; the authors take 8.</param>
    /// <param name="signMismatches">The most signs that may differ; <see cref="int.MaxValue"/> ignores them as the published verifier does.</param>
    public bool IsWithin(int exponentMismatches, double mantissaErrorMean, double mantissaErrorMedian, int signMismatches) =>
        Count > 0 && ExponentMismatches <= exponentMismatches && SignMismatches <= signMismatches && double.IsFinite(MantissaErrorMean)
        && MantissaErrorMean <= mantissaErrorMean && MantissaErrorMedian <= mantissaErrorMedian;
}
