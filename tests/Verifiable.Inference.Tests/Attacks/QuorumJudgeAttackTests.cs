using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What a requester may try with the records that it shows to the ledger's judge, and with its own clock.</summary>
public sealed class QuorumJudgeAttackTests
{
    private static readonly Amount _stake = new(TestWorld.StakeOfEach);
    private static readonly QuorumStrategy _strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, EscalationRate = 0, AllowsInsecureTerms = true });

    [Fact]
    public void Who_claimed_in_the_first_committee_does_not_sit_in_the_second()
    {
        (TestWorld world, QuorumRequester requester, QuorumHolding[] committee, int[] first) = Escalated();
        Seat own = SeatsOfTheSecond(requester).First(seat => first.Contains(requester.Draw(seat, requester.BeaconValue)));
        QuorumHolding twice = requester.Fill(requester.Draw(own, requester.BeaconValue), own);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(requester.BeaconValue, false, [.. committee, twice]).Refusal);
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, first);
        Assert.Equal(LedgerRefusal.None, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal);
        Assert.True(world.Ledger.State.Totals.IsConserved);
    }

    // Each refusal that a requester makes up is a further draw; a draw that fell on the first committee is none.
    [Theory]
    [InlineData(0, LedgerRefusal.None)]
    [InlineData(1, LedgerRefusal.EvidenceRefused)]
    public void A_deciding_seat_is_drawn_as_often_as_the_terms_allow(int refusals, LedgerRefusal expected)
    {
        (_, QuorumRequester requester, QuorumHolding[] committee, int[] first) = Escalated();
        Seat seat = SeatsOfTheSecond(requester).First(seat =>
            !first.Contains(requester.Draw(seat, requester.BeaconValue))
            && Enumerable.Range(0, seat.Attempt).Count(attempt => !first.Contains(requester.Draw(seat with { Attempt = (ushort)attempt }, requester.BeaconValue))) == refusals);
        QuorumHolding holding = requester.Fill(requester.Draw(seat, requester.BeaconValue), seat);
        Assert.Equal(expected, requester.Settle(requester.BeaconValue, false, [.. committee, holding]).Refusal);
    }

    [Fact]
    public void A_task_of_the_first_settlement_is_not_paid_again_by_the_second()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        QuorumRequester requester = new(world, secret: SecretOfThree(world));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        Assert.Equal(LedgerRefusal.None, requester.Settle(committee[..2]).Refusal);
        ulong sequence = world.Ledger.Sequence;
        QuorumHolding late = committee[2] with { IsLate = true };
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(null, true, committee[0], committee[1] with { IsLate = true }, late).Refusal);
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(null, false, committee).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(null, true, committee).Refusal); // nobody is late in it
        Assert.Equal(sequence, world.Ledger.Sequence);
        Assert.Equal(LedgerRefusal.None, requester.Settle(null, true, committee[0], committee[1], late).Refusal);
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(null, true, committee[0], late).Refusal);
        Assert.All(committee, holding => Assert.Equal(_stake + new Amount(120), world.Worth(holding.Provider)));
        Assert.True(world.Ledger.State.Totals.IsConserved);
    }

    // It shows the honest one as late, so that its contradiction is not heard, and has its friends' answer audited by the coin: the deciders still judge what was late.
    [Fact]
    public void Showing_the_honest_one_as_late_convicts_the_friends_and_pays_it()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(12);
        for (int i = 0; i < 2; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions));
        }

        NodeId[] friends = [TestWorld.Key("provider 12").PublicKey.Id, TestWorld.Key("provider 13").PublicKey.Id];
        QuorumRequester requester = Enumerable.Range(0, 10_000).Select(i => new QuorumRequester(world, terms => terms with { EscalationRate = Probability64.Always }, Digest.Of(BitConverter.GetBytes(i))))
            .First(candidate => Enumerable.Range(0, 3).Select(index => candidate.NodeAt(candidate.Draw(QuorumRequester.First(index)))).ToHashSet() is { Count: 3 } drawn && friends.All(drawn.Contains));
        QuorumHolding[] committee = [.. requester.FillAll(TaskRole.Asserter).Select(holding => friends.Contains(holding.Provider) ? holding : holding with { IsLate = true })];
        QuorumHolding honest = committee.Single(holding => holding.IsLate);
        QuorumHolding[] second = requester.FillAll(TaskRole.Voter, requester.BeaconValue, [.. committee.Where(holding => !holding.IsLate).Select(holding => (int)holding.Record.Stake.Index)]);

        // An honest one that is left out of the first committee may be drawn for the second; that is another task.
        Assert.Equal(LedgerRefusal.None, requester.Settle(requester.BeaconValue, false, [.. committee, .. second]).Refusal);
        Assert.All(friends, friend => Assert.Equal(_stake - new Amount(3000), world.Worth(friend)));
        Assert.True(world.Worth(honest.Provider) >= _stake + new Amount(120));
    }

    [Fact]
    public void An_output_that_its_claim_does_not_commit_to_proves_nothing()
    {
        StrategyCase tolerant = StrategyRegistry.Get("quorum-max-absolute");
        VerificationStrategy strategy = tolerant.Create(true);
        Receipt receipt = StrategyLaws.Receipts("quorum-max-absolute", true).First();
        Assert.True(QuorumRecord.TryRead(receipt.Case.Record.Span, receipt.Case.StrategySignatures, out QuorumRecord? record));
        int carried = record!.Holdings.ToList().FindIndex(holding => holding.Outputs is not null);
        NamedTensors another = NamedTensors.Of("y", TensorValue.Create(new float[] { 1e6f, 0 }, 2));
        QuorumRecord forged = record with { Holdings = record.Holdings.SetItem(carried, record.Holdings[carried] with { Outputs = another }) };
        Assert.Equal("outputs", strategy.Check(receipt with { Case = receipt.Case with { Record = forged.ToOpaqueBytes() } }).Refuted?.Name);
    }

    // The requester's machine stands still while it fills the committee: the beacon must not be out before the last of the committee has to claim.
    [Theory]
    [InlineData(3)]
    [InlineData(11)]
    [InlineData(90)]
    public void A_requester_that_stalls_between_draws_still_settles_or_draws_nobody(int seconds)
    {
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, EscalationRate = 1, AllowsInsecureTerms = true });
        TestWorld world = new TestWorld(21, strategy).AddHonest(12);
        _ = world.Add(signer => new StallingProvider(signer, world, TimeSpan.FromSeconds(seconds)), 4_000_000);
        for (int i = 0; i < 12; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            Assert.Empty(outcome.Slashed);
            Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);
        }

        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Burnt);
        Assert.All(Enumerable.Range(0, 12), i => Assert.True(world.Worth(TestWorld.Key("provider " + i).PublicKey.Id) >= _stake));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(499)]
    public void One_provider_with_all_the_stake_confirms_nothing_and_loses_nothing(int seats)
    {
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, Seats = seats, EscalationRate = 1, AllowsInsecureTerms = true });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(1, 100_000_000);
        NodeId only = TestWorld.Key("provider 0").PublicKey.Id;
        VerificationOutcome outcome = world.Run(strategy);
        Assert.Equal(VerdictKind.Undetermined, outcome.Verdict.Kind);
        Assert.Empty(outcome.Slashed);
        Assert.Equal(new Amount(100_000_000 + (120 * (ulong)seats)), world.Worth(only));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);
        Assert.True(strategy.Check(outcome.Receipt!).IsValid);
    }

    private static IEnumerable<Seat> SeatsOfTheSecond(QuorumRequester requester) =>
        from attempt in Enumerable.Range(0, 20)
        from index in Enumerable.Range(0, requester.Terms.EscalationSeats)
        select QuorumRequester.Second(index, attempt);

    private static (TestWorld World, QuorumRequester Requester, QuorumHolding[] Committee, int[] First) Escalated()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(9);
        QuorumRequester requester = new(world, terms => terms with { EscalationRate = Probability64.Always }, SecretOfThree(world));
        QuorumHolding[] committee = requester.FillAll(TaskRole.Asserter);
        return (world, requester, committee, [.. committee.Select(holding => (int)holding.Record.Stake.Index)]);
    }

    private static Digest SecretOfThree(TestWorld world) => Enumerable.Range(0, 1000).Select(i => Digest.Of(BitConverter.GetBytes(i)))
        .First(secret => new QuorumRequester(world, secret: secret) is { } requester && Enumerable.Range(0, 3).Select(index => requester.Draw(QuorumRequester.First(index))).Distinct().Count() == 3);

    private sealed class StallingProvider(ISigner signer, TestWorld world, TimeSpan time) : LocalProvider(signer, world.Ledger, Array.Empty<IInferenceEngine>(), world.ProviderOptions)
    {
        public override ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            world.Time.Advance(time);
            return default;
        }
    }
}
