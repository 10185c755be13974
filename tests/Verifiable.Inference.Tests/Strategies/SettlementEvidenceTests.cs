using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Simulation;
using Verifiable.Inference.Strategies;
using Verifiable.Inference.Strategies.Sampling;

namespace Verifiable.Inference.Tests.Strategies;

/// <summary>The requester submits tampered evidence to the ledger: it moves no money, or none that an honest provider loses.</summary>
public sealed class SettlementEvidenceTests
{
    private static readonly NodeId[] _honest = [.. ReceiptForge.Providers.Take(HostileProviders.Honest).Select(key => key.PublicKey.Id)];

    public static TheoryData<string> Tampers => [.. EvidenceTampers.All.Keys];

    [Theory]
    [MemberData(nameof(Tampers))]
    public void Tampered_evidence_moves_no_money_unless_it_concludes_and_then_nobody_honest_loses(string name)
    {
        EvidenceTamper tamper = EvidenceTampers.All[name];
        InferenceLedger ledger = LedgerBefore(tamper.Base).Ledger;
        LedgerState before = ledger.State;
        SettlementResult result = ledger.Settle(tamper.Change(tamper.Base.Receipt.Case));
        Assert.Equal(tamper.Refusal, result.Refusal);
        if (tamper.Refusal == LedgerRefusal.None)
        {
            AssertNobodyHonestLost(ledger, before);
            return;
        }

        Assert.Same(before, ledger.State);
        Assert.Null(result.Head);
        AssertSettlesAsBefore(ledger, tamper.Base.Receipt);
    }

    [Fact]
    public void Evidence_settles_once()
    {
        foreach (EvidenceBase run in EvidenceBase.All)
        {
            InferenceLedger ledger = LedgerBefore(run).Ledger;
            AssertSettlesAsBefore(ledger, run.Receipt);
            LedgerState settled = ledger.State;
            ulong entries = ledger.Sequence;
            SettlementResult again = ledger.Settle(run.Receipt.Case);
            Assert.Equal(LedgerRefusal.None, again.Refusal);
            Assert.Equal((entries, again.HashBefore), (again.Head!.Body.Sequence, ledger.ReadEntries(entries - 2)[0].Hash));
            Assert.Equal(again, ledger.Settle(run.Receipt.Case));
            Assert.Equal(entries, ledger.Sequence);
            Assert.Same(settled, ledger.State);
        }
    }

    [Theory]
    [MemberData(nameof(StrategyLaws.All), MemberType = typeof(StrategyLaws))]
    public void Evidence_of_any_strategy_with_another_bit_costs_no_honest_provider_anything(string name, bool audits)
    {
        VerificationStrategy strategy = StrategyRegistry.Get(name).Create(audits);
        (TestWorld world, Receipt[] receipts) = StrategyLaws.Played(name, audits);
        Receipt receipt = receipts.MaxBy(candidate => candidate.Case.Record.Length)!;
        InferenceLedger ledger = ReceiptForge.LedgerBefore(world, strategy, receipt.ClosingHead.Sequence).Ledger;
        LedgerState before = ledger.State;
        byte[] record = receipt.Case.Record.Span.ToArray();
        for (int i = 0; i < record.Length; i++)
        {
            byte flip = (byte)(1 << (i * 5 % 8));
            record[i] ^= flip;
            SettlementResult result = ledger.Settle(receipt.Case with { Record = new OpaqueBytes(record) });
            record[i] ^= flip;
            if (result.Refusal == LedgerRefusal.None)
            {
                AssertNobodyHonestLost(ledger, before);
                ledger = ReceiptForge.LedgerBefore(world, strategy, receipt.ClosingHead.Sequence).Ledger;
                before = ledger.State;
            }

            Assert.Same(before, ledger.State);
        }

        AssertSettlesAsBefore(ledger, receipt);
    }

    [Fact]
    public void Evidence_of_another_ledger_is_refused()
    {
        EvidenceBase run = EvidenceBase.Accepted;
        ReceiptCase evidence = run.Receipt.Case;
        NodeId elsewhere = TestWorld.Key("another operator").PublicKey.Id;
        InferenceLedger ledger = LedgerBefore(run).Ledger;
        LedgerState before = ledger.State;
        Assert.Equal(LedgerRefusal.EvidenceOfAnotherLedger, ledger.Settle(ReceiptForge.Resign(evidence with { Request = evidence.Request with { Ledger = elsewhere } })).Refusal);
        Assert.Equal(LedgerRefusal.EvidenceOfAnotherLedger, ledger.Settle(evidence with { OpeningHead = evidence.OpeningHead with { Ledger = elsewhere } }).Refusal);
        Assert.Same(before, ledger.State);

        // The same operator's ledger, before it came to the opening head.
        InferenceLedger younger = ReceiptForge.LedgerBefore(run.World, run.Strategy, evidence.OpeningHead.Sequence).Ledger;
        Assert.Equal(LedgerRefusal.EvidenceOfAnotherLedger, younger.Settle(evidence).Refusal);
    }

