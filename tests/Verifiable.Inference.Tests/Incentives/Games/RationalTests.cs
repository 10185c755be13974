using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives.Games;

/// <summary>Compares exact fractions with arithmetic on pairs of big integers that never reduces.</summary>
public sealed class RationalTests
{
    // Sizes around 2^31, 2^63 and 2^126, where representations change.
    private static readonly Gen<BigInteger> _integers =
        from bits in Gen.Elements(0, 1, 4, 30, 31, 32, 62, 63, 64, 65, 100, 124, 125, 126, 127, 128, 129, 200)
        from near in Gen.Choose(-3, 3)
        from sign in Gen.Elements(-1, 1)
        from factor in Gen.Elements(1, 1, 3, 10)
        select sign * ((BigInteger.One << bits) + near) * factor;

    private static readonly Gen<(BigInteger Top, BigInteger Bottom)> _fractions =
        from top in _integers
        from bottom in _integers
        select (top, bottom.IsZero ? BigInteger.One : bottom);

    private static readonly Arbitrary<((BigInteger Top, BigInteger Bottom), (BigInteger Top, BigInteger Bottom))> _pairs =
        (from a in _fractions from b in _fractions select (a, b)).ToArbitrary();

    [Fact]
    public void Sums_differences_products_and_quotients_are_those_of_unreduced_pairs() => Holds((x, y, a, b) =>
        Is(a + b, (x.Top * y.Bottom) + (y.Top * x.Bottom), x.Bottom * y.Bottom)
        && Is(a - b, (x.Top * y.Bottom) - (y.Top * x.Bottom), x.Bottom * y.Bottom)
        && Is(a * b, x.Top * y.Top, x.Bottom * y.Bottom)
        && (y.Top.IsZero || Is(a / b, x.Top * y.Bottom, x.Bottom * y.Top)));

    [Fact]
    public void Order_is_that_of_cross_products() => Holds((x, y, a, b) =>
    {
        int expected = (x.Top * y.Bottom * (x.Bottom * y.Bottom).Sign).CompareTo(y.Top * x.Bottom * (x.Bottom * y.Bottom).Sign);
        return Math.Sign(a.CompareTo(b)) == Math.Sign(expected) && (a < b) == (expected < 0) && (a >= b) == (expected >= 0) && (a == b) == (expected == 0);
    });

    [Fact]
    public void Equal_numbers_have_one_form_and_one_hash() => Holds((x, y, a, b) =>
    {
        Rational again = (a * b) + a - a;
        Rational straight = a * b;
        return again.Equals(straight) && again.GetHashCode() == straight.GetHashCode() && again.ToString() == straight.ToString() && again.IsNarrow == straight.IsNarrow;
    });

    [Fact]
    public void The_text_of_a_number_is_read_back() => Holds((_, _, a, _) => Rational.TryParse(a.ToString(), out Rational read) && read == a);

    [Fact]
    public void The_nearest_double_is_nearest() => Holds((_, _, a, _) =>
    {
        double nearest = (double)a;
        Rational error = Rational.Abs(Rational.FromDouble(nearest) - a);
        return error <= Rational.Abs(Rational.FromDouble(Math.BitIncrement(nearest)) - a)
            && error <= Rational.Abs(Rational.FromDouble(Math.BitDecrement(nearest)) - a)
            && Rational.FromDouble(a.ToDoubleBelow()) <= a && Rational.FromDouble(a.ToDoubleAbove()) >= a
            && a.ToDoubleAbove() <= Math.BitIncrement(a.ToDoubleBelow());
    });

    [Fact]
    public void Doubles_survive_the_way_through_fractions() => Commitments.Law.Holds<double>(value =>
        !double.IsFinite(value) || (double)Rational.FromDouble(value) == value);

