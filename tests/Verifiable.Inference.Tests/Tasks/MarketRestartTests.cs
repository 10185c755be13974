using Verifiable.Inference.Claims;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Identity;
using Verifiable.Inference.Settlement;
using Verifiable.Inference.Storage;
using Verifiable.Inference.Tasks;
using Verifiable.Inference.Tests.Settlement;
using Verifiable.Inference.Tests.Strategies;

namespace Verifiable.Inference.Tests.Tasks;

/// <summary>What a market finds when it is opened again: after a crash at any record, from a snapshot, from what somebody else wrote.</summary>
public sealed class MarketRestartTests
{
    [Fact]
    public void Entries_say_all_and_a_market_opens_from_them()
    {
        MarketWorld market = MarketWorld.Played();
        TaskMarket opened = new(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, market.World.Ledger.Store);
        MarketLaws.AssertSame(market.Market.State, opened.State);
    }

    // Ledger and market write to one store, in one order. Cut it after any record, open both, and whatever the market says of money the ledger shows; what the ledger shows the market learns.
    [Fact]
    public void After_a_crash_at_any_record_market_and_ledger_agree()
    {
        MarketWorld market = MarketWorld.Played();
        RecordStore whole = market.World.Ledger.Store;
        (byte Stream, byte[] Content)[] records = [.. whole.Read().Select(record => (record.Stream, record.Content.ToArray()))];
        Assert.True(records.Length > 40);
        HashSet<MarketTaskState> seen = [];
        for (int kept = 0; kept <= records.Length; kept++)
        {
            using MemoryRecordStore cut = new(whole.Identity);
            foreach ((byte stream, byte[] content) in records.Take(kept))
            {
                _ = cut.Append(stream, content);
            }

            InferenceLedger ledger = InferenceLedger.Open(cut, TestWorld.Key("operator"), SignatureSchemes.Default, market.World.Time, options: null, MarketWorld.Strategy).GetLedger();
            TaskMarket opened = new(ledger, market.World.Time, MarketWorld.DrawKey, cut);
            Assert.All(opened.State.Tasks.Values, task => Assert.True(task.LedgerTask == default || ledger.FindTask(task.LedgerTask) is not null, $"after {kept}: {task.State}"));
            IReadOnlyList<MarketTask> lost = opened.Recover();
            foreach (MarketTask task in opened.State.Tasks.Values)
            {
                TaskRecord? record = task.LedgerTask == default ? null : ledger.FindTask(task.LedgerTask);
                bool agrees = task.State switch
                {
                    MarketTaskState.Final => record is { State: TaskState.Settled or TaskState.Forfeited },
                    MarketTaskState.Provisional or MarketTaskState.Answered or MarketTaskState.Challenged => record?.Claim == task.Claim,
                    MarketTaskState.Assigned => task.Posting.Assignment == MarketAssignment.Strategy ? lost.Any(run => run.Id == task.Id) : record is { Claim: null },
                    _ => true,
                };
                Assert.True(agrees, $"after {kept} of {records.Length}: {task.State}");
                _ = seen.Add(task.State);
            }

            // Nothing is done twice: again there is nothing to tell. And a lost run can be run again.
            ulong told = cut.Tip.Sequence;
            _ = opened.Recover();
            Assert.Equal(told, cut.Tip.Sequence);
            foreach (MarketTask run in lost)
            {
                Assert.Equal(MarketRefusal.None, opened.Apply(market.World.Requester.Sign(MarketCommand.LoseRun(ledger.Id, run.Posting.Requester, run.Id, run.Assignments))));
                Assert.Equal(MarketTaskState.Queued, opened.State.FindTask(run.Id)!.State);
            }

            Assert.True(ledger.State.Totals.IsConserved);
        }

        Assert.Superset(new HashSet<MarketTaskState> { MarketTaskState.Queued, MarketTaskState.Assigned, MarketTaskState.Provisional, MarketTaskState.Final }, seen);
    }

