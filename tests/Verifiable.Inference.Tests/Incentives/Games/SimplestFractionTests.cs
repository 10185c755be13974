using Verifiable.Inference.Incentives.Games;
using Verifiable.Inference.Incentives.Solvers;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>The fraction of least denominator in an interval, against all fractions: also where it is an end of the interval, and where an end must not be taken.</summary>
public sealed class SimplestFractionTests
{
    private const int Denominators = 9;

    private static readonly Rational[] _ends =
        [.. Enumerable.Range(1, Denominators).SelectMany(static below => Enumerable.Range(-2 * below, (5 * below) + 1).Select(above => new Rational(above, below))).Distinct().Order()];

    [Fact]
    public void Between_two_bounds_there_is_none_simpler_and_either_bound_may_be_it()
    {
        int lower = 0;
        int upper = 0;
        foreach ((Rational low, Rational high) in Pairs(allowsEqual: true))
        {
            Rational found = SimplestFraction.Between(low, high);
            Assert.True(low <= found && found <= high, $"{low} {high} {found}");
            Assert.False(Exists(found.Denominator - 1, fraction => low <= fraction && fraction <= high), $"{low} {high} {found}");
            lower += found == low && low != high ? 1 : 0;
            upper += found == high && low != high ? 1 : 0;
        }

        Assert.True(lower > 100 && upper > 100, $"{lower} {upper}");
    }

    [Fact]
    public void Inside_two_bounds_there_is_none_simpler_and_neither_bound_is_it()
    {
        foreach ((Rational low, Rational high) in Pairs(allowsEqual: false).Where(static pair => pair.Low.Sign >= 0))
        {
            Rational found = SimplestFraction.Inside(low, high);
            Assert.True(low < found && found < high, $"{low} {high} {found}");
            Assert.False(Exists(found.Denominator - 1, fraction => low < fraction && fraction < high), $"{low} {high} {found}");
        }
    }

    private static IEnumerable<(Rational Low, Rational High)> Pairs(bool allowsEqual) => Enumerable.Range(0, _ends.Length)
        .SelectMany(low => Enumerable.Range(low + (allowsEqual ? 0 : 1), Math.Min(12, _ends.Length - low - (allowsEqual ? 0 : 1))).Select(high => (_ends[low], _ends[high])));

    // The fractions of each denominator next to either end are enough: all others of it are further out or further in.
    private static bool Exists(System.Numerics.BigInteger greatestDenominator, Predicate<Rational> meets)
    {
        for (int below = 1; below <= greatestDenominator; below++)
        {
            for (int above = -3 * below; above <= 4 * below; above++)
            {
                if (meets(new Rational(above, below)))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
