using System.Collections.Immutable;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>
/// Shares of variance with their errors: <see cref="SobolIndices"/> of several digital shifts, each of which is an unbiased estimate of its own up to the centring, and the scatter between them. Immutable.
/// </summary>
/// <remarks>
/// Source: A. Owen, "Variance with alternative scramblings of digital nets", ACM TOMACS 13 (2003), and P. L'Ecuyer and C. Lemieux, "Recent advances in randomized quasi-Monte Carlo methods" (2002), section 4: independent randomizations
/// are independent estimates, whose mean has the error of their scatter. Drawing again among the points of one shift (a bootstrap) would treat them as independent, which they are not, and say too much.
/// Assumption: the error is that of a mean of so many values; below some ten replications it is rough itself.
/// </remarks>
public sealed record SobolIntervals
{
    /// <summary>The least number of replications: 2.</summary>
    public const int LeastReplications = 2;

    /// <summary>The greatest number of replications: 4096.</summary>
    public const int GreatestReplications = 4096;

    private SobolIntervals()
    {
    }

    /// <summary>Gets the variance of the result.</summary>
    public MeanEstimate Variance { get; private init; }

    /// <summary>Gets the share of the variance that each input explains alone.</summary>
    public ImmutableArray<MeanEstimate> First { get; private init; } = [];

    /// <summary>Gets the share that each input has a part in.</summary>
    public ImmutableArray<MeanEstimate> Total { get; private init; } = [];

    /// <summary>Gets the share that each pair explains beyond what its two inputs do alone, in the order of <see cref="SobolIndices.Pairs"/>.</summary>
    public ImmutableArray<MeanEstimate> Pairs { get; private init; } = [];

    /// <summary>Estimates the indices.</summary>
    /// <param name="function">The result for inputs in [0, 1); pure.</param>
    /// <param name="inputs">The number of inputs, at most half of <see cref="SobolSequence.GreatestDimension"/>.</param>
    /// <param name="samples">The number of points of each of the two samples of a replication, a power of two, from 2 to 2²⁰.</param>
    /// <param name="replications">The number of shifts, <see cref="LeastReplications"/> to <see cref="GreatestReplications"/>.</param>
    /// <param name="seed">The seed of the first shift, 1 or more; the others follow it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">The number of points is no power of two.</exception>
    public static SobolIntervals Estimate(Func<ReadOnlyMemory<double>, double> function, int inputs, int samples, int replications, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(replications, LeastReplications);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(replications, GreatestReplications);
        ArgumentOutOfRangeException.ThrowIfZero(seed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(seed, ulong.MaxValue - GreatestReplications);
        SobolIndices[] each = [.. Enumerable.Range(0, replications).Select(replication => SobolIndices.Estimate(function, inputs, samples, seed + (ulong)replication))];
        return new SobolIntervals
        {
            Variance = Of(each, static indices => indices.Variance),
            First = [.. Enumerable.Range(0, inputs).Select(input => Of(each, indices => indices.First[input]))],
            Total = [.. Enumerable.Range(0, inputs).Select(input => Of(each, indices => indices.Total[input]))],
            Pairs = [.. Enumerable.Range(0, each[0].Pairs.Length).Select(pair => Of(each, indices => indices.Pairs[pair]))],
        };
    }

    private static MeanEstimate Of(SobolIndices[] each, Func<SobolIndices, double> share) => MeanEstimate.Of([.. each.Select(share)]);
}