    [Fact]
    public void Evidence_with_an_old_head_is_refused()
    {
        SamplingStrategy strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 1 });
        TestWorld world = new TestWorld(strategy: strategy).AddHonest(4);
        Signed<LedgerHead> old = world.Ledger.SignHead();
        Assert.Equal(LedgerRefusal.None, world.Ledger.Apply(new Deposit(_honest[0], new Amount(1))));
        world.Time.Advance(TimeSpan.FromMilliseconds(InferenceLedger.MaxHeadAgeMilliseconds));
        Assert.Equal(LedgerRefusal.None, Settle(world.Run(strategy).Receipt!).Refusal);
        world.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(LedgerRefusal.EvidenceStale, Settle(world.Run(strategy).Receipt!).Refusal);

        // The head shows the very stakes of the request, and is signed.
        SettlementResult Settle(Receipt receipt) => ReceiptForge.LedgerBefore(world, strategy, receipt.ClosingHead.Sequence).Ledger
            .Settle(receipt.Case with { OpeningHead = old.Body, Signatures = receipt.Case.Signatures.SetItem(1, old.Signature) });
    }

    [Fact]
    public void Evidence_without_a_judge_of_its_strategy_is_refused()
    {
        EvidenceBase run = EvidenceBase.Accepted;
        InferenceLedger ledger = ReceiptForge.LedgerBefore(run.World, StrategyRegistry.Get("toy-twice").Create(true), run.Receipt.ClosingHead.Sequence).Ledger;
        LedgerState before = ledger.State;
        Assert.Equal(LedgerRefusal.EvidenceRefused, ledger.Settle(run.Receipt.Case).Refusal);
        Assert.Same(before, ledger.State);
        Assert.Equal(LedgerRefusal.UnsignedCommand, ledger.Apply(new Settle([new TaskSettlement(default, SettlementCause.Served, default)], [])));
    }

    [Fact]
    public void A_hidden_vote_is_paid_after_the_opening_deadline()
    {
        EvidenceTamper tamper = EvidenceTampers.All["hidden votes"];
        (InferenceLedger ledger, VirtualTime time) = LedgerBefore(tamper.Base);
        LedgerState before = ledger.State;
        Assert.Equal(LedgerRefusal.None, ledger.Settle(tamper.Change(tamper.Base.Receipt.Case)).Refusal);
        TaskRecord[] left = [.. ledger.State.Tasks.Values.Where(task => !task.IsClosed && task.State == TaskState.Claimed && !task.IsUnrevealed)];
        Assert.NotEmpty(left);
        time.Advance(TimeSpan.FromHours(1));
        Assert.All(left, task => Assert.Equal(LedgerRefusal.None, ledger.Apply(new ForfeitOpening(task.Task))));
        Assert.All(left, task => Assert.True(Worth(ledger.State, task.Provider) >= Worth(before, task.Provider) + task.Reward));
        AssertNobodyHonestLost(ledger, before);
    }

    private static (InferenceLedger Ledger, VirtualTime Time) LedgerBefore(EvidenceBase run) =>
        ReceiptForge.LedgerBefore(run.World, run.Strategy, run.Receipt.ClosingHead.Sequence);

    private static void AssertSettlesAsBefore(InferenceLedger ledger, Receipt receipt)
    {
        SettlementResult result = ledger.Settle(receipt.Case);
        Assert.Equal((LedgerRefusal.None, receipt.HashBeforeSettlement), (result.Refusal, result.HashBefore));
        Assert.Equal(receipt.ClosingHead, result.Head!.Body);
    }

    private static void AssertNobodyHonestLost(InferenceLedger ledger, LedgerState before)
    {
        Assert.True(ledger.State.Totals.IsConserved);
        Assert.All(_honest, node => Assert.True(Worth(ledger.State, node) >= Worth(before, node)));
    }

    private static Amount Worth(LedgerState state, NodeId node) => state.GetAccount(node).Balance + state.GetAccount(node).Stake;
}
