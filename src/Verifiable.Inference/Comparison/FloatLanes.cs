using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Verifiable.Inference.Comparison;

/// <summary>The sums of a block of binary32 in vectors: lane i of two vectors of eight is lane i, or i + 8, of <see cref="LaneSums"/>. No multiplication is fused with an addition, so that the bits are the plain form's.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct FloatLanes
{
    private Vector512<double> _differences0;
    private Vector512<double> _differences1;
    private Vector512<double> _squared0;
    private Vector512<double> _squared1;
    private Vector512<double> _lefts0;
    private Vector512<double> _lefts1;
    private Vector512<double> _rights0;
    private Vector512<double> _rights1;
    private Vector512<double> _largest0;
    private Vector512<double> _largest1;
    private Vector512<uint> _steps;
    private long _flips;

    /// <summary>Adds elements, sixteen of each side at a time, until one is infinite or not a number.</summary>
    /// <param name="left">The first element of x.</param>
    /// <param name="right">The first element of y.</param>
    /// <param name="from">Where to begin: a multiple of sixteen.</param>
    /// <param name="to">Where to end: a multiple of sixteen.</param>
    /// <returns>Where it stopped: <paramref name="to"/>, or the first of the sixteen that it did not add.</returns>
    public int AddWhileFinite(ref float left, ref float right, int from, int to)
    {
        // Locals: fields of a large structure would go through memory at each step.
        Vector512<double> differences0 = _differences0;
        Vector512<double> differences1 = _differences1;
        Vector512<double> squared0 = _squared0;
        Vector512<double> squared1 = _squared1;
        Vector512<double> lefts0 = _lefts0;
        Vector512<double> lefts1 = _lefts1;
        Vector512<double> rights0 = _rights0;
        Vector512<double> rights1 = _rights1;
        Vector512<double> largest0 = _largest0;
        Vector512<double> largest1 = _largest1;
        Vector512<uint> mostSteps = _steps;
        Vector512<int> size = Vector512.Create(int.MaxValue);
        Vector512<int> exponent = Vector512.Create(0x7F80_0000);
        int i = from;
        for (; i < to; i += Vector512<float>.Count)
        {
            Vector512<float> x = Vector512.LoadUnsafe(ref left, (nuint)i);
            Vector512<float> y = Vector512.LoadUnsafe(ref right, (nuint)i);
            Vector512<int> leftSize = x.AsInt32() & size;
            Vector512<int> rightSize = y.AsInt32() & size;
            if (Vector512.GreaterThanOrEqualAny(Vector512.Max(leftSize, rightSize), exponent))
            {
                break;
            }

            // Places among all numbers: a negative one is minus its size.
            Vector512<int> leftSign = x.AsInt32() >> 31;
            Vector512<int> rightSign = y.AsInt32() >> 31;
            Vector512<int> leftOrder = (leftSize ^ leftSign) - leftSign;
            Vector512<int> rightOrder = (rightSize ^ rightSign) - rightSign;
            mostSteps = Vector512.Max(mostSteps, (Vector512.Max(leftOrder, rightOrder) - Vector512.Min(leftOrder, rightOrder)).AsUInt32());

            // Signs differ, and none is 0: rare, so that only the test is paid for.
            Vector512<int> opposite = leftOrder ^ rightOrder;
            if (Vector512.LessThanAny(opposite, Vector512<int>.Zero))
            {
                Vector512<int> zero = Vector512.Equals(leftSize, Vector512<int>.Zero) | Vector512.Equals(rightSize, Vector512<int>.Zero);
                _flips += BitOperations.PopCount(Vector512.AndNot(Vector512.LessThan(opposite, Vector512<int>.Zero), zero).ExtractMostSignificantBits());
            }

            (Vector512<double> x0, Vector512<double> x1) = Vector512.Widen(x);
            (Vector512<double> y0, Vector512<double> y1) = Vector512.Widen(y);
            Vector512<double> d0 = x0 - y0;
            Vector512<double> d1 = x1 - y1;
            differences0 += d0;
            differences1 += d1;
            squared0 += d0 * d0;
            squared1 += d1 * d1;
            lefts0 += x0 * x0;
            lefts1 += x1 * x1;
            rights0 += y0 * y0;
            rights1 += y1 * y1;
            largest0 = Vector512.Max(largest0, Vector512.Abs(d0));
            largest1 = Vector512.Max(largest1, Vector512.Abs(d1));
        }

        (_differences0, _differences1, _squared0, _squared1) = (differences0, differences1, squared0, squared1);
        (_lefts0, _lefts1, _rights0, _rights1) = (lefts0, lefts1, rights0, rights1);
        (_largest0, _largest1, _steps) = (largest0, largest1, mostSteps);
        return i;
    }

    /// <summary>Puts the sums where single elements can be added to them.</summary>
    public void Store(ref LaneSums sums)
    {
        Put(_differences0, _differences1, ref sums.Differences);
        Put(_squared0, _squared1, ref sums.SquaredDifferences);
        Put(_lefts0, _lefts1, ref sums.SquaredLefts);
        Put(_rights0, _rights1, ref sums.SquaredRights);
        double largest = 0;
        uint steps = 0;
        Vector512<double> bothLargest = Vector512.Max(_largest0, _largest1);
        for (int lane = 0; lane < Vector512<double>.Count; lane++)
        {
            largest = Math.Max(largest, bothLargest[lane]);
        }

        for (int lane = 0; lane < Vector512<uint>.Count; lane++)
        {
            steps = Math.Max(steps, _steps[lane]);
        }

        sums.Largest(largest, steps);
        sums.CountFlips(_flips);
        _flips = 0;
    }

    /// <summary>Goes on from sums that single elements were added to.</summary>
    public void Load(in LaneSums sums)
    {
        (_differences0, _differences1) = Get(sums.Differences);
        (_squared0, _squared1) = Get(sums.SquaredDifferences);
        (_lefts0, _lefts1) = Get(sums.SquaredLefts);
        (_rights0, _rights1) = Get(sums.SquaredRights);
    }

    private static void Put(Vector512<double> low, Vector512<double> high, ref LaneSums.SixteenSums sums)
    {
        Span<double> lanes = sums;
        low.CopyTo(lanes);
        high.CopyTo(lanes[Vector512<double>.Count..]);
    }

    private static (Vector512<double> Low, Vector512<double> High) Get(in LaneSums.SixteenSums sums)
    {
        ReadOnlySpan<double> lanes = sums;
        return (Vector512.Create(lanes), Vector512.Create(lanes[Vector512<double>.Count..]));
    }
}
