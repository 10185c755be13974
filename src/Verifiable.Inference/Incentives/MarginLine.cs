namespace Verifiable.Inference.Incentives;

/// <summary>
/// Holds a margin that is linear in the audit probability and in the slash, a + p(b₀ + b₁S). Signs are read from sums and products, so
/// that a condition met with equality is never turned into a strict one by a rounded quotient; only thresholds divide.
/// </summary>
internal readonly record struct MarginLine(decimal AtZero, decimal SlopeWithoutSlash, decimal SlopePerSlash)
{
    internal decimal At(decimal auditProbability, decimal slash) => AtZero + (auditProbability * Slope(slash));

    /// <summary>Finds the p above which the margin is positive up to p = 1, or null when none in (0, 1] makes it so.</summary>
    internal decimal? LeastAuditProbability(decimal slash)
    {
        // AtZero is never positive for valid economics: U1 is at least R_A and the saving at least 0.
        decimal slope = Slope(slash);
        return slope > 0m && AtZero + slope > 0m ? -AtZero / slope : null;
    }

    /// <summary>Finds the slash above which the margin is positive, 0 at least, or null when no slash makes it so.</summary>
    internal decimal? LeastSlash(decimal auditProbability)
    {
        decimal perSlash = auditProbability * SlopePerSlash;
        decimal without = At(auditProbability, 0m);
        if (perSlash <= 0m)
        {
            return null;
        }

        try
        {
            return Math.Max(0m, -without / perSlash);
        }
        catch (OverflowException)
        {
            // A slash beyond 10^28 units is no slash that anyone can stake.
            return null;
        }
    }

    private decimal Slope(decimal slash) => SlopeWithoutSlash + (SlopePerSlash * slash);
}
