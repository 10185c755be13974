using System.Collections.Immutable;
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

    private static IReadOnlyList<IReadOnlyList<Rational>> Table(params string[] rows) => [.. rows.Select(row => row.Split(' ').Select(number => Rational.Parse(number)).ToArray())];
}
