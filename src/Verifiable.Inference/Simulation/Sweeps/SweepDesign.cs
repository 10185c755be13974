using System.Collections.Immutable;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Simulation.Populations;

namespace Verifiable.Inference.Simulation.Sweeps;

/// <summary>Which points of a space of parameters a sweep visits, in which order. Immutable and thread-safe; equal designs have equal digests.</summary>
public sealed class SweepDesign
{
    /// <summary>The greatest number of points, 10⁸.</summary>
    public const long GreatestCount = 100_000_000;

    private const string Domain = "vinf/sweep-design/v1";
    private const uint LatinDomain = 0x564C_4851; // "VLHQ"

    private readonly Func<long, ImmutableArray<double>> _fractions;

    private SweepDesign(SweepDesignKind kind, ImmutableArray<SweepAxis> axes, ImmutableArray<int> counts, long count, ulong seed, Func<long, ImmutableArray<double>> fractions)
    {
        Kind = kind;
        Axes = axes;
        Count = count;
        Seed = seed;
        _fractions = fractions;
        Digest = DigestOf(kind, axes, counts, count, seed);
    }

    /// <summary>Gets how the points are chosen.</summary>
    public SweepDesignKind Kind { get; }

    /// <summary>Gets the parameters.</summary>
    public ImmutableArray<SweepAxis> Axes { get; }

    /// <summary>Gets the number of points.</summary>
    public long Count { get; }

    /// <summary>Gets the seed; 0 for a grid.</summary>
    public ulong Seed { get; }

    /// <summary>Gets the digest of all that the points follow from.</summary>
    public Digest Digest { get; }

    /// <summary>Makes a grid: every combination of evenly spread values, ends included; the last parameter varies fastest.</summary>
    /// <param name="axes">The parameters, at least one.</param>
    /// <param name="counts">The number of values of each, 1 or more; a single value is the middle.</param>
    /// <returns>The design.</returns>
    /// <exception cref="ArgumentException">Parameters or numbers are missing or wrong, or there are more than <see cref="GreatestCount"/> points.</exception>
    public static SweepDesign Grid(ImmutableArray<SweepAxis> axes, ImmutableArray<int> counts)
    {
        ThrowIfWrong(axes);
        if (counts.IsDefault || counts.Length != axes.Length || counts.Any(static count => count < 1))
        {
            throw new ArgumentException($"Expected {axes.Length} numbers of values, 1 or more each.", nameof(counts));
        }

        long points = counts.Aggregate(1L, static (product, count) => product > GreatestCount ? product : product * count);
        ThrowIfTooMany(points);
        return new SweepDesign(SweepDesignKind.Grid, axes, counts, points, 0, point =>
        {
            double[] fractions = new double[counts.Length];
            for (int axis = counts.Length - 1; axis >= 0; axis--)
            {
                fractions[axis] = counts[axis] == 1 ? 0.5 : point % counts[axis] / (double)(counts[axis] - 1);
                point /= counts[axis];
            }

            return [.. fractions];
        });
    }

    /// <summary>
    /// Makes a Latin hypercube: each parameter's range is cut into as many slices as there are points, and each slice is met once, at a random place in it (McKay, Beckman and Conover, Technometrics 21, 1979).
    /// </summary>
    /// <param name="axes">The parameters, at least one.</param>
    /// <param name="count">The number of points, 1 to 10⁷.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The design.</returns>
    /// <exception cref="ArgumentException">Parameters are missing or wrong.</exception>
    public static SweepDesign LatinHypercube(ImmutableArray<SweepAxis> axes, int count, ulong seed)
    {
        ThrowIfWrong(axes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 10_000_000);
        int[][] slices = [.. Enumerable.Range(0, axes.Length).Select(axis => Shuffled(count, seed, (uint)axis))];
        return new SweepDesign(SweepDesignKind.LatinHypercube, axes, [], count, seed, point =>
        {
            double[] fractions = new double[axes.Length];
            for (int axis = 0; axis < fractions.Length; axis++)
            {
                RandomWords words = new(seed, (uint)point, (uint)axis, LatinDomain + 1);
                fractions[axis] = (slices[axis][point] + words.NextDouble()) / count;
            }

            return [.. fractions];
        });
    }

