using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>A cheat and a beacon that is late, stays away or has ended. Before the run asked again, one missed reading acquitted a cheat and paid it.</summary>
public sealed class BeaconFaultTests
{
    private const ulong StakeOfCheat = 1_000_000_000;

    public static TheoryData<int> Delays => [0, 1, 999, 60_000];

    [Theory]
    [MemberData(nameof(Delays))]
    public void A_cheat_is_convicted_however_late_the_beacon_is_as_long_as_a_vote_still_fits(int delay)
    {
        VirtualTime time = new();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new LateBeacon(time, TimeSpan.FromMilliseconds(delay)), AuditRate = 1 });
        (TestWorld world, NodeId cheat) = WorldOf(strategy, time);
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictReason.OutputMismatch, outcome.Verdict.Reason);
        Assert.Equal(cheat, Assert.Single(outcome.Slashed));
        Assert.Equal(new Amount(StakeOfCheat - 3000), world.Worth(cheat));
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public void A_quorum_s_cheat_is_convicted_however_late_the_beacon_is(int delay)
    {
        VirtualTime time = new();
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = new LateBeacon(time, TimeSpan.FromMilliseconds(delay)), WaitsForAll = true });
        int convicted = 0;
        TestWorld world = new(strategy: strategy, time: time);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), 4_000_000);
        _ = world.AddHonest(12);
        for (int i = 0; i < 10; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.NotEqual(VerdictReason.NoVote, outcome.Verdict.Reason);
            convicted += outcome.Slashed.Contains(cheat) ? 1 : 0;
        }

        Assert.InRange(convicted, 2, 10); // it holds a quarter of the stake: more than half of the first committees have it
    }

    [Theory]
    [MemberData(nameof(Delays))]
    public void A_check_that_a_beacon_draws_waits_for_a_late_value(int delay)
    {
        VirtualTime time = new();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new LateBeacon(time, TimeSpan.FromMilliseconds(delay / 10)), AuditRate = 1, DrawsChecksByBeacon = true });
        TestWorld world = new TestWorld(strategy: strategy, time: time).AddHonest(4);
        Assert.Equal(VerdictReason.OutputsMatch, world.Run(strategy).Verdict.Reason);
    }

    // What a keeper that withholds still has: no stake moves, both sides are paid, and nobody is told that an output is right.
    [Fact]
    public void A_beacon_that_stays_away_leaves_a_mismatch_without_a_vote_and_no_output_stands()
    {
        VirtualTime time = new();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new LateBeacon(time, TimeSpan.MaxValue), AuditRate = 1 });
        (TestWorld world, NodeId cheat) = WorldOf(strategy, time);
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictReason.NoVote, outcome.Verdict.Reason);
        Assert.Equal(VerdictKind.Undetermined, outcome.Verdict.Kind);
        Assert.Null(outcome.Output);
        Assert.Empty(outcome.Slashed);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
        Assert.Equal(new Amount(StakeOfCheat + 120), world.Worth(cheat));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.ReservedStakes);
    }

    // A quorum hands on what the first committee agreed on only where nobody contradicted it.
    [Fact]
    public void A_beacon_that_stays_away_leaves_a_contradicted_quorum_without_an_output_and_an_unanimous_one_with_it()
    {
        VirtualTime time = new();
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = new LateBeacon(time, TimeSpan.MaxValue), WaitsForAll = true, EscalationRate = 1 });
        TestWorld world = new(strategy: strategy, time: time);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), 4_000_000);
        _ = world.AddHonest(12);
        int contradicted = 0;
        for (int i = 0; i < 12; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            bool isContradicted = outcome.Verdict.Reason == VerdictReason.NoVote;
            contradicted += isContradicted ? 1 : 0;
            Assert.True(isContradicted || outcome.Verdict.Reason == VerdictReason.AuditIncomplete, outcome.Verdict.Reason.ToString());
            Assert.Equal(isContradicted, outcome.Output is null);
            Assert.Equal(isContradicted, outcome.OutputProvider is null);
            Assert.Empty(outcome.Slashed);
        }

        Assert.InRange(contradicted, 2, 10);
    }

    [Fact]
    public void Voters_who_do_not_agree_leave_a_mismatch_without_an_output()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        TestWorld world = new(strategy: strategy);
        for (int i = 0; i < 12; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: i)], world.ProviderOptions));
        }

        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictReason.NoMajority, outcome.Verdict.Reason);
        Assert.Null(outcome.Output);
        Assert.Empty(outcome.Slashed);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    // Who knows the value before it is out, a keeper's friend, cannot settle by it: the judge asks the beacon, whose time has not come.
    [Fact]
    public void A_true_value_settles_nothing_before_it_is_out()
    {
        VirtualTime time = new();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = new LateBeacon(time, TimeSpan.Zero) });
        (TestWorld world, NodeId cheat) = WorldOf(strategy, time, TestWorld.StakeOfEach);
        SamplingTerms terms = HostileRequester.UsualTerms with { BeaconName = "late", AuditRate = Probability64.Always };
        HostileRequester requester = Enumerable.Range(0, 256).Select(i => new HostileRequester(world, terms, Digest.Of([(byte)i])))
            .First(candidate => candidate.NodeAt(candidate.Draw(HostileRequester.Asserter)) == cheat);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter));
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), HostileRequester.LeafOf(asserter)));
        SeededBeacon values = new(1);
        ulong round = values.RoundAfter(requester.Request.Deadline + requester.Terms.VoteDelay);
        Assert.True(values.TryGetValue(round, out Digest value));
        SeatRecord[] votes = requester.FillVotes(value, asserter, validator);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, value, [asserter, validator, .. votes]).Refusal);
        time.Advance(DateTimeOffset.FromUnixTimeMilliseconds(values.TimeOf(round) - 1) - time.GetUtcNow());
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, value, [asserter, validator, .. votes]).Refusal);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, value, [asserter, validator, .. votes]).Refusal);
        Assert.Equal(new Amount(TestWorld.StakeOfEach - 3000), world.Worth(cheat));
    }

    // Its requester's friend: the rest of a slash would pay it once more for nothing.
    [Fact]
    public void Nobody_is_paid_twice_for_two_seats_by_having_a_task_for_each()
    {
        VirtualTime time = new();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon });
        (TestWorld world, NodeId cheat) = WorldOf(strategy, time, TestWorld.StakeOfEach);
        HostileRequester requester = Enumerable.Range(0, 256).Select(i => new HostileRequester(world, HostileRequester.UsualTerms with { AuditRate = Probability64.Always }, Digest.Of([(byte)i])))
            .First(candidate => candidate.NodeAt(candidate.Draw(HostileRequester.Asserter)) == cheat);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, requester.Draw(HostileRequester.Asserter));
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), HostileRequester.LeafOf(asserter)));
        Digest value = requester.VoteValue;
        SeatRecord[] votes = requester.FillVotes(value, asserter, validator);
        int shared = Array.FindIndex(votes, static vote => vote.Outcome == SeatOutcome.Shared);
        Assert.True(shared >= 0);
        SeatRecord twice = requester.Fill(votes[shared].Seat, HostileRequester.LeafOf(votes[shared]));
        SeatRecord[] others = [.. votes.Where((_, index) => index != shared).Append(twice).OrderBy(SamplingRecord.PlaceOf)];
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, value, [asserter, validator, .. others]).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, value, [asserter, validator, .. votes]).Refusal);
    }

    // After its last round nobody could be convicted: nothing is begun, and no provider takes a task.
    [Fact]
    public void Near_the_end_of_a_chain_nothing_is_begun()
    {
        VirtualTime time = new();
        HashChainBeacon beacon = new(Digest.Of("s"u8), time.GetUtcNow(), TimeSpan.FromSeconds(1), 3600, time);
        SamplingStrategy sampling = new(new SamplingOptions { Beacon = beacon, AuditRate = 1 });
        (TestWorld world, NodeId cheat) = WorldOf(sampling, time);
        Assert.Equal(cheat, Assert.Single(world.Run(sampling).Slashed));
        time.Advance(TimeSpan.FromMinutes(55));
        InvalidOperationException ended = Assert.Throws<InvalidOperationException>(() => world.Run(sampling));
        Assert.Contains("ends with round 3600", ended.Message, StringComparison.Ordinal);

        QuorumStrategy quorum = new(new QuorumOptions { Beacon = beacon });
        time.Advance(TimeSpan.FromMinutes(10));
        TestWorld other = new TestWorld(strategy: quorum, time: time).AddHonest(5);
        Assert.Contains("ends with round 3600", Assert.Throws<InvalidOperationException>(() => other.Run(quorum)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3600, ProviderFault.None)]
    [InlineData(25, ProviderFault.Refused)]
    public void Providers_take_no_terms_whose_vote_comes_after_the_beacon_s_last_round(int rounds, ProviderFault expected)
    {
        VirtualTime time = new();
        HashChainBeacon beacon = new(Digest.Of("s"u8), time.GetUtcNow(), TimeSpan.FromSeconds(1), rounds, time);
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = beacon });
        TestWorld world = new TestWorld(strategy: strategy, time: time).AddHonest(1);
        HostileRequester requester = new(world, HostileRequester.UsualTerms with { BeaconName = beacon.Name });
        Assert.Equal(expected, requester.Offer(requester.Envelope(HostileRequester.Asserter, requester.NodeAt(0))).Fault);
    }

    // Everything that a requester in another process holds: the values that were published. The judge has the same.
    [Fact]
    public void A_requester_that_holds_published_values_alone_convicts_a_cheat()
    {
        VirtualTime time = new();
        HashChainBeacon keeper = new(Digest.Of("s"u8), time.GetUtcNow(), TimeSpan.FromSeconds(1), 3600, time);
        PublishedHashChain published = keeper.Publish();
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = published, AuditRate = 1 });
        (TestWorld world, NodeId cheat) = WorldOf(strategy, time);
        ulong next = 1;

        // The keeper's messages come a while after their time.
        using ITimer messages = time.CreateTimer(
            _ =>
            {
                while (keeper.TryGetValue(next, out Digest value))
                {
                    Assert.True(published.TryPublish(next++, value));
                }
            },
            null,
            TimeSpan.FromMilliseconds(700),
            TimeSpan.FromSeconds(3));
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(cheat, Assert.Single(outcome.Slashed));
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    private static (TestWorld World, NodeId Cheat) WorldOf(VerificationStrategy strategy, VirtualTime time, ulong stake = StakeOfCheat)
    {
        TestWorld world = new(strategy: strategy, time: time);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), stake);
        _ = world.AddHonest(8);
        return (world, cheat);
    }
}
