using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tests.Storage;

namespace Verifiable.Inference.Tests.Settlement;

public sealed class DurableLedgerTests
{
    private static readonly EcdsaP256Signer _operator = EcdsaP256Signer.FromSeed("operator"u8);
    private static readonly EcdsaP256Signer _provider = EcdsaP256Signer.FromSeed("provider"u8);
    private static readonly NodeId _id = _operator.PublicKey.Id;
    private static readonly NodeId _node = _provider.PublicKey.Id;
    private static readonly NodeId _requester = LedgerWorld.Node(1);
    private static readonly Digest _task = LedgerWorld.Task(1);
    private static readonly JournalOptions _options = new() { Identity = _id.Value };

    private readonly LedgerClock _clock = new() { Milliseconds = 10 };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Acceptances_and_postings_outlive_the_process_with_and_without_a_snapshot(bool snapshots)
    {
        FaultyFolder folder = new();
        Signed<TaskAcceptance> acceptance = _provider.Sign(new TaskAcceptance(_id, _task, _node));
        Signed<ClaimCommitment> posting = _provider.Sign(new ClaimCommitment(_id, _task, _node, LedgerWorld.Claim(1)));
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            InferenceLedger ledger = Fund(Open(journal));
            Assert.Equal(LedgerRefusal.None, ledger.Accept(acceptance));
            Assert.Equal(LedgerRefusal.None, ledger.Post(posting));
            if (snapshots)
            {
                ledger.WriteSnapshot();
            }
        }

        using Journal again = Journal.Open(folder, _options).GetJournal();
        InferenceLedger reopened = Open(again, new LedgerOptions { VerifiesSignatures = true });
        Assert.Equal(acceptance, reopened.FindAcceptance(_task));
        Assert.Equal(posting, reopened.FindPosting(_task));
        Assert.Null(reopened.FindRevealed(_task));
        Assert.Null(reopened.FindAcceptance(LedgerWorld.Task(2)));

        // The very same again, by a client that heard nothing, also with new signatures.
        ulong entries = reopened.Sequence;
        Assert.Equal(LedgerRefusal.None, reopened.Accept(acceptance));
        Assert.Equal(LedgerRefusal.None, reopened.Accept(_provider.Sign(acceptance.Body)));
        Assert.Equal(LedgerRefusal.None, reopened.Post(posting));
        Assert.Equal(LedgerRefusal.Equivocation, reopened.Post(_provider.Sign(posting.Body with { Claim = LedgerWorld.Claim(2) })));
        Assert.Equal(entries, reopened.Sequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_payment_under_an_id_is_done_once_however_often_it_is_sent(bool snapshots)
    {
        FaultyFolder folder = new();
        Once pay = new(LedgerWorld.Claim(7), 1000, new Deposit(_requester, new Amount(50)));
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            InferenceLedger ledger = Open(journal);
            Assert.Equal(LedgerRefusal.None, ledger.Apply(pay));
            Assert.Equal(LedgerRefusal.None, ledger.Apply(pay));
            Assert.Equal(LedgerRefusal.CommandIdReused, ledger.Apply(pay with { Command = new Deposit(_requester, new Amount(51)) }));
            Assert.Equal(LedgerRefusal.UnsignedCommand, ledger.Apply(new AcceptTask(_task, _node)));
            if (snapshots)
            {
                ledger.WriteSnapshot();
            }
        }

        using Journal again = Journal.Open(folder, _options).GetJournal();
        InferenceLedger reopened = Open(again);
        Assert.Equal(LedgerRefusal.None, reopened.Apply(pay));
        Assert.Equal(new Amount(50), reopened.BalanceOf(_requester));
        _clock.Milliseconds = 1000;
        Assert.Equal(LedgerRefusal.CommandExpired, reopened.Apply(pay));
        Assert.Equal(new Amount(50), reopened.BalanceOf(_requester));
    }

