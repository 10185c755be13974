using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Comparison;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What providers try, alone, together, or with the requester.</summary>
public sealed class CoalitionAttackTests
{
    private static readonly SamplingStrategy _always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });

    [Fact]
    public void A_provider_that_demands_its_own_claim_does_not_stop_the_settlement()
    {
        TestWorld world = new TestWorld().AddHonest(2);
        _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), 4_000_000);
        List<LedgerRefusal> refusals = [];
        _ = world.Add(signer => new SelfDemander(signer, world.Ledger, world.ProviderOptions, refusals), 4_000_000);
        for (int i = 0; i < 20; i++)
        {
            Assert.NotNull(world.Run(_always, world.Order(i)).Receipt);
        }

        Assert.NotEmpty(refusals);
        Assert.All(refusals.Chunk(3), three => Assert.Equal([LedgerRefusal.UnsignedCommand, LedgerRefusal.RequesterMismatch, LedgerRefusal.InvalidSignature], three));
    }

    [Fact]
    public void A_commitment_to_garbage_that_is_revealed_and_never_delivered_is_not_paid_under_a_tolerance()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1, Comparer = OutputComparers.MaxAbsolute, Limit = 0.001, AllowsInsecureTerms = true });
        TestWorld world = new(strategy: strategy);
        NodeId cheat = world.Add(signer => new GarbageProvider(signer, world.Ledger, world.ProviderOptions, TolerantEngine.Profile), 1_000_000_000);
        for (int i = 0; i < 7; i++)
        {
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new TolerantEngine()], world.ProviderOptions));
        }

        VerificationOutcome outcome = world.Run(strategy, world.Order() with { Profile = TolerantEngine.Profile });
        Assert.Equal(cheat, outcome.Asserter);
        Assert.Equal(Amount.Zero, world.Ledger.BalanceOf(cheat));
        Assert.NotNull(outcome.Output); // the checker's
    }

    [Fact]
    public void Lazy_checkers_find_no_claim_on_the_ledger_to_copy()
    {
        TestWorld world = new();
        _ = world.Add(signer => new GarbageProvider(signer, world.Ledger, world.ProviderOptions, NumericProfile.CanonicalFloat32), 1_000_000_000);
        List<NodeId> copiers = [];
        for (int i = 0; i < 4; i++)
        {
            // Independent, in no ring, no computation: they read the ledger.
            copiers.Add(world.Add(signer => new LedgerCopier(signer, world.Ledger, world.ProviderOptions)));
        }

        for (int i = 0; i < 5; i++)
        {
            Assert.False(world.Run(_always, world.Order(i)).Verdict.IsAccepted);
        }

        Assert.All(copiers, copier => Assert.True(world.Ledger.BalanceOf(copier) == Amount.Zero, "a copy was paid"));
    }

    // Without a beacon the draws are the requester's, and a receipt convinces nobody who doubts it; with one, the salt that was chosen for the checker is of no use.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_asserter_that_knows_the_secret_cannot_choose_its_checker_where_there_is_a_beacon(bool hasBeacon)
    {
        TestWorld world = new();
        HashSet<NodeId> friends = [];
        Func<NodeId, Digest, bool> choice = static (_, _) => true;
        for (int i = 0; i < 2; i++)
        {
            _ = friends.Add(world.Add(signer => new Grinder(signer, world.Ledger, world.ProviderOptions, (id, claim) => choice(id, claim))));
        }

        _ = world.AddHonest(18); // the two friends hold a tenth of the stake
        SamplingTerms terms = HostileRequester.UsualTerms with { AuditRate = Probability64.Always };
        terms = hasBeacon ? terms with { CheckDelay = 5001 } : terms;

        // The requester chooses its secret such that a friend is the asserter, the friend its salt such that the other friend is the validator.
        HostileRequester requester = Enumerable.Range(0, 256).Select(i => new HostileRequester(world, terms, Digest.Of([(byte)i])))
            .First(candidate => friends.Contains(candidate.NodeAt(candidate.Draw(HostileRequester.Asserter))));
        int leaf = requester.Draw(HostileRequester.Asserter);
        choice = (id, claim) => id != requester.NodeAt(leaf) || friends.Contains(requester.NodeAt(requester.Draw(HostileRequester.Validator, claim, leaf)));
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
        Digest ground = requester.ClaimOf(asserter);
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, ground, leaf));
        Assert.Contains(validator.Provider.Id, friends);

        // One of 19 checkers is a friend. By chance more than 60 of 400 draws find it with probability below 10^-12.
        int found = Enumerable.Range(0, 400).Count(i =>
            friends.Contains(requester.NodeAt(requester.Draw(HostileRequester.Validator, AuditDraws.After(ground, Digest.Of(BitConverter.GetBytes(i))), leaf))));
        Assert.InRange(found, 1, 60);
        _ = TestWorld.Beacon.TryGetValue(TestWorld.Beacon.RoundAfter(requester.Request.Deadline + 5001), out Digest beacon);
        LedgerRefusal refusal = requester.Settle(hasBeacon ? beacon : null, null, asserter, validator).Refusal;
        Assert.Equal(hasBeacon ? LedgerRefusal.EvidenceRefused : LedgerRefusal.None, refusal);
    }

    // A ring with a majority of the votes convicts honest checkers; it must not take their stake as well.
    [Fact]
    public void A_cheat_that_a_wrong_vote_acquits_gets_no_bounty()
    {
        TestWorld world = new TestWorld().AddHonest(4);
        HashSet<NodeId> ring = [];
        for (int i = 0; i < 4; i++)
        {
            _ = ring.Add(world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions)));
        }

        int wrong = 0;
        int bounties = 0;
        for (int i = 0; i < 40; i++)
        {
            ulong before = world.Ledger.Sequence;
            VerificationOutcome outcome = world.Run(_always, world.Order(i));
            Settle settlement = Assert.Single(world.Ledger.ReadEntries(before).Select(static entry => entry.Command).OfType<Settle>());
            bool paysBounty = settlement.Transfers.Any(static transfer => transfer.Purpose == TransferPurpose.Bounty);
            Assert.False(paysBounty && outcome.Verdict.Reason == VerdictReason.CheckerMistaken);
            wrong += outcome.Verdict.Reason == VerdictReason.CheckerMistaken && ring.Contains(outcome.Asserter!.Value) ? 1 : 0;
            bounties += paysBounty ? 1 : 0;
        }

        Assert.True(wrong > 0 && bounties > 0, $"{wrong} wrong votes for a cheat, {bounties} bounties: the law was not tried");
    }

    // Measured: what an envelope says is the same whatever the role. (Who watches the ledger may still guess it, where a requester has few tasks open.)
    [Fact]
    public void An_envelope_alone_tells_nothing_about_the_role()
    {
        TestWorld world = new();
        List<(TaskEnvelope Envelope, long Now)> seen = [];
        for (int i = 0; i < 4; i++)
        {
            _ = world.Add(signer => new Recorder(signer, world.Ledger, new SumEngine(), world.ProviderOptions, seen));
            _ = world.Add(signer => new Recorder(signer, world.Ledger, new SumEngine(bias: 1), world.ProviderOptions, seen));
        }

        for (int i = 0; i < 10; i++)
        {
            _ = world.Run(_always, world.Order());
        }

        Assert.True(seen.Count > 30, "few votes");
        Assert.Equal(seen.Count, seen.Select(static task => task.Envelope.Binding).Distinct().Count());
        Assert.Equal(seen.Count, seen.Select(static task => task.Envelope.AuditCommitment).Distinct().Count());
        _ = Assert.Single(seen.Select(task => task.Envelope with
        {
            Provider = default,
            Binding = default,
            AuditCommitment = default,
            Deadline = task.Envelope.Deadline - task.Now,
            OpeningDeadline = task.Envelope.OpeningDeadline - task.Now,
        }).Distinct());
    }

    private sealed class SelfDemander(ISigner signer, InferenceLedger ledger, LocalProviderOptions options, List<LedgerRefusal> refusals)
        : LocalProvider(signer, ledger, [new SumEngine(bias: 1)], options)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            _ = Post(envelope, SignClaim(envelope, outputs));
            refusals.Add(Ledger.Apply(new DemandClaim(envelope.Digest)));
            refusals.Add(Ledger.Demand(Signer.Sign(new ClaimDemand(envelope.Ledger, envelope.Digest, Id))));
            refusals.Add(Ledger.Demand(Signer.Sign(new ClaimDemand(envelope.Ledger, envelope.Digest, envelope.Requester))));
            Reveal(envelope.Digest);
            return default;
        }
    }

    private sealed class LedgerCopier(ISigner signer, InferenceLedger ledger, LocalProviderOptions options)
        : LocalProvider(signer, ledger, [new NoEngine(NumericProfile.CanonicalFloat32)], options)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> AnswerAsync(TaskEnvelope envelope, NamedTensors inputs, CancellationToken cancellationToken)
        {
            SignedClaim? seen = Ledger.State.Tasks.Keys.Select(Ledger.FindRevealed).FirstOrDefault(claim => claim?.Body.WorkId == envelope.Work.Id);
            if (seen is not null)
            {
                _ = Post(envelope, SignedClaim.Sign(InferenceClaim.For(envelope, seen.Body.Outputs, Options.Randomness.NextDigest()), Signer));
            }

            return default;
        }
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

    private sealed class Recorder(
        ISigner signer, InferenceLedger ledger, SumEngine engine, LocalProviderOptions options, List<(TaskEnvelope Envelope, long Now)> seen)
        : LocalProvider(signer, ledger, [engine], options)
    {
        protected override bool IsAcceptable(TaskEnvelope envelope, NamedTensors inputs)
        {
            seen.Add((envelope, Options.Time.GetUtcNow().ToUnixTimeMilliseconds()));
            return base.IsAcceptable(envelope, inputs);
        }
    }
}
