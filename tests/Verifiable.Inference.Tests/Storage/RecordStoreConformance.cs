using System.Text;
using Verifiable.Inference.Commitments;
using Verifiable.Inference.Storage;

namespace Verifiable.Inference.Tests.Storage;

/// <summary>
/// What every store must do. A store has these tests by a class that derives from this one and says how it is opened; nothing here knows which store it is.
/// </summary>
public abstract class RecordStoreConformance(StoreCase kind) : IDisposable
{
    public void Dispose()
    {
        kind.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Records_come_back_in_their_order_with_their_numbers_and_streams()
    {
        RecordStore store = Open();
        for (int i = 1; i <= 500; i++)
        {
            Assert.Equal((ulong)i, store.Append((byte)(1 + (i % 3)), Content(i)));
        }

        store.Commit(500);
        Check(store.Read());
        store = Reopen(store);
        Check(store.Read());
        Assert.Equal(401UL, store.Read(400).First().Sequence);
        Assert.Empty(store.Read(store.Tip.Sequence));
        Assert.Empty(store.Read(ulong.MaxValue - 1));
        store.Dispose();

        static void Check(IEnumerable<StoredRecord> records)
        {
            int count = 0;
            foreach (StoredRecord record in records)
            {
                count++;
                Assert.Equal(((ulong)count, (byte)(1 + (count % 3))), (record.Sequence, record.Stream));
                Assert.Equal(Content(count), record.Content.ToArray());
            }

            Assert.Equal(500, count);
        }
    }

    [Fact]
    public void An_empty_store_has_a_place_of_its_own()
    {
        using RecordStore store = Open();
        Assert.Equal(0UL, store.Tip.Sequence);
        Assert.NotEqual(default, store.Tip.Hash);
        Assert.Equal(1UL, store.FirstSequence);
        Assert.Empty(store.Read());
        Assert.Null(store.FindSnapshot(1));
        store.Commit(0);
        store.MakeDurable(0);
    }

    [Fact]
    public void Every_record_changes_the_hash_and_equal_histories_have_equal_places()
    {
        using RecordStore store = Open();
        HashSet<Digest> hashes = [store.Tip.Hash];
        foreach (int i in new[] { 1, 1, 2, 1 })
        {
            _ = store.Append(1, Content(i));
            store.Commit(store.Tip.Sequence);
            Assert.True(hashes.Add(store.Tip.Hash));
        }
    }

    [Fact]
    public void What_is_committed_is_there_after_a_restart_and_the_chain_goes_on()
    {
        RecordStore store = Open();
        store.Commit(store.Append(1, Content(1)));
        store = Reopen(store);
        ulong next = store.Append(1, Content(2));
        store.MakeDurable(next);
        Assert.Equal(next, store.DurableSequence);
        store = Reopen(store);
        Assert.Equal([Content(1), Content(2)], store.Read().Select(record => record.Content.ToArray()));
        store.Dispose();
    }

    [Fact]
    public void A_group_has_numbers_one_after_the_other_and_counts_when_it_has_ended()
    {
        RecordStore store = Open();
        using (RecordGroup group = store.BeginGroup())
        {
            Assert.Equal(1UL, store.Append(1, Content(1)));
            using (RecordGroup inner = store.BeginGroup())
            {
                Assert.Equal(2UL, store.Append(2, Content(2)));
                inner.Complete();
            }

            Assert.Equal(0UL, store.Tip.Sequence);

            store.Commit(2);
            Assert.True(store.CommitAsync(2).AsTask().IsCompletedSuccessfully);
            Assert.Throws<InvalidOperationException>(() => store.MakeDurable(2));
            Assert.Equal(3UL, store.Append(1, []));
            group.Complete();
        }

        store.Commit(3);
        Assert.Equal(3UL, store.Tip.Sequence);
        store = Reopen(store);
        Assert.Equal([1UL, 2UL, 3UL], store.Read().Select(record => record.Sequence));
        store.Dispose();
    }

    [Fact]
    public void Records_of_other_threads_wait_for_a_group_and_stay_outside_it()
    {
        using RecordStore store = Open();
        Thread other;
        using (RecordGroup group = store.BeginGroup())
        {
            other = new Thread(() => store.Commit(store.Append(2, Content(9))));
            Assert.Equal(1UL, store.Append(1, Content(1)));
            other.Start();
            Assert.Equal(2UL, store.Append(1, Content(2)));
            group.Complete();
        }

        other.Join();
        Assert.Equal(new byte[] { 1, 1, 2 }, store.Read().Select(record => record.Stream));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_group_that_an_exception_ends_is_dropped_whole_and_closes_the_store(bool inner)
    {
        RecordStore store = Open();
        store.Commit(store.Append(1, Content(1)));
        StorePoint tip = store.Tip;
        Assert.Throws<TimeoutException>(Leave);
        Assert.Equal(tip, store.Tip);
        Assert.Equal(StoreRefusal.Abandoned, Assert.Throws<StoreException>(() => store.Append(1, Content(4))).Refusal);
        Assert.Equal(StoreRefusal.Abandoned, Assert.Throws<StoreException>(() => store.Commit(3)).Refusal);
        Assert.Equal([Content(1)], store.Read().Select(record => record.Content.ToArray()));
        store = Reopen(store);
        Assert.Equal([Content(1)], store.Read().Select(record => record.Content.ToArray()));
        store.Dispose();

        void Leave()
        {
            using RecordGroup group = store.BeginGroup();
            _ = store.Append(1, Content(2));
            if (inner)
            {
                LeaveInner();
                group.Complete();
            }

            _ = store.Append(2, Content(3));
            throw new TimeoutException();
        }

        void LeaveInner()
        {
            using RecordGroup group = store.BeginGroup();
            _ = store.Append(3, Content(9));
            throw new TimeoutException();
        }
    }

    [Fact]
    public void An_inner_group_that_is_left_spoils_the_outer_one_and_one_without_records_spoils_nothing()
    {
        RecordStore store = Open();
        using (store.BeginGroup())
        {
            // Nothing was appended: nobody's state is ahead.
        }

        using (RecordGroup group = store.BeginGroup())
        {
            using (store.BeginGroup())
            {
            }

            _ = store.Append(1, Content(1));
            group.Complete();
        }

        store.Commit(1);
        using (RecordGroup group = store.BeginGroup())
        {
            using (store.BeginGroup())
            {
                _ = store.Append(1, Content(2));
            }

            group.Complete();
        }

        Assert.Equal(StoreRefusal.Abandoned, Assert.Throws<StoreException>(() => store.Append(1, Content(3))).Refusal);
        store = Reopen(store);
        Assert.Equal([Content(1)], store.Read().Select(record => record.Content.ToArray()));
        store.Dispose();
    }

    // Said too early: what comes after it is no part of what was called whole.
    [Fact]
    public void A_record_after_the_group_was_called_whole_makes_it_unfinished_again()
    {
        RecordStore store = Open();
        Assert.Throws<TimeoutException>(Leave);
        Assert.Equal(StoreRefusal.Abandoned, Assert.Throws<StoreException>(() => store.Append(1, Content(3))).Refusal);
        store = Reopen(store);
        Assert.Empty(store.Read());
        store.Dispose();

        void Leave()
        {
            using RecordGroup group = store.BeginGroup();
            _ = store.Append(1, Content(1));
            group.Complete();
            _ = store.Append(1, Content(2));
            throw new TimeoutException();
        }
    }

    [Fact]
    public void A_group_that_ends_twice_ends_nothing_else_and_leaves_the_gate_as_it_was()
    {
        RecordStore store = Open();
        RecordGroup last = store.BeginGroup();
        _ = store.Append(1, Content(1));
        last.Complete();
        last.Dispose();
        last.Dispose();
        Assert.False(store.Gate.IsHeldByCurrentThread);
        store.Commit(1);
        _ = Assert.Single(store.Read());
        store.Dispose();
    }

    [Fact]
    public void A_group_that_has_ended_completes_no_other()
    {
        RecordStore store = Open();
        RecordGroup first = store.BeginGroup();
        first.Complete();
        first.Dispose();
        Assert.True(IsRefused(first));
        using (store.BeginGroup())
        {
            RecordGroup inner = store.BeginGroup();
            _ = store.Append(1, Content(1));
            inner.Complete();
            inner.Dispose();
            Assert.True(IsRefused(inner));
        }

        Assert.Equal(StoreRefusal.Abandoned, Assert.Throws<StoreException>(() => store.Append(1, Content(3))).Refusal);
        store.Dispose();

        static bool IsRefused(RecordGroup group)
        {
            try
            {
                group.Complete();
                return false;
            }
            catch (InvalidOperationException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task Many_threads_append_and_commit_at_once()
    {
        RecordStore store = Open();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                ulong sequence = store.Append((byte)(worker + 1), Content(i));
                if (worker % 2 == 0)
                {
                    store.Commit(sequence);
                }
                else
                {
                    await store.CommitAsync(sequence);
                }
            }
        })));
        store = Reopen(store);
        foreach (IGrouping<byte, byte[]> stream in store.Read().Select(record => (record.Stream, Content: record.Content.ToArray())).GroupBy(record => record.Stream, record => record.Content))
        {
            Assert.Equal(Enumerable.Range(0, 100).Select(Content), stream);
        }

        Assert.Equal(800, store.Read().Count());
        store.Dispose();
    }

