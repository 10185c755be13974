using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What a requester alone tries on honest providers.</summary>
public sealed class RequesterAttackTests
{
    private static readonly Amount _stake = new(TestWorld.StakeOfEach);

    [Fact]
    public void A_demand_for_a_claim_that_was_delivered_costs_the_provider_nothing()
    {
        TestWorld world = new TestWorld().AddHonest();
        HostileRequester requester = new(world);
        SeatRecord record = requester.Fill(HostileRequester.Asserter, 0);
        Digest task = requester.Envelope(record).Digest;
        Assert.Equal(LedgerRefusal.UnsignedCommand, world.Ledger.Apply(new DemandClaim(task)));
        Assert.Equal(LedgerRefusal.None, requester.Demand(record)); // no message is sent: the provider watches the ledger
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.NotEqual(LedgerRefusal.None, world.Ledger.Apply(new ExpireSilence(task)));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new ForfeitOpening(task)));
        Assert.Equal(_stake + requester.Terms.Reward, world.Worth(record.Provider.Id));
    }

    [Fact]
    public void A_requester_that_lies_about_a_delivery_pays_for_the_audit_that_it_gets()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        Amount before = world.Worth(world.Requester.PublicKey.Id);
        HostileRequester requester = new(world);
        int leaf = requester.Draw(HostileRequester.Asserter);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), leaf));
        Assert.Equal(LedgerRefusal.None, requester.Demand(asserter));
        Assert.Equal(LedgerRefusal.None, requester.Settle(asserter with { Outcome = SeatOutcome.Revealed }, validator).Refusal);
        Assert.Equal(_stake + requester.Terms.Reward, world.Worth(asserter.Provider.Id));
        Assert.Equal(_stake + requester.Terms.Reward, world.Worth(validator.Provider.Id));
        Assert.Equal(before - (requester.Terms.Reward * 2), world.Worth(world.Requester.PublicKey.Id));
    }

    [Fact]
    public void A_requester_that_writes_revealed_where_nothing_was_demanded_cannot_settle()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        HostileRequester requester = new(world);
        int leaf = requester.Draw(HostileRequester.Asserter);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), leaf));
        Assert.NotEqual(LedgerRefusal.None, requester.Settle(asserter with { Outcome = SeatOutcome.Revealed }, validator).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(asserter, validator).Refusal); // nor audit without the coin
    }

    [Fact]
    public void Inputs_that_the_model_refuses_do_not_make_a_provider_silent()
    {
        TestWorld world = new TestWorld().AddHonest();
        HostileRequester requester = new(world, inputs: NamedTensors.Of("z", TensorValue.Create(new float[] { 1 }, 1)));
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, requester.NodeAt(0));
        Assert.Equal(TaskOutcome.Answered, requester.Run(envelope).Outcome);
        world.Time.Advance(TimeSpan.FromDays(1));
        Assert.NotEqual(LedgerRefusal.None, world.Ledger.Apply(new ExpireSilence(envelope.Digest)));
        Assert.Equal(_stake, world.Worth(envelope.Provider));
    }

    [Fact]
    public void Nobody_locks_up_all_stake_for_ever_for_nothing()
    {
        TestWorld world = new();
        NodeId victim = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine()], new LocalProviderOptions { Time = world.Time }));
        HostileRequester requester = new(world);
        TaskEnvelope envelope = requester.Envelope(HostileRequester.Asserter, victim) with
        {
            Reward = Amount.Zero,
            Escrow = Amount.Zero,
            StakeAtRisk = _stake,
            OpeningDeadline = world.Network.Now + (long)TimeSpan.FromDays(365).TotalMilliseconds,
        };
        Assert.Equal(ProviderFault.Refused, requester.Offer(envelope).Fault);
        Assert.Equal(_stake, world.Ledger.State.GetAccount(victim).FreeStake);
    }

    [Fact]
    public void A_requester_that_lies_about_distances_convicts_nobody()
    {
        SamplingOptions honest = new() { Beacon = TestWorld.Beacon, AuditRate = 1, Comparer = OutputComparers.MaxAbsolute, Limit = 0.001, AllowsInsecureTerms = true };
        TestWorld world = new(strategy: new SamplingStrategy(honest));
        for (int i = 0; i < 8; i++)
        {
            // All different, and all within the limit: equal commitments show a distance of zero, whatever the requester says.
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new TolerantEngine(noise: i * 1e-5f)], world.ProviderOptions));
        }

        // Only the requester's own copy of the strategy lies. The ledger's judge is honest, and so are all providers.
        SamplingStrategy lying = new(honest with { Comparer = new LyingComparer() });
        VerificationOutcome outcome = world.Run(lying, world.Order() with { Profile = TolerantEngine.Profile });
        Assert.Equal(VerdictReason.OutputMismatch, outcome.Verdict.Reason); // its own verdict, on its own word
        Assert.Empty(outcome.Slashed);
        Assert.Equal(new Amount(120), world.Ledger.State.Totals.Burnt); // the reward that it denies: it does not save it
        Assert.All(world.Network.Reachable, provider => Assert.True(world.Worth(provider) >= _stake));
    }

    [Fact]
    public void A_requester_short_of_money_blames_no_honest_provider()
    {
        TestWorld world = new TestWorld().AddHonest(7);
        NodeId silent = world.Add(signer => new SilentProvider(signer, world.Ledger, new SumEngine(), world.ProviderOptions), 8_000_000);
        ISigner poor = TestWorld.Key("poor");
        InferenceNetwork draining = new(world.Ledger, world.Network.Reachable.Select(id => new Drain(id, world, poor)), world.Time);
        SamplingStrategy always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        Amount needed = new(240 * 11);
        int audited = 0;
        for (int i = 0; i < 12; i++)
        {
            Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new Deposit(poor.PublicKey.Id, needed - world.Ledger.BalanceOf(poor.PublicKey.Id))));

            // Another order of the same requester takes the money while this one runs: here, a withdrawal after each message.
            VerificationOutcome outcome = world.Time.Run(always.RunAsync(world.Order(i) with { Requester = poor }, draining));
            Assert.All(outcome.Incidents, incident => Assert.Equal(silent, incident.Provider));
            Assert.DoesNotContain(outcome.Slashed, provider => provider != silent);
            audited += outcome.Verdict.Reason == VerdictReason.AuditIncomplete ? 1 : 0;
        }

        Assert.NotEqual(0, audited);
    }

    // The asserter is far from everybody, everybody else near: by the order of calls, for validator and voters measure against the asserter first.
    private sealed class LyingComparer() : OutputComparer("max-absolute")
    {
        private int _calls;

        protected override double MeasureCore(NamedTensors left, NamedTensors right) => ++_calls == 1 || _calls % 2 == 0 ? 1e9 : 0;
    }

    // Passes messages on; after each one the requester's balance is gone.
    private sealed class Drain(NodeId id, TestWorld world, ISigner poor) : IProvider
    {
        public NodeId Id => id;

        public async ValueTask<ReadOnlyMemory<byte>> SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
        {
            ProviderReply reply = await world.Network.ExchangeAsync(id, message, long.MaxValue / 2, cancellationToken).ConfigureAwait(false);
            _ = world.Ledger.Apply(new Withdraw(poor.PublicKey.Id, world.Ledger.BalanceOf(poor.PublicKey.Id)));
            return reply.Bytes;
        }
    }
}
