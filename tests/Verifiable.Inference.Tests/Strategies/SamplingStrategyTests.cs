using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

public sealed class SamplingStrategyTests
{
    private static readonly SamplingStrategy _always = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });

    [Fact]
    public void An_honest_network_is_accepted_when_audited_and_undetermined_when_not()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 0.5 });
        int audited = 0;
        for (int i = 0; i < 100; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.Equal(outcome.WasAudited ? VerdictKind.Accepted : VerdictKind.Undetermined, outcome.Verdict.Kind);
            Assert.Empty(outcome.Slashed);
            Assert.Empty(outcome.Incidents);
            Assert.NotNull(outcome.Output);
            audited += outcome.WasAudited ? 1 : 0;
            ReceiptCheck check = strategy.Check(outcome.Receipt!);
            Assert.True(check.IsValid, check.Refuted?.ToString());
        }

        // 100 fair coins: outside [25, 75] with probability below 10^-6.
        Assert.InRange(audited, 25, 75);
    }

    [Fact]
    public void A_cheaper_model_is_convicted_by_the_vote()
    {
        TestWorld world = new TestWorld().AddHonest(8);
        NodeId cheat = world.Add(signer => new LocalProvider(signer, world.Ledger, [new SumEngine(bias: 1)], world.ProviderOptions), stake: 4_000_000);
        int convicted = 0;
        for (int i = 0; i < 50; i++)
        {
            Amount before = world.Worth(cheat);
            VerificationOutcome outcome = world.Run(_always, world.Order(i));
            ReceiptCheck check = _always.Check(outcome.Receipt!);
            Assert.True(check.IsValid, check.Refuted?.ToString());
            Assert.All(outcome.Slashed, slashed => Assert.Equal(cheat, slashed));
            if (outcome.Slashed.Length > 0)
            {
                convicted++;
                Assert.True(world.Worth(cheat) < before);
                Assert.Equal(outcome.Asserter == cheat ? VerdictReason.OutputMismatch : VerdictReason.CheckerMistaken, outcome.Verdict.Reason);
                Assert.NotEqual(cheat, outcome.OutputProvider);
            }
        }

        Assert.True(convicted > 10, convicted.ToString());
    }

    [Fact]
    public void A_receipt_is_read_back_from_its_bytes()
    {
        TestWorld world = new TestWorld().AddHonest(16);
        Receipt receipt = world.Run(_always).Receipt!;
        byte[] bytes = receipt.ToBytes();
        Assert.True(bytes.Length < 2000, $"{bytes.Length} bytes");
        Assert.True(Canonical.TryRead(bytes, out Receipt? read));
        Assert.Equal(receipt, read);
        Assert.True(_always.Check(read).IsValid);
    }

    [Fact]
    public void A_receipt_whose_verdict_holds_no_measure_is_valid_when_read_back()
    {
        // NaN has many bit patterns and one encoding: the verdict that is read is the one that was written.
        TestWorld world = new TestWorld().AddHonest(4);
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1e-9, AllowsInsecureTerms = true });
        Receipt receipt = world.Run(strategy).Receipt!;
        Assert.Equal(VerdictReason.NotAudited, receipt.Verdict.Reason);
        Assert.True(Canonical.TryRead(receipt.ToBytes(), out Receipt? read));
        Assert.True(strategy.Check(read).IsValid);
    }
}
