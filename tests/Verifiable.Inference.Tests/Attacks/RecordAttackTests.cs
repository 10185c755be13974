using System.Collections.Immutable;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Selection;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tensors;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Attacks;

/// <summary>What can be written into terms, claims and receipts.</summary>
public sealed class RecordAttackTests
{
    [Fact]
    public void Evidence_as_large_as_may_be_leaves_every_receipt_readable()
    {
        SamplingStrategy always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        TestWorld world = new();
        for (int i = 0; i < 8; i++)
        {
            // One of them wrong: whatever is voted on, all seats are verbose.
            _ = world.Add(signer => new Verbose(signer, world.Ledger, new SumEngine(bias: i == 0 ? 1 : 0), world.ProviderOptions), i == 0 ? 1_000_000_000UL : TestWorld.StakeOfEach);
        }

        VerificationOutcome outcome = world.Run(always);
        Assert.NotEmpty(outcome.Slashed);
        Assert.True(Canonical.TryRead(outcome.Receipt!.ToBytes(), out Receipt? read), "the ledger settled by a receipt that nobody can read");
        Assert.True(always.Check(read).IsValid);
    }

    [Fact]
    public void A_limit_of_infinity_settles_nothing()
    {
        TestWorld world = new();
        for (int i = 0; i < 8; i++)
        {
            // Friends of the requester: they take any terms.
            _ = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: i)], world.ProviderOptions with { AcceptsTerms = static (_, _) => true }));
        }

        HostileRequester requester = new(world, HostileRequester.UsualTerms with { AuditRate = Probability64.Always, Limit = double.PositiveInfinity });
        int leaf = requester.Draw(HostileRequester.Asserter);
        SeatRecord asserter = requester.Fill(HostileRequester.Asserter, leaf);
        SeatRecord validator = requester.Fill(HostileRequester.Validator, requester.Draw(HostileRequester.Validator, requester.ClaimOf(asserter), leaf));
        Assert.NotEqual(asserter.Claim!.Outputs, validator.Claim!.Outputs);
        Assert.Equal(LedgerRefusal.EvidenceRefused, requester.Settle(asserter, validator).Refusal);
    }

    [Fact]
    public void Terms_that_are_equal_have_one_encoding()
    {
        SamplingTerms zero = HostileRequester.UsualTerms;
        SamplingTerms minusZero = zero with { Limit = -0.0 };
        Assert.Equal(zero, minusZero);
        Assert.True(Canonical.TryRead(zero.ToBytes(), out SamplingTerms? _));
        Assert.False(Canonical.TryRead(minusZero.ToBytes(), out SamplingTerms? _));
    }

    private sealed class Verbose(ISigner signer, InferenceLedger ledger, SumEngine engine, LocalProviderOptions options) : LocalProvider(signer, ledger, [engine], options)
    {
        protected override ValueTask<ReadOnlyMemory<byte>> ClaimAsync(TaskEnvelope envelope, NamedTensors outputs, CancellationToken cancellationToken)
        {
            ImmutableArray<Evidence> noise = [.. Enumerable.Repeat(new Evidence("noise", new OpaqueBytes(new byte[Evidence.MaxBytes])), InferenceClaim.MaxEvidence)];
            SignedClaim claim = SignedClaim.Sign(InferenceClaim.For(envelope, CommittedTensors.Of(outputs), Options.Randomness.NextDigest()) with { Evidence = noise }, Signer);
            _ = Post(envelope, claim);
            return ValueTask.FromResult(Reply(claim, outputs));
        }
    }
}
