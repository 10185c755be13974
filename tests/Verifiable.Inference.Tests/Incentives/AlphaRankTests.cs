using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Games;

namespace Verifiable.Inference.Tests.Incentives;

/// <summary>Published values, exact small chains and laws of small populations with rare mutants.</summary>
public sealed class AlphaRankTests
{
    [Fact]
    public void The_published_ranking_of_five_strategies_is_found()
    {
        // Han et al. 2013, as OpenSpiel tests it: intention recognition and commitment, population 20, intensity 0.1.
        ImmutableArray<double> found = AlphaRank.Stationary(
            Table("7/8 3/4 0 11/4 3/4", "1 1 -1 -1 -1", "0 2 0 0 0", "-2 2 0 0 0", "1 2 0 0 0"), 20, 0.1);
        double[] expected = [0.40966787, 0.07959841, 0.20506998, 0.08505983, 0.2206039];
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First, pair.Second, 6e-9));
    }

    [Fact]
    public void Fixation_is_the_published_one_and_that_of_the_whole_chain()
    {
        Assert.Equal(0.8641155742462664, AlphaRank.Fixation(Table("-1/2 2", "0 0"), 100, 1), 1e-12);

        // The chain over the number of mutants, solved: up and down with the ratio e^(−α(f_m − f_r)).
        IReadOnlyList<IReadOnlyList<Rational>> game = Table("3 1", "1 2");
        double[] reach = new double[6];
        double step = 1;
        for (int mutants = 1; mutants < 6; mutants++)
        {
            reach[mutants] = reach[mutants - 1] + step;
            double own = (((mutants - 1) * 3.0) + ((5 - mutants) * 1.0)) / 4;
            double other = ((mutants * 1.0) + ((5 - mutants - 1) * 2.0)) / 4;
            step *= Math.Exp(-0.7 * (own - other));
        }

        Assert.Equal(1 / reach[5], AlphaRank.Fixation(game, 5, 0.7), 1e-13);
    }

    [Fact]
    public void Without_selection_all_strategies_have_the_same_share_and_a_mutant_its_part() =>
        Assert.All(AlphaRank.Stationary(Table("1 5 -3", "0 0 0", "9 2 7"), 10, 0), share => Assert.Equal(1.0 / 3, share, 1e-15));

    [Fact]
    public void Payoffs_all_raised_and_strategies_in_another_order_change_nothing_but_the_order()
    {
        ImmutableArray<double> plain = AlphaRank.Stationary(Table("1 4 0", "2 1 3", "0 2 2"), 30, 0.2);
        ImmutableArray<double> raised = AlphaRank.Stationary(Table("6 9 5", "7 6 8", "5 7 7"), 30, 0.2);
        ImmutableArray<double> turned = AlphaRank.Stationary(Table("2 0 2", "0 1 4", "3 2 1"), 30, 0.2);
        Assert.All(plain.Zip(raised), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.All(new[] { plain[2], plain[0], plain[1] }.Zip(turned), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
        Assert.Equal(1, plain.Sum(), 1e-14);
    }

    [Fact]
    public void Selection_beyond_all_measure_gives_shares_and_no_infinities()
    {
        ImmutableArray<double> found = AlphaRank.Stationary(Table("0 0 1000", "1000 0 0", "0 1000 0"), 1000, 100);
        Assert.All(found, share => Assert.InRange(share, 0, 1));
        Assert.Equal(1, found.Sum(), 1e-12);
        _ = Assert.Throws<ArgumentException>(() => AlphaRank.Stationary(Table("1 2", "1"), 10, 1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => AlphaRank.Stationary(Table("1 2", "1 2"), 1, 1));
        _ = Assert.Throws<ArgumentOutOfRangeException>(() => AlphaRank.Stationary(Table("1 2", "1 2"), 10, double.NaN));
    }

    [Theory]
    [InlineData("-40 20", 200, 10, 1e-100)]
    [InlineData("-2 1", 100, 100, 1e-100)]
    [InlineData("-20 20", 100, 100, 1)]
    public void A_mutant_that_is_better_while_rare_takes_over_only_if_it_is_better_on_the_whole(string mutant, int population, double intensity, double expected) =>
        Assert.Equal(expected, AlphaRank.Fixation(Table(mutant, "0 0"), population, intensity), 1e-110);

    [Fact]
    public void Fixation_is_one_over_the_sum_whatever_its_terms_pass_through() => Prop.ForAll(
        Gen.Choose(-40, 40).ArrayOf(4).ToArbitrary(), Gen.Choose(2, 300).ToArbitrary(), Gen.Choose(0, 400).ToArbitrary(),
        (payoffs, population, tenths) =>
        {
            // All exponents first, then the sum around the greatest of them.
            double[] exponents = new double[population];
            for (int mutants = 1; mutants < population; mutants++)
            {
                double own = (((mutants - 1) * payoffs[0]) + ((population - mutants) * payoffs[1])) / (population - 1.0);
                double other = ((mutants * payoffs[2]) + ((population - mutants - 1) * payoffs[3])) / (population - 1.0);
                exponents[mutants] = exponents[mutants - 1] - (tenths / 10.0 * (own - other));
            }

            double logarithm = exponents.Max() + Math.Log(exponents.Sum(exponent => Math.Exp(exponent - exponents.Max())));
            double expected = Math.Max(1e-100, Math.Exp(-logarithm));
            double found = AlphaRank.Fixation(Table($"{payoffs[0]} {payoffs[1]}", $"{payoffs[2]} {payoffs[3]}"), population, tenths / 10.0);
            return Math.Abs(found - expected) <= 1e-8 * expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20261121UL, 81UL));

    [Fact]
    public void Payoffs_beyond_what_a_double_can_hold_are_the_callers_mistake()
    {
        _ = Assert.Throws<ArgumentException>(() => AlphaRank.Fixation(Table("1e400 0", "0 0"), 10, 1));
        Assert.InRange(AlphaRank.Fixation(Table("1e100 -1e100", "0 0"), 100, double.MaxValue), 0, 1e-99);
    }

    private static IReadOnlyList<IReadOnlyList<Rational>> Table(params string[] rows) => [.. rows.Select(row => row.Split(' ').Select(number => Rational.Parse(number)).ToArray())];
}
