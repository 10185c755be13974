using Verifiable.Inference.Commitments;
using Verifiable.Inference.Incentives;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies.Duplication;

/// <summary>The mixer's rounds, the settlement's time, and what the assessment promises.</summary>
public sealed class HiddenDuplicationTests
{
    [Fact]
    public void Rounds_are_of_one_size_at_regular_times_in_random_order()
    {
        // What is released goes on here, not on the test runner's threads, or the clock would run on meanwhile.
        SynchronizationContext.SetSynchronizationContext(null);
        VirtualTime time = new();
        EnvelopeMixer mixer = new(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time, new SeededRandomSource(1));
        List<(int Number, TimeSpan At)> released = [];
        DateTimeOffset start = time.GetUtcNow();
        Task[] all = [.. Enumerable.Range(0, 40).Select(Enter)];
        time.Run(new ValueTask<bool>(Await()));
        Assert.Equal(10, mixer.FullRounds);
        Assert.Equal(0, mixer.ShortRounds);
        Assert.All(released.GroupBy(item => item.At), round => Assert.Equal(4, round.Count()));
        Assert.Equal(Enumerable.Range(1, 10).Select(second => TimeSpan.FromSeconds(second)), released.Select(item => item.At).Distinct());

        // Whoever came first goes first, but within its round anywhere.
        Assert.All(released, item => Assert.Equal((item.Number / 4) + 1, (int)item.At.TotalSeconds));
        Assert.NotEqual(Enumerable.Range(0, 40), released.Select(item => item.Number));

        async Task Enter(int number)
        {
            await mixer.EnterAsync();
            released.Add((number, time.GetUtcNow() - start));
        }

        async Task<bool> Await()
        {
            await Task.WhenAll(all);
            return true;
        }
    }

