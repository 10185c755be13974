using System.Collections.Immutable;
using System.Numerics;
using Verifiable.Inference.Incentives.Dynamics;
using Verifiable.Inference.Incentives.Solvers;
using Verifiable.Inference.Simulation.Populations;
using Verifiable.Inference.Simulation.Statistics;

namespace Verifiable.Inference.Tests.Simulation;

/// <summary>Agents in columns against a plain loop, the lumped mode against exact laws, both against the mean field.</summary>
public sealed class PopulationTests
{
    private static readonly LogitRevision _model = new(
        EvolutionaryGame.Of(new CheckerGame { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = 1 }), 0.4, 0.25);

    // Random123's known answers (kat_vectors, philox4x32 10).
    [Theory]
    [InlineData(0UL, 0U, 0U, 0U, 0U, 0x6627e8d5U, 0xe169c58dU, 0xbc57ac4cU, 0x9b00dbd8U)]
    [InlineData(ulong.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, 0x408f276dU, 0x41c83b0eU, 0xa20bc7c6U, 0x6d5451fdU)]
    [InlineData(0x299f31d0a4093822UL, 0x243f6a88U, 0x85a308d3U, 0x13198a2eU, 0x03707344U, 0xd16cfe09U, 0x94fdccebU, 0x5001e420U, 0x24126ea1U)]
    public void The_generator_gives_the_published_words(ulong key, uint c0, uint c1, uint c2, uint c3, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), Philox.Block(key, c0, c1, c2, c3));

    [Fact]
    public void Agents_are_the_same_for_any_number_of_threads_and_any_width_of_vectors()
    {
        PopulationStart start = new() { Sizes = [70_001, 12_345], Ones = [30_000, 45], Seed = 11 };
        AgentSimulation plain = new(_model, start, new AgentOptions { Threads = 1, VectorBits = 64 });
        plain.Run(12);
        Assert.Equal("ff0f02fa4aa542cc5b83f3cce9b89a356597807f", plain.ComputeDigest().ToString()[..40]);
        foreach (int bits in new[] { 128, 256, 512 }.Where(static bits => bits <= AgentOptions.WidestVectorBits).Append(64))
        {
            foreach (int threads in new[] { 1, 2, 16 })
            {
                AgentSimulation other = new(_model, start, new AgentOptions { Threads = threads, VectorBits = bits });
                other.Run(5);
                other.Run(7);
                Assert.Equal(plain.ComputeDigest(), other.ComputeDigest());
                Assert.Equal(12, other.StepCount);
            }
        }
    }

    // Agent 16·j + l of tile t draws word j of block 16·t + l: said again, agent by agent. Payoffs are as large as they may be, so that the narrow sums are moved many times.
    [Fact]
    public void Agents_do_what_a_plain_loop_says()
    {
        const int Size = 200;
        SteepModel model = new();
        PopulationStart start = new() { Sizes = [Size, Size], Ones = [90, 1], Seed = 0x0123_4567_89AB_CDEF };
        AgentSimulation simulation = new(model, start, new AgentOptions { Threads = 2 });
        simulation.Run(300);
        bool[][] plays = [[.. Enumerable.Range(0, Size).Select(i => i < 90)], [.. Enumerable.Range(0, Size).Select(i => i < 1)]];
        long[][] earned = [new long[Size], new long[Size]];
        AgentRule[] rules = new AgentRule[2];
        for (int step = 0; step < 300; step++)
        {
            model.Decide([plays[0].Count(static one => one) / (double)Size, plays[1].Count(static one => one) / (double)Size], rules);
            for (int population = 0; population < 2; population++)
            {
                for (int agent = 0; agent < Size; agent++)
                {
                    int tile = agent / 64;
                    (uint w0, uint w1, uint w2, uint w3) = Philox.Block(start.Seed, (uint)((16 * tile) + (agent % 16)), (uint)step, (uint)population, AgentKernel.AgentDomain);
                    uint word = (agent % 64 / 16) switch { 0 => w0, 1 => w1, 2 => w2, _ => w3 };
                    bool plays1 = word < (plays[population][agent] ? rules[population].FromSecond : rules[population].FromFirst);
                    plays[population][agent] = plays1;
                    earned[population][agent] += plays1 ? rules[population].SecondPayoff : rules[population].FirstPayoff;
                }
            }

            Assert.Equal(plays[0].Count(static one => one), simulation.Path.Ones(step + 1, 0));
        }

        for (int population = 0; population < 2; population++)
        {
            for (int agent = 0; agent < Size; agent++)
            {
                Assert.Equal(plays[population][agent], simulation.PlaysOne(population, agent));
                Assert.Equal(earned[population][agent], simulation.EarnedBy(population, agent));
            }

            Assert.Equal(earned[population].Sum(), (long)simulation.EarnedByAll(population));
        }

        Assert.True(earned[0].Max() > int.MaxValue);
    }

    // Each cell's expected count is 5 or more; χ² with the given cells is above the limit with probability 10⁻⁶ (Wilson and Hilferty's approximation). Seeds are fixed.
    [Theory]
    [InlineData(1L, 1UL << 31)]
    [InlineData(5L, 1_431_655_765UL)]
    [InlineData(70L, 123_456_789UL)]
    [InlineData(300L, 4_000_000_000UL)]
    [InlineData(9_000L, 1UL << 31)]
    [InlineData(20_000L, 1_288_490_189UL)]
    [InlineData(1_000_000_000L, 50_000UL)]
    [InlineData(40_000_000_000L, 3UL)]
    public void Binomial_draws_have_the_binomial_law(long trials, ulong probability)
    {
        int draws = trials > 1_000_000 ? 8_000 : 60_000;
        Dictionary<long, int> counts = [];
        for (int i = 0; i < draws; i++)
        {
            RandomWords words = new(77, (uint)i, unchecked((uint)trials), 1);
            long drawn = BinomialSampler.Draw(trials, probability, ref words);
            Assert.InRange(drawn, 0, trials);
            counts[drawn] = counts.GetValueOrDefault(drawn) + 1;
        }

        double p = probability / 4294967296.0;
        double statistic = 0;
        int cells = -1;
        double expected = 0;
        double below = 0;
        int observed = 0;
        double deviation = Math.Sqrt(trials * p * (1 - p));
        long first = Math.Max(0, (long)((trials * p) - (12 * deviation) - 12));
        long last = Math.Min(trials, (long)((trials * p) + (12 * deviation) + 12));
        double mass = Math.Exp(LogMass(trials, p, first));
        for (long x = first; x <= last; x++)
        {
            expected += draws * mass;
            observed += counts.GetValueOrDefault(x);
            below += draws * mass;
            mass *= (trials - x) / (double)(x + 1) * (p / (1 - p));
            if (expected >= Math.Max(5, draws / 200.0) && draws - below >= 5)
            {
                statistic += (observed - expected) * (observed - expected) / expected;
                cells++;
                (expected, observed) = (0, 0);
            }
        }

        expected = Math.Max(expected, 1e-9);
        statistic += expected >= 1 ? (observed - expected) * (observed - expected) / expected : 0;
        cells++;
        Assert.Equal(draws, below, 1e-3 * draws);
        double k = Math.Max(cells, 1);
        double limit = k * Math.Pow(1 - (2 / (9 * k)) + (4.7534 * Math.Sqrt(2 / (9 * k))), 3);
        Assert.True(statistic <= limit, $"{statistic} above {limit} with {cells} degrees of freedom");
    }

    [Fact]
    public void Binomial_masses_are_the_exact_ones_and_both_forms_decide_alike()
    {
        Random random = new(5);
        foreach ((long trials, uint probability) in new (long, uint)[] { (20_000, 1U << 31), (20_000, 1_288_490_189U), (1L << 40, 987_654_321U), (BinomialSampler.GreatestTrials, 1U << 31), (BinomialSampler.GreatestTrials, 9U) })
        {
            BinomialMass mass = new(trials, probability);
            double p = probability / 4294967296.0;
            double deviation = Math.Sqrt(trials * p * (1 - p));
            for (int i = 0; i < 30; i++)
            {
                long x = mass.Mode + (long)(deviation * 9 * (random.NextDouble() - 0.5));

                // f(x + 1)/f(x) = (n − x)p/((x + 1)q), a fraction: the fine form is held to it to 2⁻¹⁰⁰.
                BigInteger step = FineBinomialMass.LogMass(trials, probability, x + 1) - FineBinomialMass.LogMass(trials, probability, x);
                BigInteger numerator = (BigInteger)(trials - x) * probability;
                BigInteger denominator = (BigInteger)(x + 1) * ((BigInteger.One << 32) - probability);
                Assert.True(BigInteger.Abs(step - FineBinomialMass.Log(numerator, denominator)) < BigInteger.One << 156, $"{trials} {x}");
                Assert.Equal(Math.Log((double)numerator / (double)denominator), (double)step / Math.Pow(2, 256), 1e-12);

                double coarse = Math.Log(mass.Probability(x, 0) / mass.Scale);
                double fine = (double)FineBinomialMass.LogMass(trials, probability, x) / Math.Pow(2, 256);
                Assert.Equal(fine, coarse, 3e-12);

                RandomWords words = new(1, (uint)i, 0, 0);
                ulong word = words.Next();
                RandomWords rest = words;
                Assert.Equal(FineBinomialMass.IsKept(trials, probability, x, 1, mass.Scale, word, rest.Next()), mass.IsKept(x, 1, word, ref words));
            }
        }

        // C(20000, 10000)/2^20000 by whole numbers.
        BigInteger ways = BigInteger.One;
        for (int i = 1; i <= 10_000; i++)
        {
            ways = ways * (10_000 + i) / i;
        }

        Assert.Equal(BigInteger.Log(ways) - (20_000 * Math.Log(2)), (double)FineBinomialMass.LogMass(20_000, 1U << 31, 10_000) / Math.Pow(2, 256), 1e-10);
    }

    // The same numbers in law: two samples of 4000 means of a step, of which the difference is below five standard errors.
    [Fact]
    public void Lumped_numbers_have_the_law_of_the_agents_numbers()
    {
        double[] agents = new double[1500];
        double[] lumped = new double[1500];
        double[] agentSquares = new double[1500];
        double[] lumpedSquares = new double[1500];
        for (int i = 0; i < agents.Length; i++)
        {
            PopulationStart start = new() { Sizes = [200, 300], Ones = [60, 30], Seed = (ulong)i };
            AgentSimulation each = new(_model, start, new AgentOptions { Threads = 1 });
            each.Run(4);
            LumpedSimulation together = new(_model, start with { Seed = (ulong)i + 1_000_000 });
            together.Run(4);
            (agents[i], lumped[i]) = (each.Ones[1], together.Ones[1]);
            (agentSquares[i], lumpedSquares[i]) = (each.Ones[0] * each.Ones[0], together.Ones[0] * together.Ones[0]);
        }

        AssertSame(MeanEstimate.Of(agents), MeanEstimate.Of(lumped));
        AssertSame(MeanEstimate.Of(agentSquares), MeanEstimate.Of(lumpedSquares));

        static void AssertSame(MeanEstimate left, MeanEstimate right) =>
            Assert.InRange(left.Mean - right.Mean, -5 * Math.Sqrt((left.StandardError * left.StandardError) + (right.StandardError * right.StandardError)), 5 * Math.Sqrt((left.StandardError * left.StandardError) + (right.StandardError * right.StandardError)));
    }

    [Fact]
    public void Populations_stay_near_the_mean_field_the_nearer_the_larger_they_are()
    {
        const int Steps = 40;
        ImmutableArray<ImmutableArray<double>> limit = MeanField.Follow(_model, [0.5, 0.5], Steps);
        foreach (long size in new[] { 1_000_000L, 1_000_000_000_000L })
        {
            LumpedSimulation simulation = new(_model, new PopulationStart { Sizes = [size, size], Ones = [size / 2, size / 2], Seed = 3 });
            simulation.Run(Steps);
            for (int step = 0; step <= Steps; step++)
            {
                // Ten standard deviations of a share, as the noise of earlier steps is carried along.
                Assert.Equal(limit[step][0], simulation.Path.Share(step, 0), 10 * Math.Sqrt(0.25 / size) * 4);
                Assert.Equal(limit[step][1], simulation.Path.Share(step, 1), 10 * Math.Sqrt(0.25 / size) * 4);
            }
        }
    }

    [Fact]
    public void The_mean_field_of_small_steps_is_the_logit_dynamics()
    {
        EvolutionaryGame game = EvolutionaryGame.Of(new CheckerGame { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 40, CheckCost = 1, Bounty = 10, Checkers = 3 });
        ImmutableArray<ImmutableArray<double>> field = MeanField.Follow(new LogitRevision(game, 0.3, 1e-4), [0.5, 0.5], 30_000);
        ReadOnlySpan<double> end = LogitDynamics.Follow(game, [0.5, 0.5, 0.5, 0.5], 0.3, 3).End;
        Assert.Equal(end[1], field[^1][0], 1e-4);
        Assert.Equal(end[3], field[^1][1], 1e-4);
    }

    [Fact]
    public void A_lumped_run_replays_from_its_seed_bit_by_bit()
    {
        PopulationStart start = new() { Sizes = [1L << 45, 999], Ones = [12_345, 500], Seed = 8 };
        LumpedSimulation left = new(_model, start);
        left.Run(50);
        LumpedSimulation right = new(_model, start);
        right.Run(20);
        right.Run(30);
        Assert.Equal(left.ComputeDigest(), right.ComputeDigest());
        Assert.NotEqual(left.ComputeDigest(), new LumpedSimulation(_model, start with { Seed = 9 }).ComputeDigest());
        Assert.Equal("db61", left.ComputeDigest().ToString()[..4]);
    }

    [Fact]
    public void Common_random_numbers_make_a_difference_of_models_more_exact()
    {
        LogitRevision other = new(
            EvolutionaryGame.Of(new CheckerGame { Reward = 10, HonestCost = 6, CheatCost = 1, Slash = 41, CheckCost = 1, Bounty = 10, Checkers = 1 }), 0.4, 0.25);
        double[] left = new double[200];
        double[] same = new double[200];
        double[] fresh = new double[200];
        for (int i = 0; i < left.Length; i++)
        {
            left[i] = Run(_model, (ulong)i);
            same[i] = Run(other, (ulong)i);
            fresh[i] = Run(other, (ulong)i + 5000);
        }

        MeanEstimate common = MeanEstimate.OfDifferences(left, same);
        MeanEstimate independent = MeanEstimate.OfDifferences(left, fresh);
        Assert.True(common.StandardError < 0.5 * independent.StandardError, $"{common} {independent}");

        static double Run(PopulationModel model, ulong seed)
        {
            AgentSimulation simulation = new(model, new PopulationStart { Sizes = [640, 640], Ones = [320, 320], Seed = seed }, new AgentOptions { Threads = 1 });
            simulation.Run(5);
            return simulation.Ones[0];
        }
    }

    [Fact]
    public void Wrong_starts_options_and_rules_are_refused_and_a_cancelled_run_stands_after_a_whole_step()
    {
        PopulationStart start = new() { Sizes = [10, 10], Ones = [1, 1] };
        Assert.Throws<ArgumentException>(() => new AgentSimulation(_model, start with { Ones = [11, 1] }));
        Assert.Throws<ArgumentException>(() => new AgentSimulation(_model, start with { Sizes = [10] }));
        Assert.Throws<ArgumentException>(() => new AgentSimulation(_model, start with { Sizes = [long.MaxValue, 1] }));
        Assert.Throws<ArgumentException>(() => new AgentSimulation(_model, start, new AgentOptions { Threads = 0 }));
        Assert.Throws<ArgumentException>(() => new AgentSimulation(_model, start, new AgentOptions { VectorBits = 1024 }));
        Assert.Throws<InvalidOperationException>(() => new AgentSimulation(new BrokenModel(), start with { Sizes = [5000, 5000] }, new AgentOptions { Threads = 2 }).Run(1));
        AgentSimulation simulation = new(_model, start);
        Assert.ThrowsAny<OperationCanceledException>(() => simulation.Run(5, new CancellationToken(true)));
        Assert.Equal(0, simulation.StepCount);
    }

    private sealed class SteepModel() : PopulationModel(2)
    {
        public override void Decide(ReadOnlySpan<double> shares, Span<AgentRule> rules)
        {
            rules[0] = new AgentRule((ulong)(shares[1] * AgentRule.Certain), AgentRule.Certain - 5, AgentRule.GreatestPayoff, AgentRule.GreatestPayoff - 1);
            rules[1] = new AgentRule(1UL << 30, (ulong)(shares[0] * AgentRule.Certain), -AgentRule.GreatestPayoff, 3);
        }
    }

    private sealed class BrokenModel() : PopulationModel(2)
    {
        public override void Decide(ReadOnlySpan<double> shares, Span<AgentRule> rules) => rules[0] = new AgentRule(AgentRule.Certain + 1, 0, 0, 0);
    }

    private static double LogMass(long n, double p, long x)
    {
        // Near the mode by sums of logarithms, from a mass that is far out: exactness is FineBinomialMass's own test.
        return x == 0 ? n * Math.Log(1 - p) : (double)FineBinomialMass.LogMass(n, (uint)Math.Round(p * 4294967296.0), x) / Math.Pow(2, 256);
    }
}
