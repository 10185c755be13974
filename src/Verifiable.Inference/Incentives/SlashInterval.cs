namespace Verifiable.Inference.Incentives;

/// <summary>Holds the slashes that deter a cheat and do not drive honest providers away: above the lower and up to the upper end. Immutable.</summary>
public sealed record SlashInterval
{
    internal SlashInterval(decimal exclusiveLower, decimal? inclusiveUpper)
    {
        ExclusiveLower = exclusiveLower;
        InclusiveUpper = inclusiveUpper;
    }

    /// <summary>Gets the end that a slash must exceed to deter; negative where every slash from 0 does.</summary>
    public decimal ExclusiveLower { get; }

    /// <summary>Gets the end that a slash must not exceed for honest asserters to stay; <see langword="null"/> when none does harm (φ = 0).</summary>
    public decimal? InclusiveUpper { get; }

    /// <summary>Says whether a slash lies in the interval.</summary>
    /// <param name="slash">The slash; a negative one never lies inside.</param>
    /// <returns><see langword="true"/> when the slash is at least 0, above the lower end and not above the upper.</returns>
    public bool Contains(decimal slash) => slash >= 0m && slash > ExclusiveLower && !(slash > InclusiveUpper);
}
