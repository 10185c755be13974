using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Incentives.Checking;

/// <summary>A rational plus a multiple of a positive number smaller than every rational, which turns strict bounds into weak ones.</summary>
internal readonly record struct DeltaRational(Rational Value, Rational Delta) : IComparable<DeltaRational>
{
    public static DeltaRational operator +(DeltaRational left, DeltaRational right) => new(left.Value + right.Value, left.Delta + right.Delta);

    public static DeltaRational operator -(DeltaRational left, DeltaRational right) => new(left.Value - right.Value, left.Delta - right.Delta);

    public static DeltaRational operator *(Rational factor, DeltaRational value) => new(factor * value.Value, factor * value.Delta);

    public static bool operator <(DeltaRational left, DeltaRational right) => left.CompareTo(right) < 0;

    public static bool operator >(DeltaRational left, DeltaRational right) => left.CompareTo(right) > 0;

    public static bool operator <=(DeltaRational left, DeltaRational right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DeltaRational left, DeltaRational right) => left.CompareTo(right) >= 0;

    public int CompareTo(DeltaRational other)
    {
        int byValue = Value.CompareTo(other.Value);
        return byValue != 0 ? byValue : Delta.CompareTo(other.Delta);
    }
}
