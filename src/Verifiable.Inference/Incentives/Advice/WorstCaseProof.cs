namespace Verifiable.Inference.Incentives.Advice;

/// <summary>Names why a worst case over a box of parameters is believed. The default says that nothing was proven.</summary>
public enum WorstCaseProof
{
    /// <summary>Nothing was proven.</summary>
    None = 0,

    /// <summary>Exact: every slack is monotone in each uncertain parameter while the others are held, so that its least value over the box is at a corner, and all corners were computed.</summary>
    Corners,

    /// <summary>Exact: one uncertain parameter occurs in a higher power, and the least of its Bernstein coefficients belongs to a corner.</summary>
    Bernstein,

    /// <summary>Safe but perhaps not the least: the Bernstein coefficients bound the slack from below, and their least belongs to no corner.</summary>
    BernsteinBound,
}
