using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Engines;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Quorum;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What providers try with commitments and reveals.</summary>
public sealed class QuorumProviderAttackTests
{
    private static readonly Amount _stake = new(TestWorld.StakeOfEach);
    private static readonly QuorumStrategy _strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, EscalationRate = 0, AllowsInsecureTerms = true, Seats = 5 });

    // It sees every commitment on the ledger, signs the same digest as its own, and hopes to be told the claim behind it.
    [Fact]
    public void A_copied_commitment_cannot_be_revealed_and_costs_the_copier_its_stake()
    {
        TestWorld world = new TestWorld(11, _strategy).AddHonest(8);
        NodeId copier = world.Add(signer => new CommitmentCopier(signer, world), 3_000_000);
        Amount before = world.Worth(copier);
        int copied = 0;
        for (int i = 0; i < 10; i++)
        {
            Amount worth = world.Worth(copier);
            VerificationOutcome outcome = Run(world, i);
            Assert.All(outcome.Slashed, slashed => Assert.Equal(copier, slashed));
            Assert.True(world.Worth(copier) <= worth);
            copied += outcome.Slashed.Contains(copier) ? 1 : 0;
        }

        Assert.NotEqual(0, copied);
        Assert.True(world.Worth(copier) < before);
        AssertHonestLostNothing(world, 8);
    }

    [Fact]
    public void A_commitment_for_another_task_ledger_or_provider_is_not_taken()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(3);
        QuorumRequester requester = new(world);
        QuorumHolding mine = requester.Fill(0, QuorumRequester.First(0));
        TaskEnvelope other = requester.Envelope(requester.NodeAt(1), null, QuorumRequester.First(1));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Open(world.Requester.Sign(other)));
        ISigner cheat = Enumerable.Range(0, 3).Select(i => TestWorld.Key("provider " + i)).Single(key => key.PublicKey.Id == requester.NodeAt(1));
        Assert.Equal(LedgerRefusal.None, world.Ledger.Accept(cheat.Sign(new TaskAcceptance(world.Ledger.Id, other.Digest, cheat.PublicKey.Id))));
        ClaimCommitment posted = world.Ledger.FindPosting(requester.EnvelopeOf(mine).Digest)!.Body;
        Assert.Equal(LedgerRefusal.WrongProvider, world.Ledger.Post(cheat.Sign(posted with { Provider = cheat.PublicKey.Id })));
        Assert.Equal(LedgerRefusal.InvalidSignature, world.Ledger.Post(cheat.Sign(posted with { Task = other.Digest })));
        Assert.Equal(LedgerRefusal.WrongLedger, world.Ledger.Post(cheat.Sign(posted with { Task = other.Digest, Provider = cheat.PublicKey.Id, Ledger = cheat.PublicKey.Id })));

        // The same digest under its own name and task is a commitment to a claim that is not its own: it can never be revealed.
        Assert.Equal(LedgerRefusal.None, world.Ledger.Post(cheat.Sign(posted with { Task = other.Digest, Provider = cheat.PublicKey.Id })));
        Assert.Equal(LedgerRefusal.None, requester.Demand(other));
        InferenceClaim claim = mine.Record.Claim!.Restore(requester.EnvelopeOf(mine));
        SignedClaim stolen = new(claim, cheat.PublicKey, mine.Record.Signature);
        Assert.Equal(LedgerRefusal.ClaimMismatch, world.Ledger.Reveal(other, stolen));
        SignedClaim renamed = SignedClaim.Sign(InferenceClaim.For(other, claim.Outputs, claim.Salt), cheat);
        Assert.Equal(LedgerRefusal.ClaimMismatch, world.Ledger.Reveal(other, renamed)); // the digest binds task and provider
    }

    [Fact]
    public void A_second_reveal_and_one_that_nobody_demanded_are_not_taken()
    {
        TestWorld world = new TestWorld(strategy: _strategy).AddHonest(3);
        QuorumRequester requester = new(world);
        QuorumHolding holding = requester.Fill(0, QuorumRequester.First(0));
        TaskEnvelope envelope = requester.EnvelopeOf(holding);
        SignedClaim claim = new(holding.Record.Claim!.Restore(envelope), holding.Record.Provider, holding.Record.Signature);
        Assert.Equal(LedgerRefusal.NotDemanded, world.Ledger.Reveal(envelope, claim));
        Assert.Equal(LedgerRefusal.None, requester.Demand(envelope)); // the provider watches, and reveals

        // The same again is a retry, which adds no entry; another claim is not what was posted.
        ulong sequence = world.Ledger.Sequence;
        _ = world.Ledger.Reveal(envelope, claim);
        _ = requester.Demand(envelope);
        ISigner signer = Enumerable.Range(0, 3).Select(i => TestWorld.Key("provider " + i)).Single(key => key.PublicKey.Id == holding.Provider);
        SignedClaim another = SignedClaim.Sign(claim.Body with { Salt = envelope.Digest }, signer);
        Assert.NotEqual(LedgerRefusal.None, world.Ledger.Reveal(envelope, another));
        Assert.Equal(sequence, world.Ledger.Sequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reveal_in_the_last_millisecond_counts_and_one_at_the_deadline_does_not(bool late)
    {
        TestWorld world = new TestWorld(12, _strategy).AddHonest(6);
        NodeId revealer = world.Add(signer => late
            ? new TooLateRevealer(signer, world.Ledger, world.Engine(), world.ProviderOptions)
            : new LateRevealer(signer, world.Ledger, world.Engine(), world.ProviderOptions), 3_000_000);
        Amount before = world.Worth(revealer);
        int seated = 0;
        for (int i = 0; i < 8; i++)
        {
            VerificationOutcome outcome = Run(world, i);
            seated += outcome.Incidents.Any(incident => incident.Provider == revealer) ? 1 : 0;
            Assert.All(outcome.Slashed, slashed => Assert.True(late && slashed == revealer));
        }

        Assert.NotEqual(0, seated);
        Assert.Equal(late, world.Worth(revealer) < before); // paid, for under the exact comparison a revealed commitment tells all
        Assert.Equal(!late, world.Worth(revealer) > before);
        AssertHonestLostNothing(world, 6);
    }

    // Ten small identities in place of one large: seats by stake are the same in number, and so is what they earn and lose.
    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    public void Sybils_hold_the_seats_of_their_stake_and_lose_for_each(int identities)
    {
        QuorumStrategy strategy = new(new QuorumOptions { Beacon = QuorumRequester.Beacon, EscalationRate = 0, AllowsInsecureTerms = true, EscalationSeats = 51 });
        TestWorld world = new TestWorld(13, strategy).AddHonest(15, 20_000_000);
        List<NodeId> sybils = [];
        for (int i = 0; i < identities; i++)
        {
            sybils.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [world.Engine(bias: 1)], world.ProviderOptions), 100_000_000UL / (ulong)identities));
        }

        long before = (long)sybils.Sum(node => (decimal)world.Worth(node).Units);
        for (int i = 0; i < 60; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
            Assert.All(outcome.Slashed, slashed => Assert.Contains(slashed, sybils));
        }

        // 180 seats at a quarter, each a loss of 3000, but for the 1/64 of committees that are all theirs: 45 ± 29 (five standard deviations), less those.
        long lost = before - (long)sybils.Sum(node => (decimal)world.Worth(node).Units);
        Assert.InRange(lost, 3000 * 12, 3000 * 74);
    }

    private static VerificationOutcome Run(TestWorld world, int index)
    {
        VerificationOutcome outcome = world.Run(_strategy, world.Order(index));
        _ = world.Time.Run(new ValueTask<Receipt?>(outcome.LateSettlement));
        Assert.True(world.Ledger.State.Totals.IsConserved);
        Assert.True(outcome.Receipt is null || _strategy.Check(outcome.Receipt).IsValid);
        return outcome;
    }

    private static void AssertHonestLostNothing(TestWorld world, int honest) =>
        Assert.All(Enumerable.Range(0, honest), i => Assert.True(world.Worth(TestWorld.Key("provider " + i).PublicKey.Id) >= _stake));

    private sealed class CommitmentCopier(ISigner signer, TestWorld world) : LocalProvider(signer, world.Ledger, [world.Engine()], world.ProviderOptions)
    {
        protected override async ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), Options.Time, CancellationToken.None).ConfigureAwait(false);
            Digest seen = Ledger.ReadEntries().Select(entry => entry.Command).OfType<PostClaim>().Last(post => post.Provider != Id).Claim;
            _ = Ledger.Post(Signer.Sign(new ClaimCommitment(envelope.Ledger, envelope.Digest, Id, seen)));
            return default;
        }
    }

    private sealed class TooLateRevealer(ISigner signer, InferenceLedger ledger, IInferenceEngine engine, LocalProviderOptions options) : LocalProvider(signer, ledger, [engine], options)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            _ = Post(envelope, SignClaim(envelope, outputs));
            return default;
        }

        protected override void Reveal(Digest task)
        {
            long wait = Ledger.FindTask(task)!.RevealDeadline - Options.Time.GetUtcNow().ToUnixTimeMilliseconds();
            _ = Options.Time.CreateTimer(_ => base.Reveal(task), null, TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
        }
    }
}
