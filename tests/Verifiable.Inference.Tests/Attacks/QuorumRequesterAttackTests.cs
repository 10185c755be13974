using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What a requester alone, or with friends among the providers, tries on honest providers under a quorum.</summary>
public sealed class QuorumRequesterAttackTests
{
    private static readonly Amount _stake = new(TestWorld.StakeOfEach);
    private static readonly QuorumStrategy _strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon });

    public static TheoryData<string> Unfair => [.. _unfair.Keys];

    private static readonly Dictionary<string, Func<QuorumTerms, QuorumTerms>> _unfair = new()
    {
        ["few deciding seats"] = terms => terms with { Seats = 1, Threshold = 0, EscalationSeats = 3 },
        ["many draws for a seat"] = terms => terms with { EscalationAttempts = 4, EscalationSeats = 999 },
        ["a slash that a tenth of the stake could aim at the honest"] = terms => terms with { EscalationAttempts = 2, EscalationSeats = 9 },
        ["a beacon that the judge does not know"] = terms => terms with { BeaconName = "the requester's own" },
    };

    [Fact]
    public void A_reveal_that_the_requester_hides_is_paid_by_the_ledger()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        QuorumRequester requester = new(world, secret: SecretOfThree(world));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        Assert.Equal(3, committee.Length);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        Assert.Equal(LedgerRefusal.None, requester.Settle(committee[..2]).Refusal); // two of three decide; the third is kept back

        // Nor can it be called silent: the ledger has its claim.
        QuorumHolding silent = committee[2] with { IsLate = true, Record = committee[2].Record with { Outcome = SeatOutcome.Silent, Claim = null } };
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(null, true, [.. committee[..2], silent]).Refusal);
        world.Time.Advance(TimeSpan.FromDays(1));
        Digest hidden = requester.EnvelopeOf(committee[2]).Digest;
        Assert.Equal(LedgerRefusal.ClaimPosted, world.Ledger.Apply(new ExpireSilence(hidden)));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(hidden)));
        Assert.All(committee, holding => Assert.Equal(_stake + new Amount(120), world.Worth(holding.Provider)));

        // It cost the requester that seat's part of an escalation on top.
        Assert.Equal(before + new Amount(2 * 360), world.Worth(world.Requester.PublicKey.Id));
        Assert.Equal(new Amount(360), world.Ledger.State.Totals.Burnt);
    }

    [Fact]
    public void Withholding_the_opening_pays_all_and_costs_what_the_escalation_would_have()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        QuorumRequester requester = new(world, secret: SecretOfThree(world));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(LedgerRefusal.OpeningTooLate, requester.Settle(committee).Refusal);
        Assert.All(committee, holding => Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(requester.EnvelopeOf(holding).Digest))));
        Assert.All(committee, holding => Assert.Equal(_stake + new Amount(120), world.Worth(holding.Provider)));
        Amount lost = before - world.Worth(world.Requester.PublicKey.Id);
        Assert.Equal(new Amount(120 * (3 + 9)), lost); // all rewards of both committees
    }

    // The secret is the requester's, and it can look for one that draws its friends: for free, before anything is on the ledger.
    [Fact]
    public void A_committee_of_friends_that_the_requester_looked_for_takes_nothing_from_the_honest_one_in_it()
    {
        (TestWorld world, QuorumRequester requester, int victim) = GrindForFriends();
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        QuorumHolding honest = committee.Single(holding => holding.Record.Stake.Index == victim);

        // By its own draw it convicts nobody: without the larger committee there is no conclusion, and all are paid.
        Assert.Equal(LedgerRefusal.None, requester.Settle(committee).Refusal);
        Assert.Equal(_stake + new Amount(120), world.Worth(honest.Provider));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Burnt);
    }

    [Fact]
    public void A_committee_of_friends_may_leave_the_honest_one_unpaid_and_the_requester_has_not_saved_its_reward()
    {
        (TestWorld world, QuorumRequester requester, int victim) = GrindForFriends();
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        QuorumHolding[] friends = [.. committee.Where(holding => holding.Record.Stake.Index != victim)];
        QuorumHolding honest = committee.Single(holding => holding.Record.Stake.Index == victim);
        Assert.Equal(LedgerRefusal.None, requester.Settle(friends).Refusal);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, true, [.. committee.Select(holding => holding == honest ? honest with { IsLate = true } : holding)]).Refusal);
        Assert.Equal(_stake, world.Worth(honest.Provider));
        Assert.Equal(new Amount(120), world.Ledger.State.Totals.Burnt);
        Assert.Equal(before + requester.Terms.Escrow - new Amount(120), world.Worth(world.Requester.PublicKey.Id));
    }

    [Fact]
    public void A_beacon_value_of_the_requester_s_own_settles_nothing()
    {
        (TestWorld world, QuorumRequester requester, _) = GrindForFriends();
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        int[] first = [.. committee.Select(holding => (int)holding.Record.Stake.Index)];

        // It looks for a value by which its friends hold most of the deciding seats.
        Digest chosen = Enumerable.Range(0, 100_000).Select(i => Digest.Of(BitConverter.GetBytes(i)))
            .First(value => Enumerable.Range(0, 9).Count(index => IsFriend(requester.NodeAt(requester.Draw(QuorumRequester.Second(index), value)), world)) > 6);
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, chosen, first);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(chosen, false, [.. committee, .. second]).Refusal);
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Burnt);
    }

    [Fact]
    public void A_round_whose_value_is_out_before_the_claims_are_due_settles_nothing()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        ulong known = QuorumRequester.Beacon.RoundAfter(world.Network.Now - 1000);
        QuorumRequester requester = new(world, terms => terms with { BeaconRound = known, BeaconTime = QuorumRequester.Beacon.TimeOf(known), EscalationRate = Probability64.Always }, SecretOfThree(world));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, [.. committee.Select(holding => (int)holding.Record.Stake.Index)]);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal);

        // A time that is not the round's is no way around it.
        QuorumRequester lying = new(world, terms => terms with { BeaconRound = known, EscalationRate = Probability64.Always }, SecretOfThree(world));
        committee = lying.FillAll(TaskRole.Asserter);
        second = lying.FillAll(TaskRole.Voter, lying.BeaconValue, [.. committee.Select(holding => (int)holding.Record.Stake.Index)]);
        Assert.Equal(LedgerRefusal.EvidenceRefused, lying.Settle(lying.BeaconValue, false, [.. committee, .. second]).Refusal);
    }

    [Fact]
    public void Escalated_by_the_true_beacon_the_friends_lose_their_stakes_and_the_honest_one_earns_the_bounty()
    {
        (TestWorld world, QuorumRequester requester, int victim) = GrindForFriends();
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        QuorumHolding honest = committee.Single(holding => holding.Record.Stake.Index == victim);
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, [.. committee.Select(holding => (int)holding.Record.Stake.Index)]);
        Assert.Equal(LedgerRefusal.None, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal);
        Assert.Equal(_stake + new Amount(120 + 300), world.Worth(honest.Provider));
        Assert.All(committee.Where(holding => holding != honest), friend => Assert.Equal(_stake - new Amount(3000), world.Worth(friend.Provider)));
        Assert.True(world.Ledger.State.Totals.Burnt >= new Amount(3000));
    }

    // Once the beacon is out a requester with many requests at hand could pick one in which its friends outvote an honest decider.
    [Fact]
    public void An_honest_decider_in_the_minority_loses_no_stake()
    {
        TestWorld world = new TestWorld(9, _strategy).AddHonest(5);
        for (int i = 0; i < 6; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        }

        for (byte attempt = 0; ; attempt++)
        {
            QuorumRequester requester = new(world, terms => terms with { EscalationRate = Probability64.Always }, Digest.Of([attempt]));
            int[] first = [.. Enumerable.Range(0, 3).Select(index => requester.Draw(QuorumRequester.First(index)))];
            int honestSeats = Enumerable.Range(0, 9).Count(index => !IsFriend(requester.NodeAt(requester.Draw(QuorumRequester.Second(index), requester.BeaconValue)), world));
            if (first.Distinct().Count() < 3 || !first.All(leaf => IsFriend(requester.NodeAt(leaf), world)) || honestSeats is < 1 or > 2)
            {
                continue;
            }

            QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
            QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, first);
            Assert.Equal(LedgerRefusal.None, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal);
            QuorumHolding[] honest = [.. second.Where(holding => !IsFriend(holding.Provider, world))];
            Assert.NotEmpty(honest);
            Assert.All(honest, holding => Assert.Equal(_stake, world.Worth(holding.Provider)));
            return;
        }
    }

    [Theory]
    [MemberData(nameof(Unfair))]
    public void An_honest_provider_takes_no_seat_on_terms_that_do_not_protect_it(string reason)
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        NodeId provider = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions with { CoalitionShare = QuorumOptions.FairCoalitionShare }));
        QuorumRequester requester = new(world, _unfair[reason]);
        Assert.Equal(ProviderFault.Refused, requester.Offer(requester.Envelope(provider, null, QuorumRequester.First(0))).Fault);
        QuorumRequester fair = new(world);
        Assert.Equal(ProviderFault.None, fair.Offer(fair.Envelope(provider, null, QuorumRequester.First(0))).Fault);
        Assert.Equal(new Amount(3000), world.Ledger.State.Totals.ReservedStakes);
    }

    [Fact]
    public void Amounts_that_are_not_those_of_a_number_of_seats_are_refused_and_those_that_are_taken()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest();
        QuorumRequester requester = new(world);
        TaskEnvelope two = requester.Envelope(requester.NodeAt(0), null, QuorumRequester.First(0), QuorumRequester.First(1));
        Assert.Equal(new Amount(240), two.Reward);
        foreach (TaskEnvelope unfair in (TaskEnvelope[])[two with { Reward = new Amount(120) }, two with { StakeAtRisk = new Amount(9000) }, two with { Escrow = new Amount(240) }, two with { Reward = new Amount(241) }])
        {
            Assert.Equal(ProviderFault.Refused, requester.Offer(unfair).Fault);
        }

        Assert.Equal(ProviderFault.None, requester.Offer(two).Fault);

        // No committee has more seats than the second.
        TaskEnvelope nine = requester.Envelope(requester.NodeAt(0), null, [.. Enumerable.Range(0, 9).Select(index => QuorumRequester.Second(index))]);
        TaskEnvelope ten = requester.Envelope(requester.NodeAt(0), null, [.. Enumerable.Range(0, 10).Select(index => QuorumRequester.Second(index))]);
        Assert.Equal((ProviderFault.Refused, ProviderFault.None), (requester.Offer(ten).Fault, requester.Offer(nine).Fault));
    }

    [Fact]
    public void Seats_that_nobody_drew_or_called_for_settle_nothing()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        QuorumRequester requester = new(world, secret: SecretOfThree(world));
        int[] drawn = [.. Enumerable.Range(0, 3).Select(index => requester.Draw(QuorumRequester.First(index)))];
        int other = Enumerable.Range(0, 9).Except(drawn).First(leaf => leaf != requester.Draw(QuorumRequester.First(0, 1)));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        QuorumHolding stranger = requester.Fill(other, QuorumRequester.First(0, 1));
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(committee[1], committee[2], stranger).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(committee[1], committee[0], committee[2]).Refusal); // out of order
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(committee[0], committee[0]).Refusal); // held twice
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(committee[0] with { More = [QuorumRequester.First(1)] }, committee[2]).Refusal); // more seats than its envelope says
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, drawn);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal); // no contradiction, no coin
        Assert.Equal(LedgerRefusal.None, requester.Settle(committee).Refusal);

        // And once only: the same again is a retry that moves nothing, other evidence is refused.
        (ulong sequence, Amount worth) = (world.Ledger.Sequence, world.Worth(committee[0].Provider));
        _ = requester.Settle(committee);
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(committee[..2]).Refusal);
        Assert.Equal((sequence, worth), (world.Ledger.Sequence, world.Worth(committee[0].Provider)));
    }

    [Fact]
    public void A_seat_that_is_held_is_not_another_provider_s_by_a_later_draw()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        QuorumRequester requester = Enumerable.Range(0, 100).Select(i => new QuorumRequester(world, secret: Digest.Of(BitConverter.GetBytes(i))))
            .First(candidate => candidate.Draw(QuorumRequester.First(0)) != candidate.Draw(QuorumRequester.First(0, 1)));
        QuorumHolding one = requester.Fill(requester.Draw(QuorumRequester.First(0)), QuorumRequester.First(0));
        QuorumHolding other = requester.Fill(requester.Draw(QuorumRequester.First(0, 1)), QuorumRequester.First(0, 1));
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(one, other).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(one).Refusal);
    }

    // A secret by which the three seats are of three providers.
    private static Digest SecretOfThree(TestWorld world) => Enumerable.Range(0, 1000).Select(i => Digest.Of(BitConverter.GetBytes(i)))
        .First(secret => new QuorumRequester(world, secret: secret) is { } requester && Enumerable.Range(0, 3).Select(index => requester.Draw(QuorumRequester.First(index))).Distinct().Count() == 3);

    // Two friends of nine who answer alike and wrongly, and a secret that draws them both, and one honest provider.
    private static (TestWorld World, QuorumRequester Requester, int Victim) GrindForFriends()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(7);
        for (int i = 0; i < 2; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        }

        for (int i = 0; ; i++)
        {
            QuorumRequester requester = new(world, secret: Digest.Of(BitConverter.GetBytes(i)));
            int[] drawn = [.. Enumerable.Range(0, 3).Select(index => requester.Draw(QuorumRequester.First(index)))];
            if (drawn.Distinct().Count() == 3 && drawn.Count(leaf => IsFriend(requester.NodeAt(leaf), world)) == 2)
            {
                return (world, requester, drawn.Single(leaf => !IsFriend(requester.NodeAt(leaf), world)));
            }
        }
    }

    // The friends are the last to come.
    private static bool IsFriend(NodeId node, TestWorld world)
    {
        int honest = world.Network.Reachable.Count() == 9 ? 7 : 5;
        return !Enumerable.Range(0, honest).Any(i => TestWorld.Key("provider " + i).PublicKey.Id == node);
    }
}
