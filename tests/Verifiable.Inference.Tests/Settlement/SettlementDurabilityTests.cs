using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Strategies.Sampling;
using Verifiable.Inference.Tests.Storage;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Settlement;

/// <summary>A request that was run beside a ledger in memory, settled again on a journal that is stopped in between.</summary>
public sealed class SettlementDurabilityTests
{
    private readonly SamplingStrategy _strategy = new(new SamplingOptions { Beacon = TestWorld.Beacon, AuditRate = 0.5 });
    private readonly TestWorld _world;
    private readonly ReceiptCase _case;
    private readonly LedgerEntry[] _entries;
    private readonly LedgerClock _clock = new();

    public SettlementDurabilityTests()
    {
        _world = new TestWorld(5, _strategy).AddHonest(5);
        _case = _world.Run(_strategy).Receipt!.Case;
        _entries = [.. _world.Ledger.ReadEntries()];
    }

    // Whoever has the answer may show it to others: it must not be lost, also where nothing else waits for the disk.
    [Theory]
    [InlineData(FsyncPolicy.EachCommit)]
    [InlineData(FsyncPolicy.Interval)]
    [InlineData(FsyncPolicy.Never)]
    public void An_answered_settlement_and_its_head_outlive_a_power_cut_under_every_policy(FsyncPolicy policy)
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, Options(policy)).GetJournal();
        InferenceLedger ledger = Open(journal);
        Do(ledger, 0, Array.FindIndex(_entries, static entry => entry.Command is Settle));
        SettlementResult result = ledger.Settle(_case);
        Assert.Equal(LedgerRefusal.None, result.Refusal);
        for (int seed = 0; seed < 20; seed++)
        {
            using Journal again = Journal.Open(folder.Restart(RestartKind.PowerCut, new Random(seed)), Options(policy)).GetJournal();
            InferenceLedger reopened = Open(again, new LedgerOptions { KnownHead = result.Head });
            Assert.Equal(result, reopened.Settle(_case));
        }
    }

    // Which heads are fresh is known from the entries of some minutes; a snapshot must not forget them, or evidence that was made before a restart is refused after it.
    [Fact]
    public void Evidence_that_was_begun_before_a_restart_from_a_snapshot_settles_after_it()
    {
        FaultyFolder folder = new();
        int first = Array.FindIndex(_entries, static entry => entry.Command is OpenTask);
        using (Journal journal = Journal.Open(folder, Options(FsyncPolicy.EachCommit)).GetJournal())
        {
            InferenceLedger ledger = Open(journal);
            Do(ledger, 0, first);
            ledger.WriteSnapshot();
        }

        using Journal again = Journal.Open(folder, Options(FsyncPolicy.EachCommit)).GetJournal();
        InferenceLedger reopened = Open(again);
        Do(reopened, first, Array.FindIndex(_entries, static entry => entry.Command is Settle));
        Assert.Equal(LedgerRefusal.None, reopened.Settle(_case).Refusal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(258)]
    [InlineData(513)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(4353)]
    public void An_entry_that_does_not_follow_from_the_one_before_is_named_wherever_it_stands(int bad)
    {
        NodeId id = TestWorld.Key("operator").PublicKey.Id;
        using MemoryRecordStore store = new(id.Value);
        Digest hash = LedgerChain.Genesis(id);
        for (int i = 1; i <= bad + 3; i++)
        {
            Deposit deposit = new(LedgerWorld.Node(i % 7), new Amount(1));

            // From there on the chain goes on from another hash, as if an entry had been changed.
            hash = LedgerChain.Next(i == bad ? Digest.Of([1]) : hash, (ulong)i, i, deposit);
            _ = store.Append(InferenceLedger.Stream, new LedgerRecord(new LedgerEntry((ulong)i, i, deposit, null, hash), null, null).ToBytes());
        }

        LedgerOpening opening = InferenceLedger.Open(store, TestWorld.Key("operator"), SignatureSchemes.Default, _clock);
        Assert.Equal((LedgerOpeningRefusal.BadRecord, LedgerReplayFault.WrongHash, (ulong)bad), (opening.Refusal, opening.Fault, opening.BadRecord!.Value));
    }

    private JournalOptions Options(FsyncPolicy policy) => new() { Identity = _world.Ledger.Id.Value, Fsync = policy, FsyncInterval = TimeSpan.FromHours(1) };

    private InferenceLedger Open(Journal journal, LedgerOptions? options = null) =>
        InferenceLedger.Open(journal, TestWorld.Key("operator"), SignatureSchemes.Default, _clock, options, _strategy).GetLedger();

    private void Do(InferenceLedger ledger, int from, int to)
    {
        foreach (LedgerEntry entry in _entries[from..to])
        {
            _clock.Milliseconds = entry.Time;
            Assert.Equal(LedgerRefusal.None, ledger.Append(entry.Command, entry.Authorization));
        }
    }
}
