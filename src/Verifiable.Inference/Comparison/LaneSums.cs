using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Verifiable.Inference.Comparison;

/// <summary>The running sums of one block, sixteen of each, and what is counted beside them.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct LaneSums
{
    public SixteenSums Differences;
    public SixteenSums SquaredDifferences;
    public SixteenSums SquaredLefts;
    public SixteenSums SquaredRights;

    private long _nans;
    private long _infinities;
    private long _flips;
    private double _maxAbsolute;
    private ulong _maxUlp;

    /// <summary>Adds an element to a lane.</summary>
    public void Add(int lane, double difference, double x, double y, double scale)
    {
        double scaled = difference * scale;
        double left = x * scale;
        double right = y * scale;
        Differences[lane] += difference;
        SquaredDifferences[lane] += scaled * scaled;
        SquaredLefts[lane] += left * left;
        SquaredRights[lane] += right * right;
        _flips += (x > 0 && y < 0) || (x < 0 && y > 0) ? 1 : 0;
    }

    /// <summary>Takes note of how far two elements are apart.</summary>
    public void Largest(double absolute, ulong steps)
    {
        _maxAbsolute = Math.Max(_maxAbsolute, absolute);
        _maxUlp = Math.Max(_maxUlp, steps);
    }

    /// <summary>Takes note of sign flips that were counted elsewhere.</summary>
    public void CountFlips(long flips) => _flips += flips;

    /// <summary>Counts two elements of which one is infinite or not a number.</summary>
    public void CountOdd(double x, double y)
    {
        bool isNaN = double.IsNaN(x) || double.IsNaN(y);
        _nans += double.IsNaN(x) != double.IsNaN(y) ? 1 : 0;
        _infinities += !isNaN && x != y ? 1 : 0;
    }

    /// <summary>Adds the lanes up in their fixed order: lane i and lane i + 8 first, the eight sums then one after the other.</summary>
    public readonly TensorDistances Total(int count) => new(
        count,
        _nans,
        _infinities,
        _flips,
        _maxAbsolute,
        _maxUlp,
        Sum(Differences),
        Sum(SquaredDifferences),
        Sum(SquaredLefts),
        Sum(SquaredRights));

    private static double Sum(in SixteenSums lanes)
    {
        double sum = 0;
        for (int lane = 0; lane < TensorMeter.Lanes / 2; lane++)
        {
            sum += lanes[lane] + lanes[lane + (TensorMeter.Lanes / 2)];
        }

        return sum;
    }

    /// <summary>Sixteen sums.</summary>
    [InlineArray(TensorMeter.Lanes)]
    internal struct SixteenSums
    {
        private double _first;
    }
}
