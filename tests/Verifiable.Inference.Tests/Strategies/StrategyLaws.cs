using System.Collections.Concurrent;
using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Providers;
using Verifiable.Inference.Providers.Misbehavior;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Strategies;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>Laws of every strategy in <see cref="StrategyRegistry"/>.</summary>
public sealed class StrategyLaws
{
    // Receipts of runs in which everything happens: a cheat, a silent provider, an equivocator, one that withholds.
    private static readonly ConcurrentDictionary<(string Name, bool Audits), (TestWorld World, Receipt[] Receipts)> _played = new();

    public static TheoryData<string, bool> All => StrategyRegistry.All;

    [Fact]
    public void The_default_verdict_is_no_conclusion()
    {
        Verdict verdict = default;
        Assert.Equal((VerdictKind.Undetermined, VerdictReason.None, false), (verdict.Kind, verdict.Reason, verdict.IsAccepted));
        Assert.False(new ReceiptCheck([]).IsValid);
        Assert.False(new ReceiptCheck([new ReceiptField("x", default, "")]).IsValid);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_honest_network_is_never_rejected_and_nobody_in_it_loses(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(6);
        NodeId[] providers = [.. world.Network.Reachable];
        for (int i = 0; i < 8; i++)
        {
            Dictionary<NodeId, Amount> before = providers.ToDictionary(node => node, world.Worth);
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.NotEqual(VerdictKind.Rejected, outcome.Verdict.Kind);
            Assert.NotEqual(VerdictReason.None, outcome.Verdict.Reason);
            Assert.NotNull(outcome.Output);
            Assert.Empty(outcome.Slashed);
            Assert.Empty(outcome.Incidents);
            Assert.All(providers, node => Assert.True(world.Worth(node) >= before[node]));
            ReceiptCheck check = strategy.Check(outcome.Receipt!);
            Assert.True(check.IsValid, check.Refuted?.ToString());
            Assert.Null(check.Refuted);
            Assert.All(check.Fields, field => Assert.NotEqual(ReceiptFieldStatus.Unchecked, field.Status));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Receipts_of_all_that_can_happen_are_valid_and_round_trip(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        foreach (Receipt receipt in Receipts(name, audits))
        {
            byte[] bytes = receipt.ToBytes();
            Assert.True(Canonical.TryRead(bytes, out Receipt? read));
            Assert.Equal(receipt, read);
            Assert.Equal(bytes, read.ToBytes());
            Assert.Equal(receipt.BodyDigest, read.BodyDigest);
            ReceiptCheck check = strategy.Check(read);
            Assert.True(check.IsValid, check.Refuted?.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_flipped_bit_is_never_a_valid_receipt_with_another_body(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        Receipt[] receipts = [.. Receipts(name, audits).OrderBy(candidate => candidate.Case.Record.Length)];
        FlipBits(strategy, receipts[0]);
        FlipBits(strategy, receipts[^1]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_cut_and_every_tail_is_refused(string name, bool audits)
    {
        byte[] bytes = Receipts(name, audits)[0].ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.False(Canonical.TryRead(bytes.AsSpan(0, length), out Receipt? _));
        }

        for (int tail = 0; tail < 256; tail++)
        {
            Assert.False(Canonical.TryRead([.. bytes, (byte)tail], out Receipt? _));
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_receipt_does_not_fit_another_request(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        Receipt[] receipts = Receipts(name, audits);
        foreach (Receipt receipt in receipts)
        {
            foreach (Receipt other in receipts.Where(candidate => candidate != receipt).Take(3))
            {
                ReceiptCase mine = receipt.Case;
                ReceiptCase its = other.Case;
                ReceiptCase mixed = mine with { Request = its.Request, Signatures = [its.Signatures[0], .. mine.Signatures[1..]] };
                ReceiptCase opened = mixed with { OpeningHead = its.OpeningHead, Signatures = [.. its.Signatures[..2], .. mine.Signatures[2..]] };
                ReceiptCase grafted = mine with { Record = its.Record, Signatures = [.. mine.Signatures[..2], .. its.Signatures[2..]] };
                Assert.All([its, mixed, opened, grafted], evidence => Assert.False(strategy.Check(receipt with { Case = evidence }).IsValid));
                Assert.False(strategy.Check(receipt with { Case = its, Verdict = other.Verdict }).IsValid);
                Assert.False(strategy.Check(receipt with { ClosingHead = other.ClosingHead, ClosingSignature = other.ClosingSignature }).IsValid);
                Assert.False(strategy.Check(receipt with { HashBeforeSettlement = other.HashBeforeSettlement }).IsValid);
            }
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Money_is_conserved_and_the_ledger_replays_whatever_providers_do(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        TestWorld world = HostileProviders.Populate(new TestWorld(5, strategy));
        for (int i = 0; i < 12; i++)
        {
            VerificationOutcome outcome = world.Run(strategy, world.Order(i));
            Assert.True(Enum.IsDefined(outcome.Verdict.Reason));
            Assert.True(world.Ledger.State.Totals.IsConserved);
            Assert.True(outcome.Output is null == (outcome.OutputProvider is null));
        }

        LedgerReplayResult replay = LedgerReplay.Verify(world.Ledger.Id, world.Ledger.ReadEntries(), SignatureSchemes.Default);
        Assert.Equal((LedgerReplayFault.None, world.Ledger.Sequence, world.Ledger.SignHead().Body.Hash), (replay.Fault, replay.Sequence, replay.Hash));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_same_seed_gives_the_same_receipt_bodies(string name, bool audits)
    {
        Assert.Equal(Bodies(), Bodies());

        Digest[] Bodies() => [.. Run(name, audits, count: 5).Receipts.Select(receipt => receipt.BodyDigest)];
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Another_strategy_s_receipt_is_refused_by_name(string name, bool audits)
    {
        Receipt receipt = Receipts(name, audits)[0];
        ReceiptCheck check = StrategyRegistry.Get(name).Create(audits).Check(receipt with { Case = receipt.Case with { Request = receipt.Request with { Strategy = "another/v1" } } });
        Assert.Equal("strategy", check.Refuted?.Name);
        Assert.False(check.IsValid);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Cancellation_passes_through_at_every_wait(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        using CancellationTokenSource already = new();
        already.Cancel();
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(3);
        Assert.ThrowsAny<OperationCanceledException>(() => world.Time.Run(strategy.RunAsync(world.Order(), world.Network, already.Token)));
        Assert.Equal(Amount.Zero, world.Ledger.State.Totals.Escrows);

        // Providers that never answer: the wait for the first of them is ended.
        TestWorld slow = new(strategy: strategy);
        for (int i = 0; i < 3; i++)
        {
            _ = slow.Add(signer => new SilentProvider(signer, slow.Ledger, slow.Engine(), slow.ProviderOptions));
        }

        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(2), slow.Time);
        Assert.ThrowsAny<OperationCanceledException>(() => slow.Time.Run(strategy.RunAsync(slow.Order(), slow.Network, soon.Token)));
        Assert.True(slow.Ledger.State.Totals.IsConserved);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Missing_arguments_throw(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        TestWorld world = new TestWorld(strategy: strategy).AddHonest();
        Assert.Throws<ArgumentNullException>("order", () => world.Time.Run(strategy.RunAsync(null!, world.Network)));
        Assert.Throws<ArgumentNullException>("network", () => world.Time.Run(strategy.RunAsync(world.Order(), null!)));
        Assert.Throws<ArgumentNullException>("receipt", () => strategy.Check(null!));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_requester_without_money_and_a_ledger_without_stake_or_without_the_judge_are_the_caller_s_mistakes(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        TestWorld nobody = new(strategy: strategy);
        Assert.Throws<InvalidOperationException>(() => nobody.Run(strategy));
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(3);
        Assert.Throws<InvalidOperationException>(() => world.Run(strategy, world.Order() with { Requester = TestWorld.Key("a pauper") }));
        InferenceLedger without = new(TestWorld.Key("operator"), SignatureSchemes.Default, world.Time);
        Assert.Throws<InvalidOperationException>(() => world.Time.Run(strategy.RunAsync(world.Order(), new InferenceNetwork(without, [], world.Time))));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_assessment_says_something_of_everything(string name, bool audits)
    {
        StrategyAssessment assessment = StrategyRegistry.Get(name).Create(audits).Assess();
        Assert.Equal(assessment.HonestPayoff - assessment.DishonestPayoff, assessment.Margin);
        Assert.InRange(assessment.DetectionProbability, 0, 1);
        Assert.True(assessment.ExpectedCost >= 1);
        Assert.True(assessment.WorstLatency > TimeSpan.Zero);
        Assert.NotEmpty(assessment.Assumptions);
        Assert.True(assessment.IsHonestySecure || !assessment.Shortcomings.IsEmpty);
    }

    internal static Receipt[] Receipts(string name, bool audits) => Played(name, audits).Receipts;

    /// <summary>Runs a dozen requests among hostile providers, once: the ledger that they ended on, and their receipts.</summary>
    internal static (TestWorld World, Receipt[] Receipts) Played(string name, bool audits) => _played.GetOrAdd((name, audits), static key => Run(key.Name, key.Audits, count: 12));

    private static (TestWorld World, Receipt[] Receipts) Run(string name, bool audits, int count)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        TestWorld world = HostileProviders.Populate(new TestWorld(3, strategy));
        return (world, [.. Enumerable.Range(0, count).Select(i => world.Run(strategy, world.Order(i)).Receipt).OfType<Receipt>()]);
    }

    // One bit of every byte, at every place in the byte in turn; VERIFIABLE_ALL_BITS=1 flips all.
    private static void FlipBits(VerificationStrategy strategy, Receipt receipt)
    {
        byte[] bytes = receipt.ToBytes();
        SignatureSchemes schemes = SignatureSchemes.Default.Remembering(1 << 10);
        bool all = Environment.GetEnvironmentVariable("VERIFIABLE_ALL_BITS") == "1";
        Parallel.For(0, bytes.Length, position =>
        {
            byte[] flipped = [.. bytes];
            for (int bit = 0; bit < (all ? 8 : 1); bit++)
            {
                int place = (bit + (position * 5)) % 8;
                flipped[position] = (byte)(bytes[position] ^ (1 << place));
                bool valid = Canonical.TryRead(flipped, out Receipt? read) && strategy.Check(read, schemes).IsValid;
                Assert.False(valid, $"byte {position}, bit {place} of {bytes.Length} bytes");
            }
        });
    }
}