    [Fact]
    public void A_store_behind_or_beside_a_signed_head_is_refused()
    {
        FaultyFolder folder = new();
        Journal journal = Journal.Open(folder, _options).GetJournal();
        InferenceLedger ledger = Fund(Open(journal));
        FaultyFolder before = folder.Restart(RestartKind.ProcessKilled, new Random(1));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1))));
        Signed<LedgerHead> head = ledger.SignHead();

        Assert.Equal(LedgerOpeningRefusal.BehindKnownHead, Reopen(before, head).Refusal);
        using (Journal other = Journal.Open(before, _options).GetJournal())
        {
            Assert.Equal(LedgerRefusal.None, Open(other).Apply(new Deposit(_requester, new Amount(2))));
        }

        Assert.Equal(LedgerOpeningRefusal.NotOfKnownHead, Reopen(before, head).Refusal);
        Assert.Equal(LedgerOpeningRefusal.InvalidKnownHead, Reopen(before, new Signed<LedgerHead>(head.Body with { Time = 99 }, head.Signer, head.Signature)).Refusal);
        Assert.Equal(LedgerOpeningRefusal.InvalidKnownHead, Reopen(before, _provider.Sign(head.Body)).Refusal);
        Assert.Equal(LedgerOpeningRefusal.None, Reopen(folder.Restart(RestartKind.PowerCut, new Random(1)), head).Refusal);

        // A snapshot does not hide that the head was of another history.
        using (Journal other = Journal.Open(before, _options).GetJournal())
        {
            Open(other).WriteSnapshot();
        }

        Assert.Equal(LedgerOpeningRefusal.NotOfKnownHead, Reopen(before, head).Refusal);
    }

    // The head is older than the newest snapshot, and the records behind that are there: they say whether it was of this history.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_head_from_before_the_newest_snapshot_is_looked_for_in_the_old_records(int more)
    {
        FaultyFolder folder = new();
        Signed<LedgerHead> head;
        Signed<LedgerHead> forked;
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            InferenceLedger ledger = Fund(Open(journal));
            FaultyFolder beside = folder.Restart(RestartKind.ProcessKilled, new Random(1));
            Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1))));
            head = ledger.SignHead();
            using Journal fork = Journal.Open(beside, _options).GetJournal();
            InferenceLedger other = Open(fork);
            Assert.Equal(LedgerRefusal.None, other.Apply(new Deposit(_requester, new Amount(2))));
            forked = other.SignHead();
            Assert.Equal(head.Body.Sequence, forked.Body.Sequence);
            for (int i = 0; i < more; i++)
            {
                Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(3))));
            }

            ledger.WriteSnapshot();
        }

        Assert.Equal(LedgerOpeningRefusal.None, Reopen(folder, head).Refusal);
        Assert.Equal(LedgerOpeningRefusal.NotOfKnownHead, Reopen(folder, forked).Refusal);
    }

    [Fact]
    public void A_store_of_another_ledger_or_with_records_that_no_ledger_wrote_is_refused()
    {
        using MemoryRecordStore foreign = new(_node.Value);
        Assert.Equal(LedgerOpeningRefusal.WrongLedger, InferenceLedger.Open(foreign, _operator, SignatureSchemes.Default, _clock).Refusal);
        Assert.Throws<ArgumentException>(() => InferenceLedger.Open(
            Journal.Open(new FaultyFolder(), _options with { MaxRecordBytes = 4096 }).GetJournal(), _operator, SignatureSchemes.Default, _clock));

        foreach ((Action<RecordStore, LedgerEntry> spoil, LedgerReplayFault fault) in Spoils())
        {
            using MemoryRecordStore store = new(_id.Value);
            InferenceLedger ledger = Fund(Open(store));
            spoil(store, ledger.ReadEntries()[^1]);
            LedgerOpening opening = InferenceLedger.Open(store, _operator, SignatureSchemes.Default, _clock, new LedgerOptions { VerifiesSignatures = true });
            Assert.Equal((LedgerOpeningRefusal.BadRecord, fault, 5UL), (opening.Refusal, opening.Fault, opening.BadRecord!.Value));
            Assert.Throws<StoreException>(opening.GetLedger);
        }
    }

    [Fact]
    public void Two_state_machines_over_one_store_have_a_group_of_records_together_or_not_at_all()
    {
        for (int at = 0; at < 8; at++)
        {
            FaultyFolder folder = new() { Fault = FaultKind.KillMidway };
            try
            {
                using Journal journal = Journal.Open(folder, _options).GetJournal();
                InferenceLedger ledger = Fund(Open(journal));
                folder.FailAt = folder.Operations + at;
                for (int i = 0; i < 3; i++)
                {
                    using (RecordGroup group = journal.BeginGroup())
                    {
                        _ = journal.Append(2, [(byte)i]);
                        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(LedgerWorld.Node(5), new Amount(1))));
                        Assert.Equal(new Amount((ulong)i + 1), ledger.BalanceOf(LedgerWorld.Node(5)));
                        Assert.Throws<InvalidOperationException>(() => ledger.SignHead());
                        Assert.Throws<InvalidOperationException>(ledger.WriteSnapshot);
                        group.Complete();
                    }

                    journal.Commit(journal.Tip.Sequence);
                }
            }
            catch (IOException)
            {
            }

            using Journal again = Journal.Open(folder.Restart(RestartKind.PowerCut, new Random(at)), _options).GetJournal();
            Assert.Equal((ulong)again.Read().Count(record => record.Stream == 2), Open(again).BalanceOf(LedgerWorld.Node(5)).Units);
        }
    }

    [Fact]
    public void Stake_is_unbonded_after_a_while_and_can_be_put_at_risk_until_it_is_collected()
    {
        using MemoryRecordStore store = new(_id.Value);
        InferenceLedger ledger = Fund(Open(store));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Unbond(_node, new Amount(90))));
        Assert.Equal(10UL, ledger.Stakes.Total);
        Assert.Equal(LedgerRefusal.UnbondingNotOver, ledger.Apply(new CollectStake(_node)));
        Assert.Equal(LedgerRefusal.None, ledger.Accept(_provider.Sign(new TaskAcceptance(_id, _task, _node))));
        Assert.Equal(new LedgerAccount(default, default, new Amount(30)) { Unbonding = new Amount(70), UnbondedAt = 10 + LedgerState.UnbondingMilliseconds }, ledger.State.GetAccount(_node));
        _clock.Milliseconds = 9 + LedgerState.UnbondingMilliseconds;
        Assert.Equal(LedgerRefusal.UnbondingNotOver, ledger.Apply(new CollectStake(_node)));
        _clock.Milliseconds++;
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new CollectStake(_node)));
        Assert.Equal(new LedgerAccount(new Amount(70), default, new Amount(30)), ledger.State.GetAccount(_node));
    }

    [Fact]
    public void A_closed_task_goes_when_its_id_can_no_longer_be_used_and_its_papers_with_it()
    {
        using MemoryRecordStore store = new(_id.Value);
        InferenceLedger ledger = Fund(Open(store));
        Assert.Equal(LedgerRefusal.None, ledger.Accept(_provider.Sign(new TaskAcceptance(_id, _task, _node))));
        _clock.Milliseconds = 200;
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new ExpireSilence(_task)));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new ExpireSilence(_task)));
        _clock.Milliseconds = 199 + TaskRecord.RetentionMilliseconds;
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1))));
        Assert.NotNull(ledger.FindAcceptance(_task));
        _clock.Milliseconds++;
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1))));
        Assert.Null(ledger.FindTask(_task));
        Assert.Null(ledger.FindAcceptance(_task));
        Assert.Equal(LedgerRefusal.InvalidDeadlines, ledger.Append(LedgerWorld.Open(_task, _requester, _node, 50, 20, 30, 100, 200), null));
    }

    private static IEnumerable<(Action<RecordStore, LedgerEntry> Spoil, LedgerReplayFault Fault)> Spoils()
    {
        yield return ((store, _) => store.Append(InferenceLedger.Stream, "nonsense"u8), LedgerReplayFault.None);
        yield return ((store, last) => Append(store, last), LedgerReplayFault.WrongSequence);
        yield return ((store, last) => Append(store, last with { Sequence = 5 }), LedgerReplayFault.WrongHash);
        yield return ((store, last) => Append(store, Next(last, new AcceptTask(_task, _node))), LedgerReplayFault.WrongAuthorization);
        yield return ((store, last) => Append(store, Next(last, new Withdraw(_requester, new Amount(5000)))), LedgerReplayFault.CommandRefused);
    }

    private static LedgerEntry Next(LedgerEntry last, LedgerCommand command) =>
        new(last.Sequence + 1, last.Time, command, null, LedgerChain.Next(last.Hash, last.Sequence + 1, last.Time, command));

    private static void Append(RecordStore store, LedgerEntry entry) => store.Append(InferenceLedger.Stream, new LedgerRecord(entry, null, null).ToBytes());

    private LedgerOpening Reopen(FaultyFolder folder, Signed<LedgerHead> head)
    {
        using Journal journal = Journal.Open(folder, _options).GetJournal();
        return InferenceLedger.Open(journal, _operator, SignatureSchemes.Default, _clock, new LedgerOptions { KnownHead = head });
    }

    private InferenceLedger Open(RecordStore store, LedgerOptions? options = null) =>
        InferenceLedger.Open(store, _operator, SignatureSchemes.Default, _clock, options).GetLedger();

    [Fact]
    public void A_signer_that_throws_closes_the_ledger_and_leaves_nothing_half_done()
    {
        using MemoryRecordStore store = new(_id.Value);
        LedgerKeeper keeper = new(_id, store);
        Assert.Equal(LedgerRefusal.None, keeper.Append(new Deposit(_requester, new Amount(1)), null, 1));
        Assert.Throws<TimeoutException>(() => keeper.Append(new Deposit(_requester, new Amount(1)), null, 2, sign: static (_, _) => throw new TimeoutException()));
        Assert.Equal(LedgerRefusal.StoreFailed, keeper.Append(new Deposit(_requester, new Amount(1)), null, 3));
        Assert.Throws<StoreException>(() => keeper.AwaitShown(keeper.LastRecord));
        InferenceLedger again = Open(store);
        Assert.Equal((1UL, new Amount(1)), (again.Sequence, again.BalanceOf(_requester)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_ledger_did_in_a_group_that_an_exception_ended_is_neither_shown_nor_kept(bool inMemory)
    {
        FaultyFolder folder = new();
        RecordStore store = inMemory ? new MemoryRecordStore(_id.Value) : Journal.Open(folder, _options).GetJournal();
        InferenceLedger ledger = Fund(Open(store));
        Assert.Throws<TimeoutException>(Leave);
        Assert.Throws<StoreException>(() => ledger.BalanceOf(_requester));
        Assert.Throws<StoreException>(() => ledger.SignHead());
        Assert.Equal(LedgerRefusal.StoreFailed, ledger.Apply(new Deposit(_requester, new Amount(1))));
        if (!inMemory)
        {
            store.Dispose();
            store = Journal.Open(folder, _options).GetJournal();
        }

        // In memory nothing is closed for readers of another ledger over the same store.
        Assert.Equal(new Amount(950), Open(store).BalanceOf(_requester));
        store.Dispose();

        void Leave()
        {
            using RecordGroup group = store.BeginGroup();
            Assert.Equal(LedgerRefusal.None, ledger.Apply(new Withdraw(_requester, new Amount(900))));
            throw new TimeoutException();
        }
    }

    [Fact]
    public void Entries_are_read_from_a_number_on_among_the_records_of_others_and_after_a_snapshot()
    {
        FaultyFolder folder = new();
        using (Journal journal = Journal.Open(folder, _options).GetJournal())
        {
            InferenceLedger ledger = Open(journal);
            for (int i = 0; i < 2000; i++)
            {
                _ = i % 3 == 0 ? journal.Append(2, [1]) : 0;
                Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1))));
                if (i == 1000)
                {
                    ledger.WriteSnapshot();
                }
            }

            Check(ledger);
        }

        using Journal again = Journal.Open(folder, _options).GetJournal();
        Check(Open(again));

        static void Check(InferenceLedger ledger)
        {
            LedgerEntry[] all = [.. ledger.ReadEntries()];
            Assert.Equal(2000, all.Length);
            foreach (int after in new[] { 1, 255, 256, 257, 1000, 1001, 1002, 1535, 1536, 1999, 2000, 2001 })
            {
                Assert.Equal(all.Skip(after), ledger.ReadEntries((ulong)after));
            }
        }
    }

    private static InferenceLedger Fund(InferenceLedger ledger)
    {
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_requester, new Amount(1000))));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Deposit(_node, new Amount(100))));
        Assert.Equal(LedgerRefusal.None, ledger.Apply(new Bond(_node, new Amount(100))));
        Assert.Equal(LedgerRefusal.None, ledger.Append(LedgerWorld.Open(_task, _requester, _node, 50, 20, 30, 100, 200), null));
        return ledger;
    }
}