    [Fact]
    public void Snapshots_are_found_by_stream_and_records_behind_them_can_be_freed()
    {
        RecordStore store = Open();
        for (int i = 1; i <= 300; i++)
        {
            store.Commit(store.Append(1, Content(i)));
            if (i % 100 == 0)
            {
                store.WriteSnapshot(1, store.Tip, Content(i));
                store.WriteSnapshot(2, store.Tip, Content(-i));
            }
        }

        store = Reopen(store);
        StoreSnapshot first = store.FindSnapshot(1)!;
        Assert.Equal((300UL, (byte)1), (first.Point.Sequence, first.Stream));
        Assert.Equal(Content(300), first.Content.Span.ToArray());
        Assert.Equal(Content(-300), store.FindSnapshot(2)!.Content.Span.ToArray());
        Assert.Null(store.FindSnapshot(3));
        ulong kept = store.Free(ulong.MaxValue);
        Assert.InRange(kept, 2UL, 301UL);
        Assert.Equal(kept, store.FirstSequence);
        Assert.Equal(StoreRefusal.Freed, Assert.Throws<StoreException>(() => store.Read(kept - 2)).Refusal);
        Assert.Equal((int)(301 - kept), store.Read(kept - 1).Count());
        store = Reopen(store);
        Assert.Equal(kept, store.FirstSequence);
        Assert.Equal((int)(301 - kept), store.Read(kept - 1).Count());
        store.Dispose();
    }

