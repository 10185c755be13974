using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Duplication;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>
/// A requester and an asserter who are one party know the secret of the draws. They try salts, or values of a beacon, until an honest provider checks and their friends vote, and have it convicted.
/// Before a beacon drew the voters, and the judge asked it, this took an honest checker's slash each time, for some hundred tries of a hash.
/// </summary>
public sealed class GrindingCoalitionTests
{
    private static readonly Amount _stake = new(TestWorld.StakeOfEach);

    public static TheoryData<string> Strategies => [SamplingStrategy.StrategyName, HiddenDuplicationStrategy.StrategyName];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Without_a_beacon_friends_who_were_looked_for_take_no_stake_and_the_requester_saves_nothing(string strategy)
    {
        Coalition coalition = new(strategy, terms => terms with { BeaconName = string.Empty, VoteDelay = 0 });
        (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(claim => coalition.IsWon(claim, claim));
        Amount before = coalition.World.Worth(coalition.World.Requester.PublicKey.Id);
        SeatRecord[] votes = coalition.Requester.FillVotes(coalition.Requester.ClaimOf(asserter), asserter, validator);
        Assert.True(votes.Count(vote => coalition.IsFriend(vote.Provider.Id)) > 3);
        Assert.Equal(LedgerRefusal.None, coalition.Requester.Settle(null, null, [asserter, validator, .. votes]).Refusal);
        Assert.Equal(_stake, coalition.World.Worth(validator.Provider.Id));
        Assert.Equal(new Amount(120), coalition.World.Ledger.State.Totals.Burnt); // the reward that the honest checker does not get

        // Of its escrows everything came back but the asserter's reward, that of each voter of the majority, and what was burnt.
        int paid = 1 + votes.Where(vote => coalition.IsFriend(vote.Provider.Id)).Select(vote => vote.Provider.Id).Distinct().Count();
        Amount spent = new(120 * (ulong)(paid + 1));
        Assert.Equal(before + new Amount(2 * 240) - spent, coalition.World.Worth(coalition.World.Requester.PublicKey.Id));
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void With_a_beacon_nobody_can_be_looked_for_and_the_cheat_is_convicted_by_the_vote_that_it_draws(string strategy)
    {
        Coalition coalition = new(strategy);
        HostileRequester requester = coalition.Requester;
        (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(claim => coalition.IsWon(claim, claim));
        Digest claim = requester.ClaimOf(asserter);

        // Friends that the claim would have drawn, shown with the true value, with none, and with a value by which they are drawn.
        SeatRecord[] ground = requester.FillVotes(claim, asserter, validator);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, requester.VoteValue, [asserter, validator, .. ground]).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, null, [asserter, validator, .. ground]).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, claim, [asserter, validator, .. ground]).Refusal);
        Digest chosen = Enumerable.Range(0, 100_000).Select(i => Digest.Of(BitConverter.GetBytes(i))).First(value => coalition.IsWon(claim, value));
        SeatRecord[] friends = requester.FillVotes(chosen, asserter, validator);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, chosen, [asserter, validator, .. friends]).Refusal);
        Assert.Equal(Amount.Zero, coalition.World.Ledger.State.Totals.Burnt);

        SeatRecord[] votes = requester.FillVotes(requester.VoteValue, asserter, validator);
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, requester.VoteValue, [asserter, validator, .. votes]).Refusal);
        Assert.Equal(_stake + new Amount(120 + 300), coalition.World.Worth(validator.Provider.Id));
        Assert.True(coalition.World.Worth(asserter.Provider.Id) <= _stake - new Amount(3000));
        Assert.True(coalition.World.Ledger.State.Totals.Burnt >= new Amount(1500));
    }

    // With the value at hand, and many requests prepared, a requester would go on with the one in which its friends vote.
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_vote_by_a_value_that_is_out_before_both_sides_have_to_claim_settles_nothing(int delay)
    {
        Coalition coalition = new(SamplingStrategy.StrategyName, terms => terms with { VoteDelay = 5001 });
        HostileRequester requester = coalition.Requester;
        (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(_ => true, HostileRequester.AnswerWindow + 1 - delay);
        SeatRecord[] votes = requester.FillVotes(requester.VoteValue, asserter, validator);
        Assert.Equal(delay == 0 ? LedgerRefusal.None : LedgerRefusal.EvidenceRefused, requester.Settle(null, requester.VoteValue, [asserter, validator, .. votes]).Refusal);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_judge_without_the_beacon_takes_no_value_on_the_requester_s_word_and_providers_no_such_terms(string strategy)
    {
        foreach (IRandomBeacon? known in (IRandomBeacon?[])[null, new Renamed(TestWorld.Beacon)])
        {
            Coalition coalition = new(strategy, known, accepts: static (_, _) => true);
            HostileRequester requester = coalition.Requester;
            (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(static _ => true);
            SeatRecord[] votes = requester.FillVotes(requester.VoteValue, asserter, validator);
            Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, requester.VoteValue, [asserter, validator, .. votes]).Refusal);

            Coalition careful = new(strategy, known);
            TaskEnvelope offer = careful.Requester.Envelope(HostileRequester.Validator, careful.Honest);
            Assert.Equal(ProviderFault.Refused, careful.Requester.Offer(offer).Fault);
        }
    }

    // Two sides that are others must not draw other voters for the seats that neither draw fell on: an asserter could choose among its names.
    [Fact]
    public void Who_the_two_sides_are_changes_only_the_seats_that_are_drawn_for_them()
    {
        HostileRequester requester = new(new TestWorld().AddHonest(9));
        for (int seed = 0; seed < 50; seed++)
        {
            Digest value = Digest.Of(BitConverter.GetBytes(seed));
            (Seat Seat, int Leaf)[] one = requester.DrawVotes(value, 0, 1);
            (Seat Seat, int Leaf)[] other = requester.DrawVotes(value, 2, 3);
            Assert.All(one.Zip(other), pair => Assert.True(pair.First == pair.Second || pair.First.Leaf is 2 or 3 || pair.Second.Leaf is 0 or 1 || pair.First.Seat.Attempt != pair.Second.Seat.Attempt));
            Assert.All(one.Zip(other).Where(pair => pair.First.Seat.Attempt == 0 && pair.Second.Seat.Attempt == 0), pair => Assert.Equal(pair.First.Leaf, pair.Second.Leaf));
        }
    }

    // A seat that was drawn again and again until a friend came is not the friend's.
    [Fact]
    public void A_voter_s_seat_with_more_refusals_than_the_terms_allow_settles_nothing()
    {
        foreach (int refusals in (int[])[0, 1, 2])
        {
            Coalition coalition = new(SamplingStrategy.StrategyName, static terms => terms with { VoterAttempts = 2 });
            HostileRequester requester = coalition.Requester;
            (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(static _ => true);
            (Seat Seat, int Leaf)[] draws = requester.DrawVotes(requester.VoteValue, HostileRequester.LeafOf(asserter), HostileRequester.LeafOf(validator));
            (Seat seat, int leaf) = requester.CandidatesOf(0, requester.VoteValue, HostileRequester.LeafOf(asserter), HostileRequester.LeafOf(validator)).ElementAt(refusals);
            Assert.Equal(0, draws[0].Seat.Index);
            SeatRecord late = requester.Fill(seat, leaf);
            Assert.Equal(refusals < 2 ? LedgerRefusal.None : LedgerRefusal.EvidenceRefused, requester.Settle(null, requester.VoteValue, asserter, validator, late).Refusal);
        }
    }

    [Fact]
    public void A_voter_s_seat_that_is_filled_is_not_filled_again()
    {
        Coalition coalition = new(SamplingStrategy.StrategyName);
        HostileRequester requester = coalition.Requester;
        (SeatRecord asserter, SeatRecord validator) = coalition.Contradict(static _ => true);
        SeatRecord[] row = [.. requester.CandidatesOf(0, requester.VoteValue, HostileRequester.LeafOf(asserter), HostileRequester.LeafOf(validator)).Take(2).Select(draw => requester.Fill(draw.Seat, draw.Leaf))];
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, requester.VoteValue, [asserter, validator, .. row]).Refusal);
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, requester.VoteValue, asserter, validator, row[0]).Refusal);
    }

    /// <summary>Two friends who answer alike and wrongly, a requester that is their friend, and eighteen honest providers: a tenth of the stake.</summary>
    private sealed class Coalition
    {
        private readonly HashSet<NodeId> _friends = [];
        private readonly int _leaf;
        private Func<NodeId, Digest, bool> _choice = static (_, _) => true;

        public Coalition(string strategy, Func<SamplingTerms, SamplingTerms>? change = null, Func<string, OpaqueBytes, bool>? accepts = null)
            : this(strategy, TestWorld.Beacon, change, accepts)
        {
        }

        public Coalition(string strategy, IRandomBeacon? known, Func<SamplingTerms, SamplingTerms>? change = null, Func<string, OpaqueBytes, bool>? accepts = null)
        {
            World = new TestWorld(strategy: strategy == SamplingStrategy.StrategyName
                ? new SamplingStrategy(new SamplingOptions { Beacon = known, AllowsInsecureTerms = true })
                : new HiddenDuplicationStrategy(new HiddenDuplicationOptions { Beacon = known, AllowsInsecureTerms = true }));
            for (int i = 0; i < 2; i++)
            {
                _ = _friends.Add(World.Add(signer => new Grinder(signer, World.Ledger, World.ProviderOptions with { AcceptsTerms = static (_, _) => true }, (id, claim) => _choice(id, claim))));
            }

            for (int i = 0; i < 18; i++)
            {
                Honest = World.Add(signer => new LocalProvider(signer, World.Ledger, [World.Engine()], World.ProviderOptions with { AcceptsTerms = accepts }));
            }

            // The requester chooses its secret such that a friend is the asserter.
            SamplingTerms terms = (change ?? (static same => same))(HostileRequester.UsualTerms with { AuditRate = Probability64.Always });
            Requester = Enumerable.Range(0, 256).Select(i => new HostileRequester(World, terms, Digest.Of([(byte)i]), strategy: strategy))
                .First(candidate => IsFriend(candidate.NodeAt(candidate.Draw(HostileRequester.Asserter))));
            _leaf = Requester.Draw(HostileRequester.Asserter);
        }

        public TestWorld World { get; }

        public HostileRequester Requester { get; }

        public NodeId Honest { get; }

        public bool IsFriend(NodeId provider) => _friends.Contains(provider);

        /// <summary>Tells whether an honest provider would check, and friends hold most seats of the vote.</summary>
        public bool IsWon(Digest claim, Digest value)
        {
            int checker = Requester.Draw(HostileRequester.Validator, claim, _leaf);
            return !IsFriend(Requester.NodeAt(checker)) && Requester.DrawVotes(value, _leaf, checker).Count(draw => IsFriend(Requester.NodeAt(draw.Leaf))) > 3;
        }

        /// <summary>Has the friend answer with a salt that is wanted, and the honest provider that it draws contradict.</summary>
        public (SeatRecord Asserter, SeatRecord Validator) Contradict(Func<Digest, bool> isWanted, long window = HostileRequester.AnswerWindow)
        {
            _choice = (id, claim) => id != Requester.NodeAt(_leaf) || (!IsFriend(Requester.NodeAt(Requester.Draw(HostileRequester.Validator, claim, _leaf))) && isWanted(claim));
            SeatRecord asserter = Requester.Fill(HostileRequester.Asserter, _leaf);
            _choice = static (_, _) => true;
            return (asserter, Requester.Fill(HostileRequester.Validator, Requester.Draw(HostileRequester.Validator, Requester.ClaimOf(asserter), _leaf), window));
        }
    }

    private sealed class Renamed(IRandomBeacon beacon) : IRandomBeacon
    {
        public string Name => "another";

        public ulong LastRound => beacon.LastRound;

        public ulong RoundAfter(long time) => beacon.RoundAfter(time);

        public long TimeOf(ulong round) => beacon.TimeOf(round);

        public bool TryGetValue(ulong round, out Digest value) => beacon.TryGetValue(round, out value);
    }

    private sealed class Grinder(ISigner signer, InferenceLedger ledger, LocalProviderOptions options, Func<NodeId, Digest, bool> isWanted)
        : LocalProvider(signer, ledger, [new SumEngine(bias: 1)], options)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            SignedClaim claim;
            do
            {
                claim = SignClaim(envelope, outputs);
            }
            while (!isWanted(Id, claim.Body.Digest));

            _ = Post(envelope, claim);
            return ValueTask.FromResult(Reply(claim, outputs));
        }
    }
}