    [Fact]
    public void Subnormal_and_extreme_doubles_survive_too()
    {
        foreach (double value in new[] { double.Epsilon, -double.Epsilon, 3 * double.Epsilon, double.MaxValue, double.MinValue, BitConverter.Int64BitsToDouble(0x000FFFFFFFFFFFFF), BitConverter.Int64BitsToDouble(0x0010000000000000) })
        {
            Assert.Equal(value, (double)Rational.FromDouble(value));
        }

        Assert.Equal(0.0, (double)(Rational.FromDouble(double.Epsilon) / 2));
        Assert.Equal(double.Epsilon, (double)(Rational.FromDouble(double.Epsilon) * 3 / 4));
        Assert.Equal(double.PositiveInfinity, (double)(Rational.FromDouble(double.MaxValue) * 2));
        Assert.Equal(double.MaxValue, (Rational.FromDouble(double.MaxValue) * 2).ToDoubleBelow());
    }

    [Fact]
    public void Decimals_are_taken_exactly() => Commitments.Law.Holds<decimal>(value =>
        Rational.TryParse(value.ToString(CultureInfo.InvariantCulture), out Rational read) && read == (Rational)value);

    [Theory]
    [InlineData("3", "3")]
    [InlineData("-0.25", "-1/4")]
    [InlineData("+1.5e-3", "3/2000")]
    [InlineData(".5", "1/2")]
    [InlineData("5.", "5")]
    [InlineData("12E2", "1200")]
    [InlineData("-6/4", "-3/2")]
    [InlineData("0/7", "0")]
    [InlineData("-0", "0")]
    public void Numbers_are_read_exactly(string text, string expected) => Assert.Equal(expected, Rational.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1/0")]
    [InlineData("1/-2")]
    [InlineData("1/2/3")]
    [InlineData("1.5/2")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("e5")]
    [InlineData("1e99999999999")]
    [InlineData("1e4097")]
    [InlineData("1 2")]
    [InlineData(" 1")]
    [InlineData("1,000")]
    [InlineData("--1")]
    [InlineData("٣")]
    [InlineData("0x10")]
    public void Other_text_is_refused(string text) => Assert.False(Rational.TryParse(text, out _));

    [Fact]
    public void Text_beyond_the_limit_is_refused() => Assert.False(Rational.TryParse(new string('1', Rational.GreatestTextLength + 1), out _));

    [Fact]
    public void Default_is_zero()
    {
        Assert.Equal(default, Rational.Zero);
        Assert.Equal("0", default(Rational).ToString());
        Assert.Equal(Rational.One, default(Rational) + 1);
        Assert.True(default(Rational).IsInteger);
        Assert.Equal(BigInteger.One, default(Rational).Denominator);
    }

    [Fact]
    public void Powers_and_decimal_text()
    {
        Assert.Equal(Rational.Parse("-8/27"), Rational.Pow(Rational.Parse("-2/3"), 3));
        Assert.Equal(Rational.Parse("9/4"), Rational.Pow(Rational.Parse("-2/3"), -2));
        Assert.Equal("-0.667", Rational.Parse("-2/3").ToDecimalText(3));
        Assert.Equal("0.05", Rational.Parse("0.05").ToDecimalText(2));
        Assert.Equal("0", Rational.Parse("-1/3").ToDecimalText(0));
        Assert.Throws<DivideByZeroException>(() => Rational.One / Rational.Zero);
    }

    private static bool Is(Rational value, BigInteger top, BigInteger bottom) =>
        value.Numerator * bottom == top * value.Denominator
        && value.Denominator.Sign > 0
        && BigInteger.GreatestCommonDivisor(value.Numerator, value.Denominator).IsOne
        && value.IsNarrow == (BigInteger.Abs(value.Numerator).GetBitLength() <= 126 && value.Denominator.GetBitLength() <= 126);

    private static void Holds(Func<(BigInteger Top, BigInteger Bottom), (BigInteger Top, BigInteger Bottom), Rational, Rational, bool> law) =>
        Prop.ForAll(_pairs, pair => law(pair.Item1, pair.Item2, new Rational(pair.Item1.Top, pair.Item1.Bottom), new Rational(pair.Item2.Top, pair.Item2.Bottom)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithReplay(77UL, 5UL));
}
