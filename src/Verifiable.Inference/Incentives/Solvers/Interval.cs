using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Solvers;

/// <summary>A closed interval of doubles whose operations round outwards, so that it holds every value of what it stands for (Moore 1966). NaN ends make comparisons fail.</summary>
internal readonly record struct Interval(double Low, double High)
{
    internal double Middle => (Low / 2) + (High / 2);

    internal double Width => High - Low;

    internal bool ContainsZero => !(Low > 0) && !(High < 0);

    public static Interval operator +(Interval a, Interval b) => new(Math.BitDecrement(a.Low + b.Low), Math.BitIncrement(a.High + b.High));

    public static Interval operator -(Interval a, Interval b) => new(Math.BitDecrement(a.Low - b.High), Math.BitIncrement(a.High - b.Low));

    public static Interval operator *(Interval a, Interval b)
    {
        double first = a.Low * b.Low;
        double second = a.Low * b.High;
        double third = a.High * b.Low;
        double fourth = a.High * b.High;
        return new Interval(
            Math.BitDecrement(Math.Min(Math.Min(first, second), Math.Min(third, fourth))),
            Math.BitIncrement(Math.Max(Math.Max(first, second), Math.Max(third, fourth))));
    }

    internal static Interval Of(Rational value) => new(value.ToDoubleBelow(), value.ToDoubleAbove());

    internal static Interval Point(double value) => new(value, value);

    /// <summary>Gives the common part; its ends are the wrong way round when there is none.</summary>
    internal Interval Intersect(Interval other) => new(Math.Max(Low, other.Low), Math.Min(High, other.High));

    internal bool IsInside(Interval other) => Low > other.Low && High < other.High;
}
