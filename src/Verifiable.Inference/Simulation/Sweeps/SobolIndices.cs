using System.Collections.Immutable;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>
/// Says how much of the variance of a result comes from each input: alone, in pairs, and in all. Estimated over Sobol points that are shifted digit by digit; without an interval: <see cref="SobolIntervals"/> has one. Immutable.
/// </summary>
/// <remarks>
/// First order: A. Saltelli et al., Comput. Phys. Commun. 181 (2010), table 2 (b), f(B)(f(A with column i of B) − f(A)); total: M. Jansen, Comput. Phys. Commun. 117 (1999), (f(A) − f(A with column i of B))² / 2. Values are centred
/// before they are multiplied, which changes no expectation and takes much of the error away.
/// </remarks>
public sealed record SobolIndices
{
    private SobolIndices()
    {
    }

    /// <summary>Gets the variance of the result.</summary>
    public double Variance { get; private init; }

    /// <summary>Gets the share of the variance that each input explains alone.</summary>
    public ImmutableArray<double> First { get; private init; } = [];

    /// <summary>Gets the share that each input has a part in.</summary>
    public ImmutableArray<double> Total { get; private init; } = [];

    /// <summary>Gets the share that each pair explains beyond what its two inputs do alone: (0, 1), (0, 2), …, (1, 2), ….</summary>
    public ImmutableArray<double> Pairs { get; private init; } = [];

    /// <summary>Estimates the indices.</summary>
    /// <param name="function">The result for inputs in [0, 1); pure.</param>
    /// <param name="inputs">The number of inputs, at most half of <see cref="SobolSequence.GreatestDimension"/>.</param>
    /// <param name="samples">The number of points of each of the two samples, a power of two, from 2 to 2²⁰.</param>
    /// <param name="seed">The seed of the digital shift, which is the same for all points; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of range.</exception>
    /// <exception cref="ArgumentException">The number of points is no power of two, or the function gave a result that is not finite.</exception>
    public static SobolIndices Estimate(Func<ReadOnlyMemory<double>, double> function, int inputs, int samples, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(2 * inputs, SobolSequence.GreatestDimension);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, 1 << 20);
        if (!int.IsPow2(samples))
        {
            throw new ArgumentException($"Expected a power of two, for which the points are balanced, got {samples}.", nameof(samples));
        }

        double Result(double[] point) => function(point) is var value && double.IsFinite(value)
            ? value
            : throw new ArgumentException($"Expected finite results of the function, got {value} at [{string.Join(", ", point)}].", nameof(function));
        SobolSequence sequence = new(2 * inputs, seed);
        (int First, int Second)[] mixes = [.. Enumerable.Range(0, inputs).Select(input => (input, input)), .. Enumerable.Range(0, inputs).SelectMany(first => Enumerable.Range(first + 1, inputs - first - 1).Select(second => (first, second)))];
        double[] ofA = new double[samples];
        double[] ofB = new double[samples];
        double[][] mixed = [.. mixes.Select(_ => new double[samples])];
        for (int sample = 0; sample < samples; sample++)
        {
            double[] point = sequence[sample];
            double[] a = point[..inputs];
            double[] b = point[inputs..];
            ofA[sample] = Result(a);
            ofB[sample] = Result(b);
            for (int mix = 0; mix < mixes.Length; mix++)
            {
                double[] other = [.. a];
                other[mixes[mix].First] = b[mixes[mix].First];
                other[mixes[mix].Second] = b[mixes[mix].Second];
                mixed[mix][sample] = Result(other);
            }
        }

        double mean = (ofA.Sum() + ofB.Sum()) / (2.0 * samples);
        double variance = (ofA.Sum(value => (value - mean) * (value - mean)) + ofB.Sum(value => (value - mean) * (value - mean))) / (2.0 * samples);
        double Closed(int mix) => variance > 0 ? Enumerable.Range(0, samples).Sum(sample => (ofB[sample] - mean) * (mixed[mix][sample] - ofA[sample])) / samples / variance : 0;
        double Whole(int mix) => variance > 0 ? Enumerable.Range(0, samples).Sum(sample => (ofA[sample] - mixed[mix][sample]) * (ofA[sample] - mixed[mix][sample])) / (2.0 * samples) / variance : 0;
        double[] first = [.. Enumerable.Range(0, inputs).Select(Closed)];
        return new SobolIndices
        {
            Variance = variance,
            First = [.. first],
            Total = [.. Enumerable.Range(0, inputs).Select(Whole)],
            Pairs = [.. Enumerable.Range(inputs, mixes.Length - inputs).Select(mix => Closed(mix) - first[mixes[mix].First] - first[mixes[mix].Second])],
        };
    }
}