    [Fact]
    public void Nothing_is_freed_without_a_snapshot_or_beyond_what_is_asked()
    {
        using RecordStore store = Open();
        for (int i = 1; i <= 50; i++)
        {
            store.Commit(store.Append(1, Content(i)));
        }

        Assert.Equal(1UL, store.Free(ulong.MaxValue));
        store.WriteSnapshot(1, store.Tip, []);
        Assert.Equal(1UL, store.Free(0));
    }

    [Fact]
    public void What_is_too_large_or_belongs_to_the_store_or_is_not_there_yet_is_refused()
    {
        using RecordStore store = Open();
        Assert.Equal(StoreRefusal.TooLarge, Assert.Throws<StoreException>(() => store.Append(1, new byte[store.MaxRecordBytes + 1])).Refusal);
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Append(0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.WriteSnapshot(0, store.Tip, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.WriteSnapshot(1, new StorePoint(1, default), []));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Commit(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.MakeDurable(1));
        Assert.Equal(0UL, store.Tip.Sequence);
        _ = store.Append(1, new byte[store.MaxRecordBytes]);
        store.MakeDurable(1);
        Assert.Equal(store.MaxRecordBytes, store.Read().Single().Content.Length);
    }

    [Fact]
    public void A_closed_store_says_so()
    {
        RecordStore store = Open();
        store.Commit(store.Append(1, Content(1)));
        store.Dispose();
        store.Dispose();
        Assert.Equal(StoreRefusal.Closed, Assert.Throws<StoreException>(() => store.Append(1, Content(2))).Refusal);
    }

    private RecordStore Open() => kind.Open(Digest.Of("store"u8));

    private RecordStore Reopen(RecordStore store) => kind.Reopen(store);

    private static byte[] Content(int number) => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat($"record {number} ", 1 + (Math.Abs(number) % 7))));
}