    [Fact]
    public async Task A_round_that_does_not_fill_goes_out_short_after_the_longest_wait_and_is_counted()
    {
        VirtualTime time = new();
        EnvelopeMixer mixer = new(4, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), time, new SeededRandomSource(1));
        using CancellationTokenSource stop = new();
        Task first = mixer.EnterAsync().AsTask();
        Task cancelled = mixer.EnterAsync(stop.Token).AsTask();
        time.Advance(TimeSpan.FromSeconds(4.5));
        await stop.CancelAsync();
        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(first.IsCompletedSuccessfully);
        Assert.Equal((0, 1, 0), (mixer.FullRounds, mixer.ShortRounds, mixer.Waiting));
    }

    [Fact]
    public void Sole_and_duplicated_work_is_settled_at_the_same_time_after_the_first_envelope()
    {
        foreach (double rate in (double[])[1, 1e-9])
        {
            HiddenDuplicationStrategy strategy = new(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = rate, AllowsInsecureTerms = true, SettlementDelay = TimeSpan.FromSeconds(90) });
            TestWorld world = new TestWorld(strategy: strategy).AddHonest(5);
            long start = world.Network.Now;
            VerificationOutcome outcome = world.Run(strategy);
            Assert.Equal(rate == 1, outcome.WasAudited);
            Assert.Equal(start + 90_000, outcome.Receipt!.ClosingHead.Time);
            Assert.NotNull(outcome.SettledTask);
        }
    }

    // A beacon's round, or its time, in the terms would tell how long ago the request of an envelope began, and so that it is a twin or a vote.
    [Fact]
    public void Terms_are_the_same_bytes_in_every_envelope_of_every_request()
    {
        HiddenDuplicationStrategy strategy = new(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = 1 });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(5);
        List<Digest> terms = [];
        for (int i = 0; i < 4; i++)
        {
            terms.Add(Digest.Of(world.Run(strategy, world.Order(i)).Receipt!.Request.Terms.Span));
            world.Time.Advance(TimeSpan.FromSeconds(1.237));
        }

        _ = Assert.Single(terms.Distinct());
    }

    // d(1 − r)(R + S) > Δ, where the vote does not err; 2d/(1 + d) where roles are hidden.
    [Theory]
    [InlineData(0.05, 0.1)]
    [InlineData(0.2, 0.3)]
    public void The_assessment_is_the_closed_form(double rate, double share)
    {
        HiddenDuplicationOptions options = new()
        {
            Beacon = TestWorld.Beacon,
            DuplicationRate = rate,
            Bounty = Amount.Zero,
            AllowsInsecureTerms = true,
            Costs = new SamplingCosts { HonestCost = 100, CoalitionShare = (decimal)share, DishonestVoterShare = 0 },
        };
        HiddenDuplicationAssessment assessment = new HiddenDuplicationStrategy(options).Assess();
        bool isSecure = HiddenDuplication.IsHonestySecure((decimal)rate, (decimal)share, 120, 3000, 100);
        Assert.Equal(isSecure, assessment.IsHonestySecure);
        Assert.Equal(HiddenDuplication.LeastDuplicationProbability((decimal)share, 120, 3000, 100), assessment.PlainLeastDuplicationRate);

        // The exact form credits a coalition with recomputing once, which the plain one does not: it never asks for more.
        Assert.InRange(assessment.LeastDuplicationRate!.Value, 0.9m * assessment.PlainLeastDuplicationRate!.Value, 1.1m * assessment.PlainLeastDuplicationRate.Value);
        Assert.Equal(2 * (decimal)rate / (1 + (decimal)rate), assessment.CheckProbability);
        Assert.Equal(1 + (decimal)rate, assessment.ExpectedCost);
        Assert.True(assessment.LeastHiddenDuplicationRate < assessment.LeastDuplicationRate);
    }

    [Fact]
    public void Terms_that_rely_on_hiding_need_a_mixer_and_half_the_rate()
    {
        HiddenDuplicationOptions options = new() { Beacon = TestWorld.Beacon, DuplicationRate = 0.025, Slash = new Amount(3000) };
        HiddenDuplicationAssessment aware = new HiddenDuplicationStrategy(options with { AllowsInsecureTerms = true }).Assess();
        Assert.InRange(0.025m, aware.LeastHiddenDuplicationRate!.Value, aware.LeastDuplicationRate!.Value);
        Assert.Throws<ArgumentException>(() => new HiddenDuplicationStrategy(options));
        Assert.Throws<ArgumentException>(() => new HiddenDuplicationStrategy(options with { ReliesOnHiding = true }));
        EnvelopeMixer mixer = new(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Assert.True(new HiddenDuplicationStrategy(options with { ReliesOnHiding = true, Mixer = mixer, SettlementDelay = TimeSpan.FromSeconds(88.001) }).Assess().IsHonestySecure);
    }

    [Fact]
    public void Options_list_all_that_is_wrong_with_them()
    {
        string[] faults = [.. new HiddenDuplicationOptions { Beacon = TestWorld.Beacon, DuplicationRate = 0, SettlementDelay = TimeSpan.FromHours(1) }.Validate()];
        Assert.Contains(faults, fault => fault.Contains("DuplicationRate", StringComparison.Ordinal));
        Assert.Contains(faults, fault => fault.Contains("OpeningWindow", StringComparison.Ordinal));
        Assert.Empty(new HiddenDuplicationOptions { Beacon = TestWorld.Beacon }.Validate());

        // With a wait of 5 s a vote ends up to 10 + 2(7 + 7 + 10) + 5 + 0.001 + 10 + 5 + 10 s after the first envelope: later than the others are settled, its voters would know that they vote.
        HiddenDuplicationOptions hidden = new() { Beacon = TestWorld.Beacon, ReliesOnHiding = true, Mixer = new EnvelopeMixer(8, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)) };
        Assert.Contains("SettlementDelay", Assert.Single((hidden with { SettlementDelay = TimeSpan.FromSeconds(88) }).Validate()), StringComparison.Ordinal);
        Assert.Empty((hidden with { SettlementDelay = TimeSpan.FromSeconds(88.001) }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnvelopeMixer(0, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnvelopeMixer(1, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1)));
    }
}