    /// <summary>
    /// Makes the first points of Sobol's sequence (USSR Computational Mathematics 7, 1967) in Gray-code order, with the direction numbers of <see cref="SobolSequence"/>. A seed other than 0 shifts all points by
    /// random bits, digit by digit, which keeps their even spread and avoids the corner at 0.
    /// </summary>
    /// <param name="axes">The parameters, 1 to <see cref="SobolSequence.GreatestDimension"/>.</param>
    /// <param name="count">The number of points, best a power of two.</param>
    /// <param name="seed">The seed of the shift; 0 for none.</param>
    /// <returns>The design.</returns>
    /// <exception cref="ArgumentException">Parameters are missing, wrong or too many, or there are more than <see cref="GreatestCount"/> points.</exception>
    public static SweepDesign Sobol(ImmutableArray<SweepAxis> axes, long count, ulong seed = 0)
    {
        ThrowIfWrong(axes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ThrowIfTooMany(count);
        if (axes.Length > SobolSequence.GreatestDimension)
        {
            throw new ArgumentException($"Expected at most {SobolSequence.GreatestDimension} parameters, got {axes.Length}.", nameof(axes));
        }

        SobolSequence sequence = new(axes.Length, seed);
        return new SweepDesign(SweepDesignKind.Sobol, axes, [], count, seed, point => [.. sequence[point]]);
    }

    /// <summary>Gets the values of the parameters at a point.</summary>
    /// <param name="point">The point, from 0.</param>
    /// <returns>One value for each parameter.</returns>
    public ImmutableArray<double> this[long point]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(point);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(point, Count);
            return [.. _fractions(point).Select((fraction, axis) => Axes[axis].At(fraction))];
        }
    }

    private static int[] Shuffled(int count, ulong seed, uint axis)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        RandomWords words = new(seed, 0, axis, LatinDomain);
        for (int i = count - 1; i > 0; i--)
        {
            int other = (int)Math.BigMul(words.Next(), (ulong)i + 1, out _);
            (order[i], order[other]) = (order[other], order[i]);
        }

        return order;
    }

    private static void ThrowIfWrong(ImmutableArray<SweepAxis> axes)
    {
        if (axes.IsDefaultOrEmpty || axes.Any(static axis => axis is null) || axes.Select(static axis => axis.Name).Distinct(StringComparer.Ordinal).Count() != axes.Length)
        {
            throw new ArgumentException("Expected at least one parameter, each with a name of its own.", nameof(axes));
        }

        foreach (SweepAxis axis in axes)
        {
            axis.ThrowIfWrong();
        }
    }

    private static void ThrowIfTooMany(long count)
    {
        if (count > GreatestCount)
        {
            throw new ArgumentException($"Expected at most {GreatestCount} points.", nameof(count));
        }
    }

    private static Digest DigestOf(SweepDesignKind kind, ImmutableArray<SweepAxis> axes, ImmutableArray<int> counts, long count, ulong seed)
    {
        CanonicalWriter writer = new(stackalloc byte[Canonical.InitialBytes]);
        writer.WriteDomain(Domain);
        writer.WriteByte((byte)kind);
        writer.WriteInt64(count);
        writer.WriteUInt64(seed);
        writer.WriteUInt16((ushort)axes.Length);
        foreach (SweepAxis axis in axes)
        {
            writer.WriteText(axis.Name);
            writer.WriteDouble(axis.Low);
            writer.WriteDouble(axis.High);
            writer.WriteBoolean(axis.IsLogarithmic);
        }

        writer.WriteUInt16((ushort)counts.Length);
        foreach (int number in counts)
        {
            writer.WriteInt64(number);
        }

        Digest digest = writer.ToDigest();
        writer.Dispose();
        return digest;
    }
}