    // The requester died between the provider's acceptance and its own word to the market. Whenever the market is opened again, in time or long after, it is told of the acceptance; and the provider,
    // who did its part, is not barred.
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void An_acceptance_that_nobody_confirmed_is_found_and_bars_nobody(bool isLate, bool recovers)
    {
        MarketWorld market = MarketWorld.Played();
        RecordStore whole = market.World.Ledger.Store;
        (byte Stream, byte[] Content)[] records = [.. whole.Read().Select(record => (record.Stream, record.Content.ToArray()))];
        int found = 0;
        for (int confirmed = 1; confirmed < records.Length; confirmed++)
        {
            if (records[confirmed].Stream != TaskMarket.Stream || !Canonical.TryRead(records[confirmed].Content, out MarketEntry? entry) || entry.Command.Act != MarketAct.Confirm)
            {
                continue;
            }

            // Only as far as the acceptance; and everything that the ledger still did with the task, with nothing of what the market was told of it.
            foreach (bool isAnswered in new[] { false, true })
            {
                using MemoryRecordStore cut = new(whole.Identity);
                int accepted = Array.FindLastIndex(records, confirmed, record =>
                    record.Stream == InferenceLedger.Stream && Canonical.TryRead(record.Content, out LedgerRecord? kept) && kept.Entry.Command is AcceptTask accept && accept.Task == entry.Command.Reference);
                int other = Array.FindIndex(records, confirmed, static record =>
                    record.Stream == InferenceLedger.Stream && Canonical.TryRead(record.Content, out LedgerRecord? kept) && kept.Entry.Command is OpenTask);
                int end = !isAnswered ? accepted + 1 : other < 0 ? records.Length : other;
                foreach ((byte stream, byte[] content) in records.Take(end).Where((record, index) => index < confirmed || record.Stream == InferenceLedger.Stream))
                {
                    _ = cut.Append(stream, content);
                }

                LedgerClock clock = new() { Milliseconds = isLate ? market.Now + 86_000_000 : 0 };
                InferenceLedger ledger = InferenceLedger.Open(cut, TestWorld.Key("operator"), SignatureSchemes.Default, clock, options: null, MarketWorld.Strategy).GetLedger();
                TaskMarket opened = new(ledger, clock, MarketWorld.DrawKey, cut);
                MarketTask task = opened.State.FindTask(entry.Command.Task)!;
                Assert.Equal((MarketTaskState.Assigned, default), (task.State, task.LedgerTask));
                if (isLate)
                {
                    // Nobody can say that the provider let it fall.
                    Assert.Equal(MarketRefusal.NotOnLedger, opened.Apply(MarketCommand.Reassign(ledger.Id, task.Id)));
                }

                if (recovers)
                {
                    _ = opened.Recover();
                }
                else
                {
                    _ = opened.Advance(task.Id);
                }

                if (recovers || isLate)
                {
                    MarketTask told = opened.State.FindTask(task.Id)!;
                    Assert.Equal(entry.Command.Reference, told.LedgerTask);
                    Assert.Equal(MarketProviderState.Free, opened.State.GetProvider(told.Provider).StateAt(opened.Now));
                    Assert.True(opened.State.GetProvider(told.Provider).Reputation.Score >= 0);
                    Assert.Equal(isAnswered, told.Claim != default);
                }

                found++;
            }
        }

        Assert.Equal(4, found);
    }

    // Snapshots of both machines, records freed behind them, and a restart from any record after.
    [Fact]
    public void A_market_opens_from_its_snapshot_and_what_came_after()
    {
        MarketWorld market = MarketWorld.Played();
        RecordStore store = market.World.Ledger.Store;
        market.World.Ledger.WriteSnapshot();
        market.Market.WriteSnapshot();
        ulong snapshot = store.Tip.Sequence;
        _ = MarketWorld.Answered(market, market.Posting(MarketAssignment.Auction, index: 2), index: 2);
        _ = market.Post(market.Posting(MarketAssignment.Strategy));
        MarketLaws.AssertSame(market.Market.State, Reopened().State);
        Assert.Equal(snapshot + 1, store.Free(ulong.MaxValue));
        TaskMarket opened = Reopened();
        MarketLaws.AssertSame(market.Market.State, opened.State);
        Assert.Equal(market.Market.DrawCommitmentOf(default), opened.DrawCommitmentOf(default));

        // Without the market's own snapshot its records would be missing, and it says so.
        using MemoryRecordStore cut = new(store.Identity);
        foreach (StoredRecord record in store.Read(snapshot))
        {
            _ = cut.Append(record.Stream, record.Content.Span);
        }

        cut.WriteSnapshot(InferenceLedger.Stream, cut.Tip, store.FindSnapshot(InferenceLedger.Stream)!.Content.Span);
        _ = cut.Free(ulong.MaxValue);
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, cut));

        // A snapshot of another ledger's market, or none at all, is not opened.
        using MemoryRecordStore foreign = new();
        foreign.WriteSnapshot(TaskMarket.Stream, foreign.Tip, new MarketSnapshot(MarketPlayer.Ledger, MarketState.Empty).ToBytes());
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, foreign));
        foreign.WriteSnapshot(TaskMarket.Stream, foreign.Tip, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, foreign));
        Assert.Throws<InvalidOperationException>(new TaskMarket(market.World.Ledger, market.World.Time, MarketWorld.DrawKey).WriteSnapshot);

        TaskMarket Reopened() => new(market.World.Ledger, market.World.Time, MarketWorld.DrawKey, store);
    }

    [Fact]
    public void A_store_with_a_bad_entry_is_not_opened()
    {
        using MemoryRecordStore store = new();
        MarketWorld market = new();
        _ = store.Append(TaskMarket.Stream, [1, 2, 3]);
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, default, store));
        using MemoryRecordStore unsigned = new();
        MarketCommand join = MarketCommand.Join(market.World.Ledger.Id, market.Providers[0].PublicKey.Id, 1, 1);
        _ = unsigned.Append(TaskMarket.Stream, new MarketEntry(1, join, market.Providers[1].PublicKey, market.Providers[1].Sign(join).Signature).ToBytes());
        Assert.Throws<InvalidDataException>(() => new TaskMarket(market.World.Ledger, market.World.Time, default, unsigned));
    }
}
