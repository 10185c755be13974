using Verifiable.Inference.Incentives.Protocols;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Selection;

namespace Verifiable.Inference.Tests.Incentives.Protocols;

/// <summary>Laws of the game of watchers and cheats with the system's checks and planted errors.</summary>
public sealed class WatcherGameTests
{
    private static readonly WatcherGame _plain = new() { Reward = 120, Slash = 1000, Saving = 100, LookCost = 20, Bounty = 300, Watchers = 5, Damage = 1000 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    public void Without_system_and_planted_errors_it_is_the_known_dilemma(int watchers)
    {
        WatcherEquilibrium own = (_plain with { Watchers = watchers }).Solve();
        CheckerEquilibrium known = new CheckerGame { Reward = 120, Slash = 1000, HonestCost = 100, CheatCost = 0, CheckCost = 20, Bounty = 300, Checkers = watchers }.For(watchers);
        AssertClose((known.CheatProbability, known.CheckProbability, known.UndetectedProbability), (own.FraudRate, own.CheckRate, own.OverlookedRate));
        WatcherEquilibrium losing = (_plain with { Watchers = watchers, Bounty = 0, Loss = 300 }).Solve();
        known = new CheckerGame { Reward = 120, Slash = 1000, HonestCost = 100, CheatCost = 0, CheckCost = 20, Loss = 300, Checkers = watchers }.For(watchers);
        AssertClose((known.CheatProbability, known.CheckProbability, known.UndetectedProbability), (losing.FraudRate, losing.CheckRate, losing.OverlookedRate));
    }

    [Fact]
    public void One_watcher_is_felten_s_checker()
    {
        AttentionGame attention = new() { CheckCost = 20, FraudProbability = 0, FraudReward = 300, FraudLoss = 50 };
        Assert.Equal((double)attention.FreeFraudProbability, (_plain with { Watchers = 1, Loss = 50 }).Solve().FraudRate, 12);
    }

    [Fact]
    public void More_watchers_mean_more_fraud_and_more_looks_and_the_system_s_checks_end_it()
    {
        WatcherEquilibrium[] by = [.. new[] { 1, 2, 4, 8, 16, 64 }.Select(n => (_plain with { Watchers = n }).Solve())];
        for (int i = 1; i < by.Length; i++)
        {
            Assert.True(by[i].FraudRate > by[i - 1].FraudRate && by[i].ExpectedChecks > by[i - 1].ExpectedChecks && by[i].ExpectedLoss > by[i - 1].ExpectedLoss);
        }

        double threshold = _plain.Indifference;
        Assert.True((_plain with { SystemRate = threshold * 0.99 }).Solve().FraudRate > 0);
        Assert.Equal(default, (_plain with { SystemRate = threshold }).Solve());
        Assert.Equal(0, (_plain with { SystemRate = threshold * 1.01 }).Solve().ExpectedLoss);
    }

    [Fact]
    public void Planted_errors_that_pay_for_looking_end_fraud()
    {
        WatcherEquilibrium plain = _plain.Solve();
        double last = plain.FraudRate;
        foreach (double rate in new[] { 0.005, 0.01, 0.015 })
        {
            WatcherEquilibrium planted = (_plain with { ForcedErrorRate = rate, Jackpot = 1000 }).Solve();
            Assert.True(planted.FraudRate < last);
            last = planted.FraudRate;
        }

        WatcherEquilibrium paid = (_plain with { ForcedErrorRate = 0.03, Jackpot = 1000 }).Solve();
        Assert.Equal((0.0, true), (paid.FraudRate, paid.CheckRate > plain.CheckRate));
        Assert.Equal(0, (_plain with { ForcedErrorRate = 0.03, Jackpot = 1000 }).LookGain(0, paid.CheckRate), 9);
    }

    [Fact]
    public void Where_looking_never_pays_everybody_cheats_and_where_nobody_saves_nobody_does()
    {
        Assert.Equal((1.0, 0.0), Pair((_plain with { LookCost = 301 }).Solve()));
        Assert.Equal((1.0, 0.0), Pair((_plain with { Watchers = 0 }).Solve()));
        Assert.Equal((0.0, 0.0), Pair((_plain with { Saving = 0 }).Solve()));
        Assert.Equal(1, (_plain with { Slash = 0, Reward = 90 }).Solve().FraudRate);

        static (double, double) Pair(WatcherEquilibrium found) => (found.FraudRate, found.CheckRate);
    }

    // 200,000 claims a case from a fixed seed; each mean within 5 standard errors: a false alarm in 1.7 million.
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(5, 0.05, 0)]
    [InlineData(5, 0.05, 0.01)]
    [InlineData(12, 0.02, 0.005)]
    public void Played_out_nobody_gains_by_leaving_the_equilibrium(int watchers, double system, double planted)
    {
        WatcherGame game = _plain with { Watchers = watchers, SystemRate = system, ForcedErrorRate = planted, Jackpot = 1000, Loss = 40 };
        WatcherEquilibrium found = game.Solve();
        Assert.InRange(found.FraudRate, 1e-6, 1 - 1e-6);
        const int Claims = 200_000;
        SeededRandomSource random = new(11);
        byte[] bytes = new byte[8];
        double Draw()
        {
            random.Fill(bytes);
            return (BitConverter.ToUInt64(bytes) >> 11) * (1.0 / (1UL << 53));
        }

        Tally cheat = new();
        Tally look = new();
        Tally overlooked = new();
        for (int i = 0; i < Claims; i++)
        {
            int others = 0;
            for (int watcher = 1; watcher < watchers; watcher++)
            {
                others += Draw() < found.CheckRate ? 1 : 0;
            }

            bool isSystem = Draw() < system;
            bool looks = Draw() < found.CheckRate;
            bool isFound = isSystem || looks || others > 0;

            // What a cheat gets more than an honest provider in the same place.
            cheat.Add(isFound ? game.Saving - game.Reward - game.Slash : game.Saving);

            // What the first watcher gets more by looking than by not looking, whatever the others do.
            bool isFraud = Draw() < found.FraudRate;
            bool isPlanted = Draw() < planted;
            double gain = -game.LookCost + (isPlanted ? game.Jackpot / (others + 1) : 0);
            gain += isFraud && !isSystem ? (game.Bounty / (others + 1)) + (others == 0 ? game.Loss : 0) : 0;
            look.Add(gain);
            overlooked.Add(isFraud && !isFound ? 1 : 0);
        }

        Assert.InRange(cheat.Mean, -5 * cheat.Error, 5 * cheat.Error);
        Assert.InRange(look.Mean, -5 * look.Error, 5 * look.Error);
        Assert.InRange(overlooked.Mean - found.OverlookedRate, -5 * overlooked.Error, 5 * overlooked.Error);
        Assert.Equal(found.OverlookedRate * game.Damage, found.ExpectedLoss, 9);
    }

    [Fact]
    public void Numbers_that_mean_nothing_are_named()
    {
        WatcherGame bad = new() { Reward = -1, Slash = double.NaN, Saving = double.PositiveInfinity, LookCost = 0, SystemRate = 2, ForcedErrorRate = -1, Watchers = -1 };
        Assert.True(bad.Validate().Count() >= 7);
        Assert.Throws<InvalidOperationException>(() => bad.Solve());
    }

    private static void AssertClose((double, double, double) a, (double, double, double) b)
    {
        Assert.Equal(a.Item1, b.Item1, 1e-12);
        Assert.Equal(a.Item2, b.Item2, 1e-12);
        Assert.Equal(a.Item3, b.Item3, 1e-12);
    }

    private sealed class Tally
    {
        private double _sum;
        private double _squares;
        private int _count;

        public double Mean => _sum / _count;

        public double Error => Math.Sqrt(((_squares / _count) - (Mean * Mean)) / _count);

        public void Add(double value)
        {
            _sum += value;
            _squares += value * value;
            _count++;
        }
    }
}
